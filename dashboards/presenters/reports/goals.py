"""The goals of queues in words: what they are, whether they are kept, tables and lines of twelve weeks (E8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web.figures import NO_BREAK_SPACE, decimals, number, percent
from config.web.pictures.lines import Chart, line_chart
from config.web.times import exact
from dashboards.presenters.reports.figures import Behind, Fact
from dashboards.presenters.reports.tables import Cell
from dashboards.presenters.reports.words import time_text
from dashboards.queries.reports.goals import Goals, claims_a_day
from queues.decisions.figures.classes import DAY, HOUR
from queues.decisions.figures.goals import (
    AGE_GOAL,
    CLAIMED_GOAL,
    DEPTH_MOST,
    Kept,
    age_goal,
    claimed_goal,
    days_of_claims,
    depth_goal,
    oldest_goal,
)
from queues.decisions.figures.totals import share
from queues.queries.figures.past import Part

AGE_STEPS = (HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY)
FACTS: tuple[Fact, ...] = (
    Fact(gettext_lazy("Queue"), lambda stay: stay.queue.name, lambda stay: stay.queue.name),
    Fact(gettext_lazy("Source"), lambda stay: stay.lead.source.name, lambda stay: stay.lead.source.name),
    Fact(gettext_lazy("Age counts from"), lambda stay: exact(stay.since_at), lambda stay: stay.since_at.isoformat()),
    Fact(gettext_lazy("Entered"), lambda stay: exact(stay.entered_at), lambda stay: stay.entered_at.isoformat()),
    Fact(
        gettext_lazy("Left"),
        lambda stay: exact(stay.left_at) if stay.left_at else _("waits"),
        lambda stay: stay.left_at.isoformat() if stay.left_at else "",
    ),
)


@dataclass(frozen=True, slots=True)
class Goal:
    """One of the four; `value` and `text` read a part of the past, `kept` judges it."""

    key: str
    name: Any
    label: Any
    short: Any
    line: Any
    goal_words: Any
    value: Callable[[Part], float | None]
    text: Callable[[float | None], str]
    kept: Callable[[Part], Kept]
    goal: float
    steps: Sequence[float] = ()


def days_text(days: float | None) -> str:
    """'3.4 days'; None is n/a (L2)."""
    if days is None:
        return _("n/a")
    return _("%(n)s days").replace(" ", NO_BREAK_SPACE) % {"n": decimals(days)}


def claimed_share(part: Part) -> Fraction | None:
    """Of the stays that were decided: claimed within 24 hours, or 24 hours old."""
    decided = part.decided
    return share(decided.within_day, decided.within_day + decided.turned_day_old)


def depth_days(part: Part) -> float | None:
    return _float(days_of_claims(part.waited.mean_depth, claims_a_day(part)))


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _count_text(value: float | None) -> str:
    return number(None if value is None else round(value))


GOALS = (
    Goal(
        "age",
        gettext_lazy("Mean age of waiting leads below 12 h"),
        gettext_lazy("Mean age"),
        gettext_lazy("age"),
        gettext_lazy("Mean age of waiting leads by week"),
        gettext_lazy("goal: below 12 h"),
        lambda part: part.waited.mean_age,
        time_text,
        lambda part: age_goal(part.waited.mean_age),
        AGE_GOAL,
        AGE_STEPS,
    ),
    Goal(
        "claimed",
        gettext_lazy("90 % or more claimed within 24 h"),
        gettext_lazy("Within 24 h"),
        gettext_lazy("24 h"),
        gettext_lazy("Claimed within 24 h by week"),
        gettext_lazy("goal: 90 % or more"),
        lambda part: _float(claimed_share(part)),
        percent,
        lambda part: claimed_goal(part.decided.within_day, part.decided.turned_day_old),
        float(CLAIMED_GOAL),
        (0.25,),
    ),
    Goal(
        "oldest",
        gettext_lazy("No lead older than 72 h"),
        gettext_lazy("Over 72 h"),
        gettext_lazy("72 h"),
        gettext_lazy("Leads that became older than 72 h by week"),
        gettext_lazy("goal: none"),
        lambda part: part.decided.turned_72_hours_old,
        _count_text,
        lambda part: oldest_goal(part.decided.turned_72_hours_old),
        0,
        (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000),
    ),
    Goal(
        "depth",
        gettext_lazy("Depth 2 to 4 times the daily claims"),
        gettext_lazy("Depth"),
        gettext_lazy("depth"),
        gettext_lazy("Depth in days of claims by week"),
        gettext_lazy("goal: 2 to 4 days"),
        depth_days,
        days_text,
        lambda part: depth_goal(part.waited.mean_depth, claims_a_day(part)),
        DEPTH_MOST,
        (1, 2, 5, 10, 20, 50, 100),
    ),
)


def week_line(goal: Goal, firsts: Sequence[date], weeks: Sequence[Part | None], *, is_running: bool) -> Chart:
    """A week before anything waited is a gap."""
    values = [None if part is None else goal.value(part) for part in weeks]
    missed = {value for part, value in zip(weeks, values, strict=True) if part and goal.kept(part).is_missed}
    known = [value for value in values if value is not None]
    says = _("%(name)s: %(first)s at first, %(last)s in the last of %(n)s weeks; %(goal)s.") % {
        "name": goal.line,
        "n": number(len(values)),
        "first": goal.text(known[0] if known else None),
        "last": goal.text(known[-1] if known else None),
        "goal": goal.goal_words,
    }
    return line_chart(
        [date_format(first, "j M") for first in firsts],
        values,
        goal=goal.goal,
        words=goal.text,
        name=str(goal.label),
        says=says,
        goal_words=str(goal.goal_words),
        steps=goal.steps,
        is_missed=lambda value: value in missed,
        is_running=is_running,
    )


def verdict_cell(kept: Kept) -> Cell:
    texts = {
        Kept.KEPT: (_("kept"), "ok"),
        Kept.MISSED: (_("missed"), "bad"),
        Kept.TOO_SHALLOW: (_("too few leads wait"), "warn"),
        Kept.TOO_DEEP: (_("too many leads wait"), "bad"),
    }
    if kept == Kept.UNKNOWN:
        return Cell(_("n/a"))
    text, level = texts[kept]
    return Cell(text, text, level)


def missed_goals(queue: Goals) -> list[Goal]:
    return [goal for goal in GOALS if goal.kept(queue.period).is_missed]


def misses_cell(queue: Goals) -> Cell:
    """'missed: age, depth'; sorted by how many."""
    missed = missed_goals(queue)
    if not missed:
        is_known = any(goal.kept(queue.period) != Kept.UNKNOWN and goal.key != "oldest" for goal in GOALS)
        return Cell(_("all kept"), 0, "ok") if is_known else Cell(_("n/a"))
    if len(missed) == len(GOALS):
        return Cell(_("all missed"), len(missed), "bad")
    names = ", ".join(str(goal.short) for goal in missed)
    return Cell(_("missed: %(names)s") % {"names": names}, len(missed), "bad")


def needs_reps(queue: Goals) -> int:
    """How many goals it misses that more reps would help to keep: not a depth that is too small."""
    return sum(goal.kept(queue.period) in (Kept.MISSED, Kept.TOO_DEEP) for goal in GOALS)


def now_text(found: Goals) -> str:
    """'143 leads wait now, 9 h 20 min old on average.'"""
    if not found.now.leads:
        return _("Nothing waits now.")
    text = ngettext(
        "%(n)s lead waits now, %(age)s old.", "%(n)s leads wait now, %(age)s old on average.", found.now.leads
    )
    return text % {"n": number(found.now.leads), "age": time_text(found.mean_age_now)}


def behind(rows: Any) -> Behind:
    return Behind(rows, lambda stay: stay.lead, FACTS)
