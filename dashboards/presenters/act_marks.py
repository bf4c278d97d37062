"""What was taken back or corrected later, beside its line of the timeline (M7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from config.web.times import when
from leads.models import Activity, Lead
from routing.presenters.choices import CONTACT_KINDS, CONTACT_OUTCOMES, REASONS
from routing.queries.acts import shown_act

Kind = Activity.Kind


@dataclass(frozen=True, slots=True)
class ActMarks:
    """The activity that took back, and the one that corrected last, by the id of the act."""

    undone: Mapping[int, Activity] = field(default_factory=dict)
    corrected: Mapping[int, Activity] = field(default_factory=dict)


def marks_of(rows: Sequence[Activity]) -> ActMarks:
    """From the lines of a timeline, newest first without gaps: what marks a line is newer, so it is among them."""
    oldest_first = [row for row in reversed(rows) if isinstance((row.details or {}).get("activity"), int)]
    undone = {row.details["activity"]: row for row in oldest_first if row.kind == Kind.UNDONE}
    undone |= {row.details["undoes"]: row for row in rows if row.kind == Kind.CORRECTED and "undoes" in row.details}
    return ActMarks(
        undone=undone,
        corrected={row.details["activity"]: row for row in oldest_first if row.kind == Kind.CORRECTED},
    )


def contact_words(row: Activity, marks: ActMarks) -> tuple[str, datetime | None]:
    """How it was made and what came of it, as corrected last; and when, if that is not when it was logged."""
    act = shown_act(row, marks.corrected.get(row.pk, row))
    return kind_and_outcome(act.kind, act.outcome), act.made_at if act.made_at != row.at else None


def planned_words(details: Mapping) -> str:
    """The next step that was chosen with a contact; empty without."""
    until = parse_datetime(details.get("follow_up_at") or "")
    return _("Follow up %(time)s") % {"time": when(until)} if until else ""


def come_up_line(details: Mapping) -> tuple[str, str]:
    """A snooze, or a next step that was planned."""
    words = {"time": when(parse_datetime(details.get("until") or ""))}
    if details.get("planned"):
        return _("Follow up %(time)s") % words, ""
    return _("Snoozed until %(time)s") % words, details.get("reason", "")


def kind_and_outcome(kind: str, outcome: str) -> str:
    words = {"kind": CONTACT_KINDS.get(kind, kind), "outcome": CONTACT_OUTCOMES.get(outcome, outcome)}
    return _("%(kind)s: %(outcome)s") % words


def mark_of(row: Activity, marks: ActMarks, *, viewer: int, people: Mapping[int, str]) -> str:
    """Who took this line back, or corrected it, and when; empty for most."""
    by = marks.undone.get(row.pk) or marks.corrected.get(row.pk)
    if by is None:
        return ""
    words = {"name": people.get(by.by_id or 0, _("somebody")), "time": when(by.at)}
    is_viewer = by.by_id == viewer
    if by.kind == Kind.UNDONE:
        text = _("You took this back (%(time)s)") if is_viewer else _("%(name)s took this back (%(time)s)")
    else:
        text = _("You corrected this (%(time)s)") if is_viewer else _("%(name)s corrected this (%(time)s)")
    return text % words


def undone_act_line(row: Activity, details: Mapping, name: str, *, is_viewer: bool) -> str:
    """The line of the taking back itself."""
    texts = {
        Kind.CONTACTED: (_("You took back a contact"), _("%(name)s took back a contact")),
        Kind.NOTED: (_("You took back a note"), _("%(name)s took back a note")),
        Kind.SNOOZED: (_("You took back a snooze"), _("%(name)s took back a snooze")),
        Kind.RETURNED: (_("You took the return back"), _("%(name)s took the return back")),
    }
    was = Kind.RETURNED if "returned" in details else details.get("was", "")
    mine, of_others = texts.get(was, (_("You undid that"), _("%(name)s undid that")))
    return (mine if is_viewer else of_others) % {"name": name}


def handed_over_line(details: Mapping, giver: str, holder: str) -> tuple[str, str]:
    """Who gave the lead to whom, and why."""
    reason = REASONS.get(details.get("reason", ""), "")
    text = _("%(name)s handed it over to %(holder)s") % {"name": giver, "holder": holder}
    return text, " · ".join(str(part) for part in (reason, details.get("note", "")) if part)


def reopened_line(details: Mapping, name: str, *, is_viewer: bool) -> tuple[str, str]:
    """A lead that was closed is open again; the reason was written where it was not undone at once."""
    stage = dict(Lead.Stage.choices).get(details["closed"], details["closed"])
    text = (
        _("You opened it again; it was: %(stage)s") if is_viewer else _("%(name)s opened it again; it was: %(stage)s")
    )
    return text % {"name": name, "stage": stage}, details.get("reason") or ""


def corrected_act_line(row: Activity, details: Mapping, name: str, *, is_viewer: bool) -> tuple[str, str]:
    """The line of a correction, with what stood there before."""
    before = details.get("before") or {}
    text = _("You corrected a contact") if is_viewer else _("%(name)s corrected a contact")
    old = kind_and_outcome(before.get("kind", ""), before.get("outcome", ""))
    return text % {"name": name}, _("It was: %(before)s") % {"before": old}
