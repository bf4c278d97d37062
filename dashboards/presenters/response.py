"""Puts a rep's first contacts into words: within the limit, contacted at all, and how that changed (E3)."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from config.web.figures import number, percent
from config.web.times import duration
from dashboards.queries.response import Responses
from queues.decisions.health import CLAIM_GOAL

ENOUGH = 10  # a rep with fewer leads is not marked
MINUTE = timedelta(minutes=1)
POINT = 0.01


@dataclass(frozen=True, slots=True)
class ResponseWords:
    """What stands in the row of a rep; an empty trend was not measured in both months."""

    in_time: str
    goal: str  # that it is missed
    time_trend: str
    contacted: str
    counts: str
    contact_trend: str


def response_words(found: Responses) -> ResponseWords:
    now, before = found.now, found.before
    in_time, goal = now.time_share, float(CLAIM_GOAL)
    below = in_time is not None and in_time < goal and now.judged >= ENOUGH
    words = {"share": percent(in_time, limit=goal), "goal": percent(goal)}
    counts = {"n": number(now.contacted), "of": number(now.taken)}
    return ResponseWords(
        in_time=_("%(share)s in time") % words,
        goal=_("Below the goal of %(goal)s") % words if below else "",
        time_trend=_time_trend(now.median, before.median),
        contacted=percent(now.contact_share),
        counts=_("%(n)s of %(of)s") % counts if now.taken else "",
        contact_trend=_share_trend(now.contact_share, before.contact_share),
    )


def _time_trend(now: timedelta | None, before: timedelta | None) -> str:
    if now is None or before is None:
        return ""
    if abs(now - before) < MINUTE:
        return _("as before")
    words = {"time": duration(now - before)}
    return _("%(time)s faster") % words if now < before else _("%(time)s slower") % words


def _share_trend(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return ""
    points = round(now / POINT) - round(before / POINT)
    if not points:
        return _("as before")
    words = {"n": f"{abs(points)}"}
    return _("%(n)s points more") % words if points > 0 else _("%(n)s points fewer") % words
