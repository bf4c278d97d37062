"""The rows of an import for people: where each went (A1a)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.models import Capture, Lead
from leads.presenters.imports import problem_text
from leads.queries.imports import Destination, DestinationKind

OUTCOMES: Mapping[str, object] = {
    "made": lazy("New"),
    "merged": lazy("Joined"),
    "unchanged": lazy("Already here"),
    "refused": lazy("Refused"),
    "flawed": lazy("With a problem"),
}
LEVELS: Mapping[str, str] = {"made": "ok", "refused": "warn"}
_REASONS: Mapping[str, object] = {
    "no_rule": lazy("No rule matches"),
    "no_queue": lazy("The rule names no queue"),
    "queue_off": lazy("The rule's queue is off"),
    "step_failed": lazy("A step failed"),
    "several_leads": lazy("Known as several leads"),
    "unidentified": lazy("Nothing says who it is"),
}
_MAX_TEXT_LENGTH = 160


@dataclass(frozen=True)
class ResultRow:
    """A row of the result. `text` is shown for rows without a lead."""

    line: int
    outcome: object
    level: str
    lead: Lead | None
    text: str
    where: str
    reasons: tuple[str, ...]
    problems: tuple[str, ...]


def result_row(row: Capture, destination: Destination | None) -> ResultRow:
    where, reasons = _where(row.lead, destination) if row.lead else ("", ())
    return ResultRow(
        line=row.line,
        outcome=OUTCOMES.get(row.state, row.get_state_display()),
        level=LEVELS.get(row.state, ""),
        lead=row.lead,
        text=" · ".join(str(value) for value in row.raw.values() if value)[:_MAX_TEXT_LENGTH],
        where=where,
        reasons=reasons,
        problems=tuple(problem_text(problem["field"], problem["code"]) for problem in row.problems),
    )


def review_reason_text(reason: str) -> str:
    """A reason of the review desk: the text of a code, or the name of a rule."""
    return str(_REASONS.get(reason, reason))


def destination_text(lead: Lead, destination: Destination | None) -> str:
    """Where the lead is now, on one line."""
    where, reasons = _where(lead, destination)
    return f"{where}: {', '.join(reasons)}" if reasons else where


def _where(lead: Lead, destination: Destination | None) -> tuple[str, tuple[str, ...]]:
    """Where the lead is now: the queue or the review desk by name, otherwise the stage; and the reasons."""
    if lead.stage == Lead.Stage.WAITING and destination and destination.kind == DestinationKind.QUEUE:
        return _("Waits in %(queue)s") % {"queue": destination.names[0]}, ()
    if lead.stage == Lead.Stage.HELD and destination and destination.kind == DestinationKind.QUEUE:
        return _("Held, from %(queue)s") % {"queue": destination.names[0]}, ()
    reasons = (
        destination.names
        if destination and destination.kind == DestinationKind.REVIEW and lead.stage == Lead.Stage.REVIEW
        else ()
    )
    return lead.get_stage_display(), tuple(review_reason_text(reason) for reason in reasons)
