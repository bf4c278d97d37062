"""Sentences about queues in the inbox: an intake that paused or opened, a bottleneck, depth and age (D5-E6)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from routing.models import Notification

Kind = Notification.Kind
NOTHING = {"place": "", "limit": "", "lift": "", "hours": "", "percent": "", "depth": ""}


def paused_sentence(details: dict) -> str:
    if details.get("why") == "aged":
        text = _(
            "%(place)s takes no new leads by rule: its leads wait longer than %(hours)s h on average. New ones are "
            "parked on the review desk, and enter by themselves when it opens."
        )
    else:
        text = _(
            "%(place)s takes no new leads by rule: more than %(limit)s wait. New ones are parked on the review desk, "
            "or go to the queue that you chose, until fewer than %(lift)s wait."
        )
    return text % (NOTHING | details)


def open_sentence(details: dict) -> str:
    return _("%(place)s takes new leads again. What was parked for it has entered.") % (NOTHING | details)


def bottleneck_sentence(details: dict) -> str:
    text = _("%(place)s is a bottleneck: only %(percent)s %% of its leads were claimed within 24 h.")
    return text % (NOTHING | details)


def aging_sentence(details: dict) -> str:
    text = _("%(percent)s %% of the leads in %(place)s have waited 4 h or longer; 20 %% is the most that is fine.")
    return text % (NOTHING | details)


def depth_sentence(details: dict) -> str:
    return _("%(depth)s leads wait in %(place)s.") % (NOTHING | details)


QUEUE_ALERTS: Mapping[str, Callable[[dict], str]] = MappingProxyType(
    {
        Kind.INTAKE_PAUSED: paused_sentence,
        Kind.INTAKE_OPEN: open_sentence,
        Kind.BOTTLENECK: bottleneck_sentence,
        Kind.QUEUE_AGING: aging_sentence,
        Kind.QUEUE_YELLOW: depth_sentence,
        Kind.QUEUE_RED: depth_sentence,
        Kind.QUEUE_CRITICAL: depth_sentence,
    }
)
