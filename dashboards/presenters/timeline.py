"""Each activity of a lead as one line of its timeline: an icon, a sentence, and details in small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from config.web.times import when
from dashboards.presenters.act_marks import (
    ActMarks,
    come_up_line,
    contact_words,
    corrected_act_line,
    handed_over_line,
    mark_of,
    planned_words,
    reopened_line,
    undone_act_line,
)
from dashboards.presenters.breaches import breached_line
from dashboards.presenters.crm_story import crm_line, crm_lines, owner_there
from dashboards.presenters.field_changes import correction_line
from dashboards.presenters.returns import BACK_FROM, return_words
from leads.models import Activity, Capture, Lead
from leads.queries.corrections import Change
from leads.queries.returns import Return
from queues.models import Escalation
from routing.models import Assignment
from routing.presenters.choices import REASONS

Kind = Activity.Kind
ICONS = {
    Kind.CAPTURED: "download",
    Kind.RE_ENGAGED: "download",
    Kind.SCORED: "trending-up",
    Kind.QUEUED: "stack-2",
    Kind.REVIEW: "eye",
    Kind.ASSIGNED: "user-check",
    Kind.CONTACTED: "phone",
    Kind.NOTED: "note",
    Kind.SNOOZED: "zzz",
    Kind.RETURNED: "arrow-back-up",
    Kind.RELEASED: "arrow-right",
    Kind.BREACHED: "clock",
    Kind.ESCALATED: "arrow-up",
    Kind.CLOSED: "check",
    Kind.CORRECTED: "pencil",
    Kind.PARTNER: "arrow-right",
    Kind.UNDONE: "arrow-back-up",
    Kind.MERGED: "git-merge",
    Kind.APART: "copy",
    Kind.CRM: "link",
}
BAD = {Kind.BREACHED, Kind.ESCALATED}


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `tone` is "", "go" (assigned) or "bad"; `of` names the merged lead that it belongs to; `mark` says who
    took it back or corrected it later; `correctable` is the id of a contact that the reader may correct. `quote` is a
    long message, `lines` is what else came along."""

    icon: str
    tone: str
    says: str
    more: str
    at: datetime
    of: str = ""
    mark: str = ""
    is_undone: bool = False
    correctable: int | None = None
    quote: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineNames:
    """Names for the ids in activities: people, entry rules, and leads that were merged into this one. `viewer` is the
    user id of the reader, who is "you", `held` the assignment with which the reader holds the lead, `changes` what
    corrections changed, and `returns` what came with an arrival, by activity."""

    viewer: int
    people: Mapping[int, str]
    rules: Mapping[int, str]
    absorbed: Mapping[int, str] = field(default_factory=dict)
    marks: ActMarks = field(default_factory=ActMarks)
    held: int | None = None
    changes: Mapping[int, Sequence[Change]] = field(default_factory=dict)
    returns: Mapping[int, Return] = field(default_factory=dict)

    def name(self, user_id: object) -> str:
        return self.people.get(user_id, _("somebody")) if isinstance(user_id, int) else _("Alur")


def event_of(row: Activity, names: TimelineNames) -> Event:
    """The line of one activity."""
    present = _PRESENTERS.get(row.kind, _plain)
    says, more = present(row, row.details or {}, names)
    tone = "bad" if row.kind in BAD else "go" if row.kind == Kind.ASSIGNED else ""
    icon = (
        ICONS[Kind.MERGED] if row.kind == Kind.RE_ENGAGED and "merge" in row.details else ICONS.get(row.kind, "clock")
    )
    mark = mark_of(row, names.marks, viewer=names.viewer, people=names.people)
    of, is_undone = names.absorbed.get(row.lead_id, ""), row.pk in names.marks.undone
    may_correct = row.kind == Kind.CONTACTED and row.by_id == names.viewer and not is_undone
    is_his = may_correct and names.held is not None and (row.details or {}).get("assignment") == names.held
    correctable = row.pk if is_his else None
    if row.kind == Kind.RE_ENGAGED and "merge" not in (row.details or {}):
        words = return_words(row.details or {}, names.returns.get(row.pk, Return()))
        return Event(icon, tone, words.says, more, row.at, of, mark, quote=words.quote, lines=words.lines)
    lines = crm_lines(row.details, names.returns.get(row.pk, Return())) if row.kind == Kind.CRM else ()
    return Event(icon, tone, says, more, row.at, of, mark, is_undone, correctable=correctable, lines=lines)


def people_in(row: Activity) -> set[int]:
    """The user ids in this activity."""
    found = {row.by_id, (row.details or {}).get("holder")}
    return {each for each in found if isinstance(each, int)}


def _plain(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    return str(row.get_kind_display()), ""


def _captured(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    channel = dict(Capture.Channel.choices).get(details.get("channel", ""), "")
    if not details.get("source"):
        return _("Captured"), str(channel)
    return _("Captured from %(source)s") % {"source": details["source"]}, str(channel)


def _re_engaged(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    before, after = details.get("score_from"), details.get("score_to")
    parts = [str(BACK_FROM[details["stage"]])] if details.get("stage") in BACK_FROM else []
    parts += [_("Score %(before)s → %(after)s") % {"before": before, "after": after}] if before != after else []
    if "merge" not in details:
        return "", " · ".join(parts)  # what is said stands with what came along (return_words)
    words = {"name": names.name(row.by_id), "lead": _numbered(details)}
    text = (
        _("You merged %(lead)s into this lead")
        if row.by_id == names.viewer
        else _("%(name)s merged %(lead)s into this lead")
    )
    return text % words, " · ".join(parts)


def _merged(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    return _("Merged into lead #%(number)s") % {"number": details.get("into", "")}, _by(row, names)


def _apart(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    pairs = zip(details.get("labels", []), details.get("others", []), strict=False)
    words = {"leads": ", ".join(f"{label} #{number}" for label, number in pairs)}
    return _("A different person than %(leads)s") % words, _by(row, names)


def _numbered(details: dict) -> str:
    return f"{details.get('label', '')} #{details.get('absorbed', '')}"


def _queued(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    words = {"queue": details.get("queue", ""), "rule": names.rules.get(details.get("rule"), "")}
    if details.get("from"):
        return _("Moved from %(from)s to %(queue)s") % {**words, "from": details["from"]}, _by(row, names)
    if words["rule"]:
        return _("Entered %(queue)s by the rule “%(rule)s”") % words, ""
    return _("Entered %(queue)s") % words, ""


def _review(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    return _("Went to the review desk"), ""


def _assigned(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    words = {"name": names.name(details.get("holder")), "place": details.get("place") or _("its queue")}
    is_viewer = details.get("holder") == names.viewer
    if details.get("how") in ("take_next", "pick", "batch"):
        text = _("You took it from %(place)s") if is_viewer else _("%(name)s took it from %(place)s")
    elif details.get("how") == "taken_over":
        text = _("You took it over") if is_viewer else _("%(name)s took it over")
    elif details.get("how") == Assignment.How.HANDED_OVER:
        return handed_over_line(details, names.name(row.by_id), words["name"])
    else:
        text = _("It was given to you") if is_viewer else _("It was given to %(name)s")
    return text % words, owner_there(details)


def _contacted(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    says, made_at = contact_words(row, names.marks)
    made = _("Made at %(time)s") % {"time": when(made_at)} if made_at else ""
    return says, " · ".join(part for part in (made, details.get("note", ""), planned_words(details)) if part)


def _corrected(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    if "activity" not in details:
        return correction_line(row, names.changes.get(row.pk, ()), name=_by(row, names))
    return corrected_act_line(row, details, names.name(row.by_id), is_viewer=row.by_id == names.viewer)


def _noted(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    if "outcome" in details:  # a contact with a lead that had left (routing/actions/late_words.py)
        return _contacted(row, details, names)
    return details.get("text", ""), "" if row.by_id == names.viewer else _by(row, names)


def _returned(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    reason = REASONS.get(details.get("reason", ""), details.get("reason", ""))
    is_viewer = row.by_id == names.viewer
    if details.get("skipped"):
        text = _("You skipped it: %(reason)s") if is_viewer else _("%(name)s skipped it: %(reason)s")
    else:
        text = _("You returned it: %(reason)s") if is_viewer else _("%(name)s returned it: %(reason)s")
    return text % {"name": names.name(row.by_id), "reason": reason}, details.get("note", "")


def _released(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    is_viewer = details.get("holder") == names.viewer
    if details.get("holder") == row.by_id:
        return (_("You gave it away") if is_viewer else _("%(name)s gave it away") % {"name": _by(row, names)}), ""
    text = _("It was taken from you") if is_viewer else _("It was taken from %(name)s")
    return text % {"name": names.name(details.get("holder"))}, ""


def _breached(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    return breached_line(details)


def _escalated(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    return _("Escalated to the manager"), str(dict(Escalation.Kind.choices).get(details.get("why", ""), ""))


def _moved(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    return _("Moved to the front of %(queue)s") % {"queue": details.get("queue", "")}, _by(row, names)


def _closed(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    stage = dict(Lead.Stage.choices).get(details.get("stage", ""), row.get_kind_display())
    reason = REASONS.get(details.get("reason", ""), "")
    parts = [part for part in (str(reason), details.get("note", "")) if part]
    return str(stage), " · ".join(parts)


def _partner(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    says = _("Sent to the partner %(partner)s") % {"partner": details.get("partner", "")}
    if details.get("overflow"):
        return says, _("Overflow of %(queue)s") % {"queue": details.get("queue", "")}
    return says, _by(row, names)


def _by(row: Activity, names: TimelineNames) -> str:
    return names.name(row.by_id) if row.by_id else ""


def _undone(row: Activity, details: dict, names: TimelineNames) -> tuple[str, str]:
    """An undone assignment names its holder, an undone merge the other lead, an undone review decision neither."""
    if "merge" in details:
        return _("The merge with %(lead)s was taken back") % {"lead": _numbered(details)}, _by(row, names)
    if "import" in details:
        return _("What the import %(file)s brought was taken back") % {"file": details.get("file", "")}, _by(row, names)
    if "closed" in details:
        return reopened_line(details, names.name(row.by_id), is_viewer=row.by_id == names.viewer)
    if "activity" in details or "returned" in details:
        return undone_act_line(row, details, names.name(row.by_id), is_viewer=row.by_id == names.viewer), ""
    if "assignment" not in details:
        return str(row.get_kind_display()), ""
    words = {"name": names.name(row.by_id), "holder": names.name(details.get("holder"))}
    is_viewer = row.by_id == names.viewer
    if row.by_id == details.get("holder"):
        return (_("You undid that") if is_viewer else _("%(name)s undid that") % words), ""
    text = _("You took it back from %(holder)s") if is_viewer else _("%(name)s took it back from %(holder)s")
    return text % words, ""


_PRESENTERS = {
    Kind.CAPTURED: _captured,
    Kind.RE_ENGAGED: _re_engaged,
    Kind.QUEUED: _queued,
    Kind.REVIEW: _review,
    Kind.ASSIGNED: _assigned,
    Kind.CONTACTED: _contacted,
    Kind.NOTED: _noted,
    Kind.SNOOZED: lambda row, details, names: come_up_line(details),
    Kind.RETURNED: _returned,
    Kind.RELEASED: _released,
    Kind.UNDONE: _undone,
    Kind.CORRECTED: _corrected,
    Kind.MERGED: _merged,
    Kind.APART: _apart,
    Kind.BREACHED: _breached,
    Kind.ESCALATED: _escalated,
    Kind.MOVED: _moved,
    Kind.CLOSED: _closed,
    Kind.NURTURED: _closed,
    Kind.RECYCLED: _closed,
    Kind.ARCHIVED: _closed,
    Kind.PARTNER: _partner,
    Kind.CRM: lambda row, details, names: crm_line(details),
}
