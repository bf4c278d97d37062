"""All leads that a rep holds, as one list with filters and an order (C5, M8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Case, Count, F, OrderBy, Q, QuerySet, When
from django.db.models.functions import Lower

from dashboards.decisions.agenda import Task, next_task
from dashboards.queries.time_left import contacts_left
from leads.models import Activity
from leads.queries.own_fields import by_own_value, with_value
from routing.decisions.availability.work_time import TimeLeft
from routing.decisions.contact import FollowUp
from routing.models import Assignment

DUE, FIRST, SNOOZED, NO_STEP = "due", "first", "snoozed", "none"
SHOWN = (DUE, FIRST, SNOOZED, NO_STEP)
ORDERS: dict[str, tuple[str, ...]] = {
    "company": ("company", "lead__company_domain"),
    "person": ("lead__first_name", "lead__last_name"),
    "next": ("due",),
    "place": ("place_name",),
    "source": ("lead__source__name",),
    "score": ("lead__score",),
    "size": ("lead__company_size",),
    "taken": ("assigned_at",),
    "contacted": ("first_contact_at",),
}


@dataclass(frozen=True, slots=True)
class OwnLead:
    """One row; `left` is what the clock to first contact counts, if it pauses."""

    assignment: Assignment
    task: Task
    left: TimeLeft | None = None

    @property
    def lead(self):
        return self.assignment.lead

    @property
    def snoozed_until(self) -> datetime | None:
        return self.assignment.follow_up_at if self.assignment.follow_up == FollowUp.SNOOZED else None


def own_leads(
    user: User,
    *,
    show: str,
    source: str,
    place: str,
    sort: str,
    own: tuple[str, str | bool] | None = None,
    own_sort: str = "",
    at: datetime,
) -> QuerySet[Assignment]:
    """`show` is one of SHOWN or "" for all; `source` a slug, `place` the name of a queue or a rotation. `own` is a
    value of an own field by value name, `own_sort` the value name by which to sort."""
    mine = _mine(user)
    mine = mine.filter(_condition(show, at)) if show in SHOWN else mine
    mine = mine.filter(lead__source__slug=source) if source else mine
    mine = mine.filter(place_name=place) if place else mine
    mine = with_value(mine, own, lead="lead__")
    due = Case(When(first_contact_at__isnull=True, then=F("first_due_at")), default=F("follow_up_at"))
    mine = mine.annotate(due=due, company=Lower("lead__company_name")).select_related("lead__source")
    order = [by_own_value(own_sort, is_down=sort.startswith("-"), lead="lead__")] if own_sort else _order(sort)
    return mine.order_by(*order, "pk")


def with_tasks(rows: Sequence[Assignment], *, at: datetime) -> list[OwnLead]:
    """At most one statement."""
    pairs = zip(rows, contacts_left(rows, at=at), strict=True)
    return [OwnLead(row, _task(row), left) for row, left in pairs]


def counts(user: User, *, at: datetime) -> dict[str, int]:
    """How many each choice shows; "" is all."""
    found = {name: Count("pk", filter=_condition(name, at)) for name in SHOWN}
    return {"": 0} | {
        name.removeprefix("all"): n for name, n in _mine(user).aggregate(all=Count("pk"), **found).items()
    }


def choices(user: User) -> tuple[dict[str, str], dict[str, str]]:
    """The sources and the places of what this person holds, by name."""
    rows = _mine(user).order_by().values_list("lead__source__slug", "lead__source__name", "place_name").distinct()
    found = list(rows)
    sources = sorted({(name, slug) for slug, name, _place in found})
    return {slug: name for name, slug in sources}, {name: name for name in sorted({row[2] for row in found} - {""})}


def newest_activity() -> int:
    """So that a second press is known as one."""
    return Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _mine(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.open().filter(holder=user)


def _condition(show: str, at: datetime) -> Q:
    uncontacted = Q(first_contact_at__isnull=True)
    return {
        DUE: (uncontacted & Q(first_due_at__lte=at)) | (~uncontacted & Q(follow_up_at__lte=at)),
        FIRST: uncontacted,
        SNOOZED: Q(follow_up=FollowUp.SNOOZED, follow_up_at__gt=at),
        NO_STEP: ~uncontacted & Q(follow_up_at__isnull=True),
    }[show]


def _order(sort: str) -> list[OrderBy]:
    """What has no value comes last in both directions."""
    is_down = sort.startswith("-")
    fields = ORDERS.get(sort.removeprefix("-"), ORDERS["next"])
    return [OrderBy(F(name), descending=is_down, nulls_last=True) for name in fields]


def _task(row: Assignment) -> Task:
    return next_task(
        first_contact_at=row.first_contact_at,
        first_due_at=row.first_due_at,
        follow_up_at=row.follow_up_at,
        follow_up=row.follow_up,
    )
