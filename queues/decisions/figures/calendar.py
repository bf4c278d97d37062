"""Which of the counted days lie in a period, and which parts of it are only parts of such days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Split:
    """`first` to `last` are whole counted days, `last` not included (equal: none); `edges` are the rest of the period,
    as half-open spans."""

    first: date
    last: date
    edges: tuple[tuple[datetime, datetime], ...]

    @property
    def has_days(self) -> bool:
        return self.first < self.last


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Midnight of that date, in UTC, so that a day with a change of the clock is 23 or 25 hours long."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def days_between(first: date, last: date) -> list[date]:
    """Without the last."""
    return [first + number * ONE_DAY for number in range((last - first).days)]


def hour_start(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def split_days(start: datetime, end: datetime, zone: ZoneInfo, *, kept_until: date) -> Split:
    """The days in `zone` before `kept_until` that [start, end) contains, and its edges: the reader's midnight may be
    another one, and what has not been counted yet is an edge, too."""
    first = day_of(start, zone)
    if day_start(first, zone) < start:
        first += ONE_DAY
    last = min(day_of(end, zone), kept_until)
    if last <= first:
        return Split(first, first, ((start, end),) if start < end else ())
    edges = [(start, day_start(first, zone)), (day_start(last, zone), end)]
    return Split(first, last, tuple((a, b) for a, b in edges if a < b))


def by_days(start: datetime, end: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The parts of [start, end) that lie in one day each."""
    days = days_between(day_of(start, zone), day_of(end, zone) + ONE_DAY)
    parts = [(max(start, day_start(day, zone)), min(end, day_start(day + ONE_DAY, zone))) for day in days]
    return [(a, b) for a, b in parts if a < b]
