"""A rep's own numbers: which period, compared with which, and what is told of the team (C5, L2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Any

from queues.decisions.figures.totals import TakenTotals, WaitTotals
from routing.decisions.weeks import WEEK, monday_of, read_week, week_span, week_text

WEEKS_BEFORE = 4
MIN_COLLEAGUES = 3  # with fewer, the team's median would tell of one of them
Span = tuple[datetime, datetime]


class Kind(StrEnum):
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    FOUR_WEEKS = "4-weeks"  # the last four whole weeks
    WEEK = "week"  # a week in the past, by its number


class InTheFuture(ValueError):
    """The week has not begun."""


@dataclass(frozen=True, slots=True)
class Period:
    """`before` are the spans that it is compared with: the four weeks before, each up to the same time of the week; or
    the four weeks before four weeks, as one. `first` and `last` are its days."""

    key: str
    kind: Kind
    span: Span
    before: tuple[Span, ...]
    first: date
    last: date

    @property
    def earliest(self) -> datetime:
        return min(start for start, _end in (self.span, *self.before))


def read_period(key: str, *, at: datetime, zone: tzinfo) -> Period:
    """this-week (also for ""), last-week, 4-weeks, or a week such as 2026-W47. Raises NotAWeek or InTheFuture."""
    monday = monday_of(at, zone)
    if key in ("", Kind.THIS_WEEK):
        return _this_week(monday, at, zone)
    if key == Kind.LAST_WEEK:
        return _whole_week(key, Kind.LAST_WEEK, monday - WEEK, zone)
    if key == Kind.FOUR_WEEKS:
        first = monday - WEEKS_BEFORE * WEEK
        span = (week_span(first, zone)[0], week_span(monday, zone)[0])
        before = (week_span(first - WEEKS_BEFORE * WEEK, zone)[0], span[0])
        return Period(key, Kind.FOUR_WEEKS, span, (before,), first, monday - timedelta(days=1))
    week = read_week(key)
    if week > monday:
        raise InTheFuture(key)
    return _this_week(monday, at, zone) if week == monday else _whole_week(week_text(week), Kind.WEEK, week, zone)


def _this_week(monday: date, at: datetime, zone: tzinfo) -> Period:
    """Compared with the same part of the weeks before, by the clock on the wall."""
    local = at.astimezone(zone)
    before = []
    for number in range(1, WEEKS_BEFORE + 1):
        until = datetime.combine(local.date() - number * WEEK, time(), zone)
        until = until.replace(hour=local.hour, minute=local.minute, second=local.second, microsecond=local.microsecond)
        before.append((week_span(monday - number * WEEK, zone)[0], until.astimezone(at.tzinfo)))
    start = week_span(monday, zone)[0]
    return Period(Kind.THIS_WEEK.value, Kind.THIS_WEEK, (start, at), tuple(before), monday, local.date())


def _whole_week(key: str, kind: Kind, monday: date, zone: tzinfo) -> Period:
    before = tuple(week_span(monday - number * WEEK, zone) for number in range(1, WEEKS_BEFORE + 1))
    return Period(key, kind, week_span(monday, zone), before, monday, monday + timedelta(days=6))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures of one rep in one period; counts may be means of several. None is n/a (L2). `about`: the medians that are
    read from counts by class, because there are too many times to read them."""

    taken: float | None
    waited: float | None
    contact: float | None
    within: Fraction | None
    contacted: float | None
    conversion: Fraction | None
    about: frozenset[str] = frozenset()


FIGURES = ("taken", "waited", "contacted", "contact", "within", "conversion")


def numbers_of(taken: TakenTotals, waits: WaitTotals, *, spans: int = 1) -> Numbers:
    """Of `spans` spans together: counts are means for each span, medians and shares are of everything in them."""
    is_exact = {"waited": waits.is_exact, "contact": taken.is_exact}
    return Numbers(
        taken=taken.taken / spans,
        waited=waits.median,
        contact=taken.percentile(50),
        within=taken.share_within,
        contacted=taken.contacted / spans,
        conversion=taken.conversion,
        about=frozenset(name for name, known in is_exact.items() if not known),
    )


def team_median(mine: Numbers, others: Collection[Numbers]) -> Numbers:
    """Of all of the team who worked, the rep among them. A figure that fewer than three others have is None."""
    found: dict[str, Any] = {}
    for name in FIGURES:
        values = [value for each in others if (value := getattr(each, name)) is not None]
        own = getattr(mine, name)
        known = values if own is None else [*values, own]
        found[name] = median(known) if len(values) >= MIN_COLLEAGUES else None
    return Numbers(**found)
