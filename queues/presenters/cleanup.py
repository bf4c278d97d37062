"""The weekly cleanup in words: why a lead is listed, what will happen to it, and what a cleanup did (D7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.company import company_zone
from config.web.figures import number
from config.web.people import display_name
from config.web.times import since as duration_since
from leads.decisions.junk import Junk
from leads.models import Lead
from leads.queries.junk import junk_reason_of
from queues.decisions.stale import next_night
from queues.models import PartnerLead
from queues.presenters.rules import REASON_LABELS
from queues.queries.cleanup import ALIKE, JUNK, KEPT, OLD, PARKED, PARTNER, LastCleaned, Where

JUNK_LABELS: Mapping[str, object] = {
    Junk.UNREACHABLE: lazy("No e-mail and no phone"),
    Junk.NAMELESS: lazy("Neither a person nor a company"),
    Junk.THROW_AWAY: lazy("A throw-away e-mail address"),
    Junk.TEST: lazy("The name is a test"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One lead of the list. `since_at` is since when it is where it is; `desk` is its item on the review desk."""

    lead: Lead
    place: str
    since_at: datetime
    why: str
    then: str
    desk: int | None


def tab_labels() -> dict[str, str]:
    return {
        OLD: _("Older than 7 days"),
        ALIKE: _("Possible duplicates"),
        JUNK: _("Junk"),
        PARKED: _("Parked"),
        KEPT: _("Kept for now"),
        PARTNER: _("With partners"),
    }


def place_labels() -> dict[str, str]:
    return {"waiting": _("Waiting"), "held": _("Held by a rep"), "review": _("On the review desk")}


def row_of(lead: Lead, where: Where, tab: str, due: datetime | None, *, at: datetime) -> Row:
    since_at = lead.stage_at
    if where.entry is not None:
        since_at = where.entry.since_at
    elif where.item is not None:
        since_at = where.item.opened_at
    elif where.held is not None:
        since_at = where.held.assigned_at
    elif where.stay is not None:
        since_at = where.stay.at
    return Row(
        lead,
        _place(lead, where),
        since_at,
        _why(lead, where, tab, since_at, at=at),
        _then(where, due, at=at),
        where.item.pk if where.item is not None else None,
    )


def _place(lead: Lead, where: Where) -> str:
    if where.entry is not None:
        return where.entry.queue.name
    if where.held is not None:
        return display_name(where.held.holder)
    if where.stay is not None:
        return _("With %(pool)s") % {"pool": where.stay.pool.name}
    if where.item is not None and where.item.parked_for is not None:
        return _("Parked for %(queue)s") % {"queue": where.item.parked_for.name}
    return _("Review desk") if where.item is not None else str(lead.get_stage_display())


def _why(lead: Lead, where: Where, tab: str, since_at: datetime, *, at: datetime) -> str:
    if tab == KEPT and where.kept is not None:
        name = display_name(where.kept.by) if where.kept.by is not None else _("n/a")
        return _("Kept by %(name)s until %(day)s") % {"name": name, "day": _day(where.kept.until, at=at)}
    if where.stay is not None:
        return _came_to_partner(where.stay)
    if tab == ALIKE and lead.resembles is not None:
        words = {"other": lead.resembles.label, "n": lead.resembles_percent}
        return _("%(n)s %% like %(other)s") % words
    if tab == JUNK and (reason := junk_reason_of(lead)) is not None:
        return str(JUNK_LABELS[reason])
    if where.entry is not None:
        return _("Waits for %(time)s") % {"time": duration_since(since_at, at)}
    if where.held is not None:
        return _("Nothing happened for %(time)s") % {"time": duration_since(where.worked_at or since_at, at)}
    if where.item is not None:
        reasons = (
            [where.item.rule.name] if where.item.rule else [str(REASON_LABELS.get(c, c)) for c in where.item.reasons]
        )
        return "; ".join(reasons) or _("On the review desk")
    return ""


def _came_to_partner(stay: PartnerLead) -> str:
    if stay.by_id is None and stay.queue is not None:
        return _("Overflow of %(queue)s") % {"queue": stay.queue.name}
    if stay.queue is not None:
        return _("Sent from %(queue)s") % {"queue": stay.queue.name}
    return _("Sent by hand")


def _then(where: Where, due: datetime | None, *, at: datetime) -> str:
    """What becomes of it if nobody acts (D6)."""
    if where.stay is not None:
        return _("Stays with %(name)s until it is called back") % {"name": where.stay.pool.name}
    if where.held is not None:
        return _("Stays with %(name)s") % {"name": display_name(where.held.holder)}
    if where.item is not None and where.item.parked_for is not None:
        return _("Enters %(queue)s when it opens") % {"queue": where.item.parked_for.name}
    if where.item is not None:
        return _("Stays on the desk")
    if where.entry is None:
        return ""
    if due is None:
        return _("Stays: %(queue)s keeps its old leads") % {"queue": where.entry.queue.name}
    stays_until = [where.put_off_until, where.kept.until if where.kept is not None else None]
    night = next_night(max([due, at, *filter(None, stays_until)]), company_zone())
    if night - at < timedelta(hours=24):
        return _("To nurture tonight")
    return _("To nurture on %(day)s") % {"day": _day(night, at=at)}


def _day(moment: datetime, *, at: datetime) -> str:
    local = moment.astimezone(timezone.get_current_timezone())
    return date_format(local, "D j M" if abs(moment - at) < timedelta(days=300) else "j M Y")


def last_sentence(last: LastCleaned | None, *, at: datetime) -> str:
    """The state of the weekly cleanup."""
    if last is None:
        return _("Nobody has cleaned up yet.")
    words = {
        "day": _day_name(last.at, at=at),
        "name": display_name(last.by) if last.by is not None else _("n/a"),
        "n": number(last.leads),
    }
    text = ngettext(
        "Last cleaned: %(day)s by %(name)s, %(n)s lead.", "Last cleaned: %(day)s by %(name)s, %(n)s leads.", last.leads
    )
    return text % words


def _day_name(moment: datetime, *, at: datetime) -> str:
    local, today = (
        moment.astimezone(timezone.get_current_timezone()).date(),
        at.astimezone(timezone.get_current_timezone()).date(),
    )
    if local == today:
        return _("today")
    return date_format(local, "l") if (today - local).days < 7 else date_format(local, "j M Y")


def effect_sentences(act: str, total: int, *, held: int, queue_name: str, pool_name: str) -> list[str]:
    """What an act on the whole list will do, before it is done."""
    n = {"n": number(total), "queue": queue_name, "pool": pool_name}
    text = {
        "nurture": ngettext("%(n)s lead goes to nurture.", "%(n)s leads go to nurture.", total),
        "recycle": ngettext("%(n)s lead goes to the recycling pool.", "%(n)s leads go to the recycling pool.", total),
        "archive": ngettext("%(n)s lead is archived.", "%(n)s leads are archived.", total),
        "reject": ngettext("%(n)s lead is rejected as junk.", "%(n)s leads are rejected as junk.", total),
        "move": ngettext(
            "%(n)s lead goes into %(queue)s, with its age.", "%(n)s leads go into %(queue)s, with their age.", total
        ),
        "keep": ngettext(
            "%(n)s lead leaves this list for 7 days, and the night does not move it.",
            "%(n)s leads leave this list for 7 days, and the night does not move them.",
            total,
        ),
        "merge": ngettext(
            "%(n)s lead is merged with the one it resembles, which stays.",
            "%(n)s leads are merged with the ones they resemble, which stay.",
            total,
        ),
        "apart": ngettext(
            "%(n)s lead and the one it resembles stay two leads, for good.",
            "%(n)s leads and the ones they resemble stay two leads each, for good.",
            total,
        ),
        "partner": ngettext(
            "%(n)s lead leaves to %(pool)s, with name, e-mail, phone and message.",
            "%(n)s leads leave to %(pool)s, with names, e-mails, phones and messages.",
            total,
        ),
        "recall": ngettext(
            "%(n)s lead comes back to where it was, with its age.",
            "%(n)s leads come back to where they were, with their age.",
            total,
        ),
    }[act]
    sentences = [text % n]
    if held and act in ("nurture", "recycle", "archive", "reject", "move", "partner"):
        text = ngettext(
            "A rep holds %(n)s of them, loses it and is told.", "Reps hold %(n)s of them, lose them and are told.", held
        )
        sentences.append(text % {"n": number(held)})
    if act == "recall":
        return sentences
    return [*sentences, _("You can undo it for 30 days, for each lead that has not moved on.")]
