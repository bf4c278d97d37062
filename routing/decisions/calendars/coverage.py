"""How much of a person's working time is taken, day by day on the person's own clock (I2)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.decisions.availability.hours import Block, WorkingHours, working_stretches

Span = tuple[datetime, datetime]
NOTHING, ONE_MINUTE, ONE_DAY = timedelta(0), timedelta(minutes=1), timedelta(days=1)
BREAK = timedelta(hours=1)  # may stay free in the middle of a long day without a break in its hours
LONG_DAY = timedelta(hours=6)
# somebody without set hours may work at any time
AROUND_THE_CLOCK = tuple(Block(weekday, datetime.min.time()) for weekday in range(7))


@dataclass(frozen=True, slots=True)
class WorkDay:
    """The working time that begins on a day; night work goes on into the next. Empty on a free day."""

    on: date
    stretches: tuple[Span, ...]

    @property
    def working(self) -> timedelta:
        return sum((ends - starts for starts, ends in self.stretches), NOTHING)

    def covered(self, spans: Iterable[Span]) -> timedelta:
        """How much of it lies in these spans, which do not overlap."""
        return sum((ends - starts for starts, ends in self.taken(spans)), NOTHING)

    def taken(self, spans: Iterable[Span]) -> list[Span]:
        pairs = ((max(a, c), min(b, d)) for a, b in self.stretches for c, d in spans)
        return [(starts, ends) for starts, ends in pairs if starts < ends]

    def is_whole(self, spans: Sequence[Span]) -> bool:
        """Whether they take the day: all of its time but a minute, or all but a break in the middle of a long day."""
        taken = self.taken(spans)
        if not taken:
            return False
        left = self.working - sum((ends - starts for starts, ends in taken), NOTHING)
        if left <= ONE_MINUTE:
            return True
        begins, ends = taken[0][0] - self.stretches[0][0], self.stretches[-1][1] - taken[-1][1]
        is_long = len(self.stretches) == 1 and self.working >= LONG_DAY
        return is_long and left <= BREAK + ONE_MINUTE and begins <= ONE_MINUTE and ends <= ONE_MINUTE


@dataclass(frozen=True, slots=True)
class WorkDays:
    """The days of a stretch of time, in order."""

    days: tuple[WorkDay, ...]

    def touched(self, span: Span) -> tuple[WorkDay, ...]:
        """Working days with time in this span."""
        starts, ends = span
        first = bisect_right(self.days, starts, key=lambda day: day.stretches[-1][1])
        last = bisect_left(self.days, ends, key=lambda day: day.stretches[0][0])
        return self.days[first:last]


def work_days(first: date, last: date, *, hours: WorkingHours | None, zone: ZoneInfo) -> WorkDays:
    """The working days from `first` to `last`; without hours each day is one from midnight to midnight."""
    hours = hours or WorkingHours(AROUND_THE_CLOCK, zone)
    begins, ends = midnight(first, zone), midnight(last + 2 * ONE_DAY, zone)
    days: list[tuple[date, list[Span]]] = []
    for start, end in working_stretches(begins, ends, hours):
        on = start.astimezone(zone).date()
        before = days[-1][1] if days else []
        is_night_work = before and before[-1][1] == start == midnight(on, zone) < end < midnight(on + ONE_DAY, zone)
        if is_night_work and before[-1][0] > midnight(on - ONE_DAY, zone):
            before[-1] = (before[-1][0], end)
        elif days and days[-1][0] == on:
            before.append((start, end))
        else:
            days.append((on, [(start, end)]))
    return WorkDays(tuple(WorkDay(on, tuple(stretches)) for on, stretches in days if on <= last))


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that neither overlap nor adjoin, in order."""
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
