"""The five steps in which a connection is set up, and where it was left (I4)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from queues.models import Connection


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    number: int
    label: str | Promise


STEPS = (
    Step("crm", 1, _("Which CRM")),
    Step("sign-in", 2, _("Sign in")),
    Step("people", 3, _("Who is who")),
    Step("fields", 4, _("Fields and status")),
    Step("test", 5, _("Test and switch on")),
)
BY_KEY = {step.key: step for step in STEPS}


@dataclass(frozen=True, slots=True)
class StepLink:
    """`href` is empty for a step that cannot be opened yet."""

    step: Step
    href: str
    is_done: bool
    is_here: bool


def next_step(connection: Connection) -> Step:
    """Where it was left: the first step that is not done."""
    done = _done(connection)
    return next((step for step in STEPS if step.key not in done), STEPS[-1])


def step_address(connection: Connection, key: str) -> str:
    return reverse(f"queues:connection_{key.replace('-', '_')}", args=[connection.pk])


def step_links(connection: Connection | None, here: str) -> list[StepLink]:
    """All steps; those up to the first that is not done can be opened."""
    if connection is None:
        return [StepLink(step, "", is_done=False, is_here=step.key == here) for step in STEPS]
    done, last = _done(connection), next_step(connection).number
    return [
        StepLink(
            step,
            href=step_address(connection, step.key) if step.number <= last else "",
            is_done=step.key in done,
            is_here=step.key == here,
        )
        for step in STEPS
    ]


def may_open(connection: Connection, key: str) -> bool:
    return BY_KEY[key].number <= next_step(connection).number


def _done(connection: Connection) -> set[str]:
    done = {"crm"}
    if connection.account_id and connection.credentials:
        done.add("sign-in")
    if connection.people_at is not None:
        done.add("people")
    if connection.field_map:
        done.add("fields")
    if connection.state != Connection.State.DRAFT:
        done.add("test")
    return done if "sign-in" in done else {"crm"}
