"""A queue as it stood at a past moment, in words: places, what became of the leads, and what cannot be known (K3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.people import display_name
from config.web.times import clock_time, exact, when
from dashboards.decisions.moments import MomentRefused, Refusal
from dashboards.presenters.places import QueuePlace, order_text, reason_text
from dashboards.queries.waiting import shown_company
from queues.models import Entry, Queue
from queues.queries.past_line import MOST, PastLine, PastPlace

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PastRow:
    """One place as a page shows it; nothing of it is contact data (C1)."""

    place: PastPlace
    company: str
    source: str
    age: timedelta
    why: str
    fate: str
    after: timedelta | None  # how much later it left; None: it waits still


def past_row(place: PastPlace, line: PastLine, *, at: datetime) -> PastRow:
    entry = place.entry
    stood = QueuePlace(
        reason=place.reason,
        number=place.number,
        of=line.depth,
        since_at=entry.since_at,
        age=at - entry.since_at,
        hot_above=line.settings.hot_score,
        bands=line.settings.bands,
        tier=place.tier,
        score=place.score,
        is_recycled=entry.is_recycled,
    )
    return PastRow(
        place=place,
        company=shown_company(entry.lead),
        source=entry.lead.source.name,
        age=at - entry.since_at,
        why=capfirst(reason_text(stood)),
        fate=fate_text(entry),
        after=entry.left_at - at if entry.left_at else None,
    )


def fate_text(entry: Entry) -> str:
    """What became of its stay: who took it, or where it went."""
    if entry.left_at is None:
        return _("waits still")
    if entry.assignment is None:
        return str(entry.get_left_how_display())
    words = {"name": display_name(entry.assignment.holder)}
    if entry.left_how == Entry.Left.CLAIMED:
        return _("taken by %(name)s") % words
    return _("given to %(name)s") % words


def next_to_leave(places: Sequence[PastPlace], most: int) -> list[PastPlace]:
    """Those that left first after the moment, in the order in which they did."""
    gone = [place for place in places if place.entry.left_at is not None]
    return sorted(gone, key=lambda place: (place.entry.left_at, place.number))[:most]


def settings_sentence(line: PastLine) -> str:
    """How the queue was ordered then."""
    then, bands = line.settings, line.settings.bands
    words = {
        "order": order_text(then.order),
        "hours": bands.first_after // timedelta(hours=1),
        "percent": bands.first_percent,
        "hours2": bands.second_after // timedelta(hours=1),
        "percent2": bands.second_percent,
    }
    text = _(
        "Ordered %(order)s; after %(hours)s h within the first %(percent)s %%, after %(hours2)s h within the first "
        "%(percent2)s %%."
    )
    if then.order == Queue.Order.HYBRID:
        hot = _("A score above %(score)s was hot.") % {"score": then.hot_score}
        return f"{text % words} {hot}"
    return text % words


def unknown_facts(line: PastLine) -> list[str]:
    """What cannot be known about this moment any more, each as a sentence."""
    then, facts = line.settings, []
    if not then.is_known:
        facts.append(_("How the queue was ordered then is not recorded; the earliest known settings are used."))
    if then.settled_at is not None:
        text = _("Its order had been changed at %(time)s: for a few minutes leads were still being sorted again.")
        facts.append(text % {"time": when(then.settled_at)})
    if line.tiers_changed:
        facts.append(
            _("Tiers were changed since. Each lead is shown in the tier of then that it meets by its account of now.")
        )
    if unsure := sum(not place.is_sure for place in line.places):
        text = ngettext(
            "%(n)s lead got more details since, by a new arrival or a merge; its tier may have been another.",
            "%(n)s leads got more details since, by new arrivals or merges; their tiers may have been others.",
            unsure,
        )
        facts.append(text % {"n": number(unsure)})
    return facts


def too_long_sentence(line: PastLine) -> str:
    text = _("More than %(n)s leads waited then. So long a queue is not put in order again; choose another moment.")
    return text % {"n": number(MOST)}


def refused_sentence(refused: MomentRefused, tz: ZoneInfo) -> str:
    if refused.why == Refusal.FUTURE:
        return _("This moment has not come yet. Choose one in the past.")
    if refused.why == Refusal.SKIPPED and refused.nearest is not None:
        local = refused.nearest.astimezone(tz)
        text = _("Clocks went forward over this time, so it did not exist. Choose another, such as %(time)s.")
        return text % {"time": clock_time(local)}
    return _("This is no moment. Choose a day and a time, such as 2026-11-03T10:42.")


def not_yet_sentence(queue: Queue) -> str:
    return _("%(queue)s did not exist then: no lead had entered it, and it has no settings of that time.") % {
        "queue": queue.name
    }


def then_addresses(stays: Sequence[Entry], user: User) -> dict[int, str]:
    """By stay, where its queue can be seen just before the lead left it, or when it entered; without those queues that
    the reader may not see so (C9)."""
    mine = Queue.objects.managed_by(user).filter(pk__in={entry.queue_id for entry in stays})
    open_to_reader = set(mine.order_by().values_list("pk", flat=True)) if stays else set()
    found = {}
    for entry in stays:
        if entry.queue_id in open_to_reader:
            at = entry.left_at - INSTANT if entry.left_at else entry.entered_at
            query = urlencode({"at": at.isoformat(), "entry": entry.pk})
            found[entry.pk] = f"{reverse('dashboards:queue_then', args=[entry.queue.slug])}?{query}"
    return found


def again_sentence(again: datetime) -> str:
    text = _("Clocks went back that day, so this time came twice. This is the first; the second was %(time)s.")
    return text % {"time": exact(again)}
