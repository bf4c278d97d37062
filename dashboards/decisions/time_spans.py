"""The periods that the flow page shows, cut into hours or days in the time zone of the reader (C8)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

HOUR = "hour"
DAY = "day"
ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Span:
    """`cuts` are the starts of the hours or days, oldest first; the last hour or day is not over at `ends_at`."""

    key: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    cuts: tuple[datetime, ...]


RANGES = {"24h": (HOUR, 24), "7d": (DAY, 7), "30d": (DAY, 30)}
FIRST = "24h"


def span_of(key: str, *, at: datetime, tz: tzinfo) -> Span:
    """The named range up to now; an unknown name means the last 24 hours."""
    key = key if key in RANGES else FIRST
    unit, count = RANGES[key]
    cuts = hours_back(count, at=at, tz=tz) if unit == HOUR else days_back(count, at=at, tz=tz)
    return Span(key=key, unit=unit, starts_at=cuts[0], ends_at=at, cuts=cuts)


def weeks_of_hours(weeks: int, *, at: datetime, tz: tzinfo) -> Span:
    """Every hour of the last weeks, for averages by weekday and hour."""
    cuts = hours_back(weeks * 7 * 24, at=at, tz=tz)
    return Span(key=f"{weeks}w", unit=HOUR, starts_at=cuts[0], ends_at=at, cuts=cuts)


def hours_back(count: int, *, at: datetime, tz: tzinfo) -> tuple[datetime, ...]:
    """The current hour and those before it. An hour that the clock shows twice in autumn is one."""
    found: dict[datetime, datetime] = {}
    for step in range(count - 1, -1, -1):
        here = (at.astimezone(UTC) - step * ONE_HOUR).astimezone(tz)
        cut = here.replace(minute=0, second=0, microsecond=0)
        found.setdefault(cut.replace(tzinfo=None, fold=0), cut)
    return tuple(found.values())


def days_back(count: int, *, at: datetime, tz: tzinfo) -> tuple[datetime, ...]:
    """Today and the days before it, each by its midnight."""
    today = at.astimezone(tz).date()
    days = (today - timedelta(days=step) for step in range(count - 1, -1, -1))
    return tuple(datetime(day.year, day.month, day.day, tzinfo=tz) for day in days)


def wall_time(moment: datetime) -> datetime:
    """A cut without its time zone, as a clock on the wall shows it: the key of counts from the database."""
    return moment.replace(tzinfo=None, fold=0)
