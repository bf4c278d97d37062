"""Why a lead has its place in a queue, and how the queue is ordered, in words (B3-B6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.web.figures import number
from config.web.times import limit_text, when
from dashboards.queries.waiting import Preview
from leads.models import LeadType
from queues.decisions.ordering import Bands, PositionReason, band_size
from queues.models import Queue
from queues.queries.limits import TypeLimits


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """What explains a place, in a list or on a receipt. Old receipts may have neither score nor tier."""

    reason: str
    number: int
    of: int
    since_at: datetime
    age: timedelta
    hot_above: int
    bands: Bands
    tier: str = ""
    score: int | None = None
    is_recycled: bool = False


def why_here(row: Preview, at: datetime) -> str:
    """Why a waiting lead has its place; empty for the head of a blind queue."""
    standing = QueuePlace(
        reason=row.reason,
        number=row.number,
        of=row.of,
        since_at=row.since_at,
        age=at - row.since_at,
        hot_above=row.queue.hot_score,
        bands=row.queue.bands,
        tier=row.tier_name,
        score=row.score,
        is_recycled=row.is_recycled,
    )
    return capfirst(reason_text(standing))


def reason_text(place: QueuePlace) -> str:
    """One clause for lists and receipts: what put the lead there, with the numbers, and which age band was full
    (B6). A recycled lead says so (L9)."""
    text = _reason(place)
    return _("%(reason)s; back from nurture") % {"reason": text} if text and place.is_recycled else text


def _reason(place: QueuePlace) -> str:
    if place.reason == PositionReason.FRONT:
        return _("moved to the front by a manager")
    words = {"hours": place.age // timedelta(hours=1), "of": number(place.of), "full": _missed(place)}
    if place.reason in (PositionReason.LIFTED_FIRST, PositionReason.LIFTED_SECOND):
        is_second = place.reason == PositionReason.LIFTED_SECOND
        words["percent"] = place.bands.second_percent if is_second else place.bands.first_percent
        if words["full"] is None:
            return _("%(hours)d h old, top %(percent)s %% of %(of)s") % words
        return _("%(hours)d h old, top %(percent)s %% of %(of)s; the top %(full)s %% is full") % words
    if words["full"] is None:
        return _base_reason(place)
    words["why"] = _base_reason(place)
    return _("%(why)s; %(hours)d h old, but the top %(full)s %% is full") % words


def _base_reason(place: QueuePlace) -> str:
    words = {"score": place.score, "limit": place.hot_above, "tier": place.tier or _("no tier")}
    if place.reason == PositionReason.HOT:
        text = _("hot, above %(limit)s") if place.score is None else _("hot, score %(score)s is above %(limit)s")
        return text % words
    if place.reason == PositionReason.TIER:
        return _("its tier, then its score") if place.score is None else _("%(tier)s, score %(score)s") % words
    if place.reason == PositionReason.FIRST_IN:
        return _("by time of entry, %(time)s") % {"time": when(place.since_at)}
    return ""


def _missed(place: QueuePlace) -> int | None:
    """The narrowest age band that the lead is old enough for and that is full (B6)."""
    bands = place.bands
    for after, percent in ((bands.second_after, bands.second_percent), (bands.first_after, bands.first_percent)):
        if place.age >= after and place.number > band_size(place.of, percent):
            return percent
    return None


def order_text(order: str) -> str:
    """A queue's order in a few words."""
    return {
        Queue.Order.FIFO: _("first in, first out"),
        Queue.Order.PRIORITY: _("by tier, score and deal size"),
        Queue.Order.HYBRID: _("hot first, then first in"),
    }.get(order, order)


def wait_text(queue: Queue, limits: TypeLimits) -> str:
    """The longest wait of a queue (D1), if it is the same for all types."""
    found = {limits.wait(queue, lead_type).time for lead_type in LeadType.values}
    return _("limit by lead type") if len(found) > 1 else _("limit %(time)s") % {"time": limit_text(found.pop())}


def taking_text(queue: Queue) -> str:
    """How leads leave this queue."""
    if queue.dispatch == Queue.Dispatch.PUSH:
        return _("given out in turn")
    if queue.is_blind:
        return _("Take next only, unseen")
    if queue.picks_within:
        return _("you may pick from the first %(n)s") % {"n": queue.picks_within}
    return _("Take next only")
