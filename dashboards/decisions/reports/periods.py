"""The period that a report covers and the one before it, read from the address (E1-E4, E8).

A period is whole days in the reader's time zone, as a half-open range [starts_at, ends_at): a day of a clock change has
23 or 25 hours, and belongs to the period with all of them.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

ONE_DAY = timedelta(days=1)
TODAY = "today"
ROLLING = {TODAY: 1, "7d": 7, "30d": 30, "90d": 90}  # days up to and with today
FIRST = "30d"
MOST_DAYS = 366
EARLIEST = date(2000, 1, 1)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
BETWEEN = ".."


class Refusal(StrEnum):
    """Why a period cannot be shown."""

    UNREADABLE = "unreadable"
    FUTURE = "future"
    REVERSED = "reversed"
    TOO_LONG = "too_long"
    TOO_EARLY = "too_early"


class PeriodRefused(ValueError):
    """The address asks for a period that no report covers; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both counted. `key` is how the address writes it: a rolling one ("30d"), a month
    ("2026-11") or dates ("2026-10-01..2026-10-15")."""

    key: str
    first: date
    last: date
    starts_at: datetime
    ends_at: datetime

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_rolling(self) -> bool:
        return self.key in ROLLING

    @property
    def is_month(self) -> bool:
        return MONTH.fullmatch(self.key) is not None

    def holds(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


def read_period(text: str, first: str, last: str, *, at: datetime, tz: tzinfo) -> Period:
    """`first` and `last` come from the form of dates and win over `text`. Raises PeriodRefused."""
    today = at.astimezone(tz).date()
    text, first, last = text.strip(), first.strip(), last.strip()
    if first or last:
        text = f"{first or last}{BETWEEN}{last or first}"
    if text in ROLLING:
        return rolling(text, at=at, tz=tz)
    if MONTH.fullmatch(text):
        return month(_day(f"{text}-01"), today=today, tz=tz)
    start, found, end = text.partition(BETWEEN)
    if not found:
        raise PeriodRefused(Refusal.UNREADABLE)
    return between(_day(start), _day(end), today=today, tz=tz)


def rolling(key: str, *, at: datetime, tz: tzinfo) -> Period:
    """Today and the days before it."""
    today = at.astimezone(tz).date()
    return _period(key, today - (ROLLING[key] - 1) * ONE_DAY, today, tz)


def month(day: date, *, today: date, tz: tzinfo) -> Period:
    """The month of this day; the current one counts so far."""
    start = day.replace(day=1)
    _check(start, start, today=today)
    return _period(f"{start:%Y-%m}", start, _next_month(start) - ONE_DAY, tz)


def between(first: date, last: date, *, today: date, tz: tzinfo) -> Period:
    """Any days, both counted."""
    if last < first:
        raise PeriodRefused(Refusal.REVERSED)
    _check(first, last, today=today)
    return _period(f"{first}{BETWEEN}{last}", first, last, tz)


def before(period: Period, tz: tzinfo) -> Period:
    """As many days just before; before a month, the month before."""
    last = period.first - ONE_DAY
    if period.is_month:
        return _period(f"{last:%Y-%m}", last.replace(day=1), last, tz)
    first = period.first - period.days * ONE_DAY
    return _period(f"{first}{BETWEEN}{last}", first, last, tz)


def weeks_back(count: int, *, last: date, tz: tzinfo) -> tuple[Period, ...]:
    """Weeks from Monday to Sunday, oldest first; the week of `last` is the last one."""
    monday = last - last.weekday() * ONE_DAY
    starts = [monday - 7 * step * ONE_DAY for step in range(count - 1, -1, -1)]
    return tuple(_period(f"{day}{BETWEEN}{day + 6 * ONE_DAY}", day, day + 6 * ONE_DAY, tz) for day in starts)


def months_back(count: int, *, today: date) -> tuple[date, ...]:
    """The first days of this month and of those before it, the newest first."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - ONE_DAY).replace(day=1))
    return tuple(found)


def midnight(day: date, tz: tzinfo) -> datetime:
    """The first moment of a day, also where the clock skips or repeats it."""
    return datetime(day.year, day.month, day.day, tzinfo=tz)


def _period(key: str, first: date, last: date, tz: tzinfo) -> Period:
    return Period(key, first, last, midnight(first, tz), midnight(last + ONE_DAY, tz))


def _check(first: date, last: date, *, today: date) -> None:
    if first > today or last > today:
        raise PeriodRefused(Refusal.FUTURE)
    if first < EARLIEST:
        raise PeriodRefused(Refusal.TOO_EARLY)
    if (last - first).days + 1 > MOST_DAYS:
        raise PeriodRefused(Refusal.TOO_LONG)


def _next_month(start: date) -> date:
    return (start + 31 * ONE_DAY).replace(day=1)


def _day(text: str) -> date:
    if not DATE.fullmatch(text.strip()):
        raise PeriodRefused(Refusal.UNREADABLE)
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise PeriodRefused(Refusal.UNREADABLE) from None
