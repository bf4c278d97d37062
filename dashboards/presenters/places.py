"""Says why a lead stands where it stands, and how a queue is ordered (B3-B6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.web.figures import number
from config.web.times import duration, when
from dashboards.queries.waiting import Preview
from queues.decisions import ordering
from queues.decisions.ordering import Bands, band_places
from queues.models import Queue


@dataclass(frozen=True, slots=True)
class Standing:
    """What explains a place, in a list or on a receipt. Receipts of before may know neither score nor tier."""

    reason: str
    number: int
    of: int
    since_at: datetime
    age: timedelta
    hot_above: int
    bands: Bands
    tier: str = ""
    score: int | None = None


def why_here(row: Preview, at: datetime) -> str:
    """Why a waiting lead stands at its place; a blind queue says nothing of its head."""
    standing = Standing(
        reason=row.reason,
        number=row.number,
        of=row.of,
        since_at=row.since_at,
        age=at - row.since_at,
        hot_above=row.queue.hot_score,
        bands=row.queue.bands,
        tier=row.tier_name,
        score=row.score,
    )
    return capfirst(reason_words(standing))


def reason_words(told: Standing) -> str:
    """One clause for lists and receipts alike: what put the lead there, with its numbers, and which band was full."""
    if told.reason == ordering.FRONT:
        return _("moved to the front by a manager")
    words = {"hours": told.age // timedelta(hours=1), "of": number(told.of), "full": _missed(told)}
    if told.reason in (ordering.LIFTED_FIRST, ordering.LIFTED_SECOND):
        is_second = told.reason == ordering.LIFTED_SECOND
        words["percent"] = told.bands.second_percent if is_second else told.bands.first_percent
        if words["full"] is None:
            return _("%(hours)d h old, top %(percent)s %% of %(of)s") % words
        return _("%(hours)d h old, top %(percent)s %% of %(of)s; the top %(full)s %% is full") % words
    if words["full"] is None:
        return _base_words(told)
    words["why"] = _base_words(told)
    return _("%(why)s; %(hours)d h old, but the top %(full)s %% is full") % words


def _base_words(told: Standing) -> str:
    words = {"score": told.score, "limit": told.hot_above, "tier": told.tier or _("no tier")}
    if told.reason == ordering.HOT:
        text = _("hot, above %(limit)s") if told.score is None else _("hot, score %(score)s is above %(limit)s")
        return text % words
    if told.reason == ordering.TIER:
        return _("its tier, then its score") if told.score is None else _("%(tier)s, score %(score)s") % words
    if told.reason == ordering.FIRST_IN:
        return _("by time of entry, %(time)s") % {"time": when(told.since_at)}
    return ""


def _missed(told: Standing) -> int | None:
    """The narrowest band that this lead is old enough for and that has no place left for it (B6)."""
    bands = told.bands
    for after, percent in ((bands.second_after, bands.second_percent), (bands.first_after, bands.first_percent)):
        if told.age >= after and told.number > band_places(told.of, percent):
            return percent
    return None


def order_words(order: str) -> str:
    """A queue's order in a few words."""
    return {
        Queue.Order.FIFO: _("first in, first out"),
        Queue.Order.PRIORITY: _("by tier, score and deal size"),
        Queue.Order.HYBRID: _("hot first, then first in"),
    }.get(order, order)


def wait_words(queue: Queue) -> str:
    """The longest wait of a queue (D1)."""
    if queue.wait_minutes is None:
        return _("limit by lead type")
    return _("limit %(time)s") % {"time": limit_words(timedelta(minutes=queue.wait_minutes))}


def limit_words(limit: timedelta) -> str:
    """A limit as people say it: '2 h', '90 min', '3 d'."""
    minutes = int(limit / timedelta(minutes=1))
    if minutes >= 72 * 60 and minutes % (24 * 60) == 0:
        return _("%(d)d d") % {"d": minutes // (24 * 60)}
    if minutes and minutes % 60 == 0:
        return _("%(h)d h") % {"h": minutes // 60}
    return duration(limit) if minutes > 120 else _("%(n)d min") % {"n": minutes}


def taking_words(queue: Queue) -> str:
    """How leads leave this queue."""
    if queue.dispatch == Queue.Dispatch.PUSH:
        return _("given out in turn")
    if queue.is_blind:
        return _("Take next only, unseen")
    if queue.picks_within:
        return _("you may pick from the first %(n)s") % {"n": queue.picks_within}
    return _("Take next only")
