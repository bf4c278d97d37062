"""Sentences about queues in the inbox: an intake that paused or opened, a bottleneck, depth, age, loans (D5-E6)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number, percent
from config.web.times import last_day
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


def losing_sentence(details: dict) -> str:
    left, entered = details.get("left", 0), details.get("entered", 0)
    text = _(
        "%(left)s of %(entered)s leads that entered %(place)s in 30 days left without a claim: %(share)s. 15 %% is the "
        "most that is fine; below 12 %% the alarm ends."
    )
    share = percent(left / entered if entered else None, decimals=1)
    return text % (NOTHING | details | {"left": number(left), "entered": number(entered), "share": share})


def depth_sentence(details: dict) -> str:
    return _("%(depth)s leads wait in %(place)s.") % (NOTHING | details)


def lent_sentence(details: dict) -> str:
    """To the rep, or to the managers of the rep, who read the name."""
    if details.get("name"):
        text = _("%(by)s lent %(name)s to %(place)s, until %(until)s.")
    else:
        text = _("You take leads from %(place)s too, until %(until)s. %(by)s lent you.")
    return text % _about_loan(details)


def loan_ended_sentence(details: dict) -> str:
    words = _about_loan(details)
    if details.get("by"):
        mine, others = _("%(by)s ended your loan to %(place)s."), _("%(by)s ended the loan of %(name)s to %(place)s.")
    else:
        mine, others = _("Your loan to %(place)s is over."), _("The loan of %(name)s to %(place)s is over.")
    return (others if details.get("name") else mine) % words


def lane_closed_sentence(details: dict) -> str:
    texts = {
        "clear": _("The fast lane of %(place)s has closed, because the queue is clear."),
        "time": _("The fast lane of %(place)s has closed, because its time is over."),
    }
    off = _("The fast lane of %(place)s has closed, because the queue or the rotation is switched off.")
    given = details.get("given", 0)
    went = ngettext("%(n)s lead went through.", "%(n)s leads went through.", given) % {"n": given}
    return f"{texts.get(details.get('why', ''), off) % (NOTHING | details)} {went}"


def _about_loan(details: dict) -> dict:
    try:
        until = last_day(datetime.fromisoformat(details.get("until", "")))
    except (TypeError, ValueError):
        until = _("n/a")
    return {"by": "", "name": "", "place": ""} | details | {"until": until}


QUEUE_ALERTS: Mapping[str, Callable[[dict], str]] = MappingProxyType(
    {
        Kind.INTAKE_PAUSED: paused_sentence,
        Kind.INTAKE_OPEN: open_sentence,
        Kind.BOTTLENECK: bottleneck_sentence,
        Kind.QUEUE_AGING: aging_sentence,
        Kind.QUEUE_LOSING: losing_sentence,
        Kind.LANE_CLOSED: lane_closed_sentence,
        Kind.LENT: lent_sentence,
        Kind.LOAN_ENDED: loan_ended_sentence,
        Kind.QUEUE_YELLOW: depth_sentence,
        Kind.QUEUE_RED: depth_sentence,
        Kind.QUEUE_CRITICAL: depth_sentence,
    }
)
