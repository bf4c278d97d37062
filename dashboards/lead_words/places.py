"""Says why a lead stands where it stands, and how a queue is ordered (B3-B6)."""

from datetime import timedelta

from django.utils.translation import gettext as _

from config.templatetags.alur import duration
from dashboards.queries.waiting import Preview
from queues.decisions import ordering
from queues.models import Queue


def why_here(row: Preview) -> str:
    """One short clause; every place has its reason."""
    queue = row.queue
    words = {
        ordering.FRONT: _("Moved to the front by a manager"),
        ordering.HOT: _("Hot: %(score)s is above %(limit)s") % {"score": row.score, "limit": queue.hot_score},
        ordering.LIFTED_FIRST: lifted(queue.first_band_hours, queue.first_band_percent),
        ordering.LIFTED_SECOND: lifted(queue.second_band_hours, queue.second_band_percent),
    }
    if row.reason == ordering.TIER:
        tier = row.tier_name or _("No tier")
        return _("%(tier)s, score %(score)s") % {"tier": tier, "score": row.score}
    return words.get(row.reason, _("First in"))


def lifted(hours: int, percent: int) -> str:
    return _("%(hours)s h and more, top %(percent)s %%") % {"hours": hours, "percent": percent}


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
