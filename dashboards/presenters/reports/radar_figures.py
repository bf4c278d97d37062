"""What each figure of the radar counts, in words, and the lists behind them (K2, E10)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number
from config.web.times import duration, exact
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Fact, Figure
from dashboards.queries.reports.radar import watched
from leads.decisions.stages import RETURN_REASONS
from queues.decisions.radar import Period, Sign
from queues.models import EntryPreview
from queues.queries.radar_leads import (
    ALL,
    CONVERTED,
    DECIDED,
    OTHERS,
    PART,
    TOOK,
    WAITING,
    WHOLE,
    assignments_behind,
    previews_behind,
)
from routing.models import Assignment
from routing.presenters.choices import REASONS

RULE = gettext_lazy(
    "K2. Our ruling: it differs clearly with at least 10 cases, at least 10 of the others, and a 95 % interval beyond "
    "twice their share."
)


def period_of(asked: Asked) -> Period:
    period = asked.filters.period
    return Period(asked.filters.before.starts_at, period.starts_at, period.ends_at, asked.at)


def reason_name(code: str) -> str:
    return str(REASONS.get(code, code)) if code else _("no reason")


def _assignments(sign: Sign, which: str) -> Callable[[Asked, Group], Behind]:
    def behind(asked: Asked, group: Group) -> Behind:
        zones = watched(asked.user, asked.reach, asked.filters).zones()
        asked_sign, key = _part(sign, group)
        rows = assignments_behind(zones, period_of(asked), sign=asked_sign, key=key, which=which)
        return Behind(rows, lambda row: row.lead, _facts(sign))

    return behind


def _part(sign: Sign, group: Group) -> tuple[Sign, int | str]:
    """Returns can be asked by source or reason; KeyError for anything else."""
    if not group.by:
        return sign, ""
    if sign != Sign.RETURNED or group.by not in ("source", "reason"):
        raise KeyError(group.by)
    if group.by == "source":
        return Sign.RETURNED, int(group.value)
    if group.value and group.value not in RETURN_REASONS:
        raise KeyError(group.value)
    return Sign.REASON, group.value


def _previews(which: str) -> Callable[[Asked, Group], Behind]:
    def behind(asked: Asked, group: Group) -> Behind:
        if group.by:
            raise KeyError(group.by)
        zones = watched(asked.user, asked.reach, asked.filters).zones()
        rows = previews_behind(zones, period_of(asked), which=which)
        return Behind(rows, lambda row: row.entry.lead, _preview_facts())

    return behind


def _facts(sign: Sign) -> Sequence[Fact]:
    facts = [
        _fact(_("Rep"), lambda row: str(row.holder.get_full_name() or row.holder)),
        _fact(_("Source"), lambda row: row.lead.source.name),
        _moment(_("Assigned"), lambda row: row.assigned_at),
        _fact(_("How"), lambda row: str(row.get_how_display())),
        _fact(_("From"), lambda row: row.place_name),
        Fact(_("To first contact"), lambda row: duration(_to_contact(row)), _seconds, is_number=True),
        _fact(_("Became"), _became),
    ]
    if sign == Sign.PICKED:
        place = Fact(_("Place"), lambda row: number(_place(row)), _place, is_number=True)
        return [*facts[:-2], place]
    return facts


def _preview_facts() -> Sequence[Fact]:
    return [
        _fact(_("Rep"), lambda row: str(row.viewer.get_full_name() or row.viewer)),
        _fact(_("Source"), lambda row: row.entry.lead.source.name),
        _fact(_("Queue"), lambda row: row.entry.queue.name),
        _moment(_("First look"), lambda row: row.first_at),
        Fact(_("Looks"), lambda row: number(row.times), lambda row: row.times, is_number=True),
        _fact(_("Became"), _outcome),
    ]


def _fact(label: str, text: Callable[[Any], str]) -> Fact:
    return Fact(label, text, text)


def _moment(label: str, of: Callable[[Any], Any]) -> Fact:
    return Fact(label, lambda row: exact(of(row)), lambda row: of(row).isoformat())


def _to_contact(row: Assignment) -> Any:
    """All hours: the radar looks at seconds, not at working time."""
    return None if row.first_contact_at is None else row.first_contact_at - row.assigned_at


def _seconds(row: Assignment) -> int | None:
    took = _to_contact(row)
    return None if took is None else int(took.total_seconds())


def _place(row: Assignment) -> int | None:
    return row.receipt.get("place")


def _became(row: Assignment) -> str:
    if row.is_open:
        return _("still held")
    if row.ended_how == Assignment.Ended.RETURNED:
        return _("given back: %(reason)s") % {"reason": reason_name(row.end_reason)}
    return str(row.get_ended_how_display())


def _outcome(row: EntryPreview) -> str:
    """Others stay without a name: they may be of another team (C9)."""
    entry = row.entry
    if entry.left_at is None:
        return _("still waits")
    if entry.assignment is None:
        return str(entry.get_left_how_display())
    if entry.assignment.holder_id == row.viewer_id:
        return _("taken by the rep")
    is_deal = entry.assignment.ended_how in (Assignment.Ended.CONVERTED, Assignment.Ended.WON)
    return _("taken by somebody else, converted") if is_deal else _("taken by somebody else")


def _figure(key: str, name: Any, says: Any, behind: Callable[[Asked, Group], Behind]) -> Figure:
    return Figure(f"radar_{key}", name, says, RULE, behind)


LOOKED_AT = _figure(
    "looked",
    gettext_lazy("Looked at"),
    gettext_lazy(
        "Waiting leads whose preview a rep opened with Look closer, once for each stay in a queue. Kept for 90 days."
    ),
    _previews(ALL),
)
TAKEN = _figure(
    "took",
    gettext_lazy("Took of what they looked at"),
    gettext_lazy("Leads that the rep opened and took, divided by those the rep opened that no longer wait."),
    _previews(TOOK),
)
OTHERS_TOOK = _figure(
    "others",
    gettext_lazy("Looked at, taken by others"),
    gettext_lazy("Leads that the rep opened and somebody else took."),
    _previews(OTHERS),
)
OTHERS_CONVERTED = _figure(
    "converted",
    gettext_lazy("Looked at, converted by others"),
    gettext_lazy("Leads that the rep opened, and that became an opportunity or a customer with somebody else."),
    _previews(CONVERTED),
)
STILL_WAITING = _figure(
    "waiting",
    gettext_lazy("Looked at, still waiting"),
    gettext_lazy("Leads that the rep opened and that can still be taken."),
    _previews(WAITING),
)
PARTS = {
    Sign.LOOKED: TAKEN,
    Sign.RETURNED: _figure(
        "returned",
        gettext_lazy("Gave back"),
        gettext_lazy("Leads received in the period and given back since, divided by all received in it; skips count."),
        _assignments(Sign.RETURNED, PART),
    ),
    Sign.PICKED: _figure(
        "picked",
        gettext_lazy("Picked past others"),
        gettext_lazy("Leads picked from behind the first place, divided by all that the rep took."),
        _assignments(Sign.PICKED, PART),
    ),
    Sign.FRIDAY: _figure(
        "friday",
        gettext_lazy("Late on Friday"),
        gettext_lazy(
            "Leads taken on Friday from 15:00 in the rep's own zone that were still held without a contact when Monday "
            "began, divided by all taken then. A weekend that is not over does not count."
        ),
        _assignments(Sign.FRIDAY, PART),
    ),
    Sign.QUICK: _figure(
        "quick",
        gettext_lazy("Contact in seconds"),
        gettext_lazy("First contacts logged less than 30 seconds after the rep got the lead, divided by all."),
        _assignments(Sign.QUICK, PART),
    ),
    Sign.SILENT: _figure(
        "silent",
        gettext_lazy("Nothing after contact"),
        gettext_lazy(
            "Leads still held with nothing since the first contact, 7 days ago or earlier: no other contact, note, "
            "follow-up or snooze. Divided by all contacted of the period."
        ),
        _assignments(Sign.SILENT, PART),
    ),
    Sign.HELD: _figure(
        "held",
        gettext_lazy("Held without contact"),
        gettext_lazy(
            "Open leads without a first contact now, from any time. It differs clearly from 10 on, above twice the "
            "median of the others."
        ),
        _assignments(Sign.HELD, PART),
    ),
}
WHOLES = {
    Sign.LOOKED: _figure(
        "decided",
        gettext_lazy("Looked at, no longer waiting"),
        gettext_lazy("Leads that the rep opened and that have left the queue, to any rep or otherwise."),
        _previews(DECIDED),
    ),
    Sign.RETURNED: _figure(
        "received",
        gettext_lazy("Received"),
        gettext_lazy("Leads that the rep got in the period, however; undone ones do not count."),
        _assignments(Sign.RETURNED, WHOLE),
    ),
    Sign.PICKED: _figure(
        "claimed",
        gettext_lazy("Taken"),
        gettext_lazy("Leads that the rep took in the period: by Take next, in a batch, or picked."),
        _assignments(Sign.PICKED, WHOLE),
    ),
    Sign.FRIDAY: _figure(
        "fridays",
        gettext_lazy("Taken late on Friday"),
        gettext_lazy("Leads taken on Friday from 15:00 in the rep's own zone; the weekend after it is over."),
        _assignments(Sign.FRIDAY, WHOLE),
    ),
    Sign.QUICK: _figure(
        "contacted",
        gettext_lazy("Contacted"),
        gettext_lazy("Leads received in the period that have a first contact."),
        _assignments(Sign.QUICK, WHOLE),
    ),
    Sign.HELD: _figure(
        "open",
        gettext_lazy("Open leads"),
        gettext_lazy("Leads that the rep holds now."),
        _assignments(Sign.HELD, WHOLE),
    ),
}
WHOLES[Sign.SILENT] = WHOLES[Sign.QUICK]
FIGURES = (*PARTS.values(), *dict.fromkeys(WHOLES.values()), LOOKED_AT, OTHERS_TOOK, OTHERS_CONVERTED, STILL_WAITING)
