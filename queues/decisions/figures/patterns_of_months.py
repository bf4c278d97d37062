"""The surge at the end of months (E9).

Articles, "Watch for bottlenecks": at the end of a month the pressure of quotas makes reps ignore the queue. What waits
can rise because more comes, or because less is claimed: both are looked for, against the working days around.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from queues.decisions.figures.patterns import LEAST_LEADS, SURE, WORKING_DAYS, Verdict, Week, is_steady, spread

ONE_DAY = timedelta(days=1)
END_DAYS = 3  # the last working days of a month
AROUND = timedelta(days=21)  # other working days, before and after
CATCHING_UP = timedelta(days=7)  # after the end: what was left is taken then, so these days are not usual either
LEAST_AROUND = 5
LEAST_MONTHS = 2
SURGE = 1.3  # times what comes on the working days around
DROP = 0.75  # at most this part of what is claimed on the working days around
AS_MANY = 0.75  # of what comes: a holiday on which nothing comes either is no drop


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The last three working days of one month: what came and was claimed, and what would be usual for three days."""

    days: tuple[date, ...]
    came: int
    claimed: int
    usual_came: float
    usual_claimed: float


@dataclass(frozen=True, slots=True)
class MonthEndSurge:
    """`agreeing` of the ends of months show what was found: more comes, or less is claimed."""

    verdict: Verdict
    ends: tuple[MonthEnd, ...] = ()
    agreeing: int = 0
    is_more: bool = False
    is_less: bool = False

    @property
    def came_times(self) -> float | None:
        return _times(self.ends, "came")

    @property
    def claimed_times(self) -> float | None:
        return _times(self.ends, "claimed")


def month_end_surge(weeks: Sequence[Week]) -> MonthEndSurge:
    came, claimed = _by_day(weeks)
    usual = [day for day in came if _is_usual(day)]
    ends = tuple(end for days in _ends(list(came)) if (end := _end(days, usual, came, claimed)) is not None)
    if len(ends) < LEAST_MONTHS:
        return MonthEndSurge(Verdict.TOO_SHORT, ends)
    if sum(end.came for end in ends) + sum(end.usual_came for end in ends) < LEAST_LEADS:
        return MonthEndSurge(Verdict.TOO_FEW, ends)
    more = [end.came >= SURGE * end.usual_came for end in ends]
    less = [end.claimed <= DROP * end.usual_claimed and end.came >= AS_MANY * end.usual_came for end in ends]
    errors_came = _errors(ends, "came", spread([came[day] for day in usual]))
    errors_claimed = _errors(ends, "claimed", spread([claimed[day] for day in usual]))
    is_more = is_steady(sum(more), len(ends)) and errors_came >= SURE
    is_less = is_steady(sum(less), len(ends)) and errors_claimed <= -SURE
    agreeing = sum(more) if is_more or not is_less else sum(less)
    verdict = Verdict.FOUND if is_more or is_less else Verdict.NOT_FOUND
    return MonthEndSurge(verdict, ends, agreeing, is_more, is_less)


def last_working_days(month: date) -> tuple[date, ...]:
    """The last three days of this month from Monday to Friday; holidays are not known here."""
    day = (month.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    found: list[date] = []
    while len(found) < END_DAYS:
        day -= ONE_DAY
        if day.weekday() in WORKING_DAYS:
            found.append(day)
    return tuple(found[::-1])


def last_end(monday: date) -> tuple[date, ...]:
    """The last end of a month that is over by the Sunday of this week."""
    sunday = monday + 6 * ONE_DAY
    end = last_working_days(sunday)
    return end if end[-1] <= sunday else last_working_days(sunday.replace(day=1) - ONE_DAY)


def _by_day(weeks: Sequence[Week]) -> tuple[Counter[date], Counter[date]]:
    """What came and was claimed on each working day."""
    came: Counter[date] = Counter()
    claimed: Counter[date] = Counter()
    for week in weeks:
        for weekday in WORKING_DAYS:
            day = week.monday + weekday * ONE_DAY
            came[day], claimed[day] = week.came_in([weekday]), week.claimed_in([weekday])
    return came, claimed


def _ends(days: Sequence[date]) -> list[tuple[date, ...]]:
    """The ends of months that lie within these days as a whole."""
    months = sorted({day.replace(day=1) for day in days})
    known = set(days)
    return [end for month in months if known.issuperset(end := last_working_days(month))]


def _end(days: tuple[date, ...], usual: Sequence[date], came: Counter[date], claimed: Counter[date]) -> MonthEnd | None:
    """None without enough usual working days around it."""
    around = [day for day in usual if days[0] - AROUND <= day <= days[-1] + AROUND]
    if len(around) < LEAST_AROUND:
        return None
    part = len(days) / len(around)
    return MonthEnd(
        days=days,
        came=sum(came[day] for day in days),
        claimed=sum(claimed[day] for day in days),
        usual_came=part * sum(came[day] for day in around),
        usual_claimed=part * sum(claimed[day] for day in around),
    )


def _is_usual(day: date) -> bool:
    """Neither at the end of a month nor in the days after it."""
    ends = last_working_days(day), last_working_days(day.replace(day=1) - ONE_DAY)
    return not any(end[0] <= day <= end[-1] + CATCHING_UP for end in ends)


def _errors(ends: Sequence[MonthEnd], name: str, more_than_chance: float) -> float:
    """How many standard errors lie between what was and what is usual; the usual itself is known from some twenty
    days only, which makes the error of three days by a tenth larger."""
    usual = sum(getattr(end, f"usual_{name}") for end in ends)
    if not usual:
        return 0.0
    return (sum(getattr(end, name) for end in ends) - usual) / sqrt(usual * more_than_chance * 1.2)


def _times(ends: Sequence[MonthEnd], name: str) -> float | None:
    usual = sum(getattr(end, f"usual_{name}") for end in ends)
    return sum(getattr(end, name) for end in ends) / usual if usual else None
