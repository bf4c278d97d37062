"""Working hours: whether it is working time, when a working duration ends, how much working time passed (D3, L7).

Blocks are local times in the time zone of the hours. Sums are done in UTC, so a day on which the clocks change has the
hours that really pass. A local time that is skipped when the clocks go forward means the moment of the change; a local
time that comes twice when they go back means the first of the two.
"""

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCHED_DAYS = 731
ONE_DAY = timedelta(days=1)
LONGEST_NIGHT = timedelta(hours=14)  # over midnight; a longer one has its ends exchanged
NOTHING = timedelta(0)


class NeverWorks(Exception):
    """The working duration does not end within two years."""


class NaiveTime(ValueError):
    """A moment without a time zone is not a moment."""


class HoursRefused(ValueError):
    """The text of a week cannot be read as hours.

    `code` is one of not_a_week, unknown_day, not_a_block, not_a_time, no_time, night_too_long, blocks_overlap; `day`
    is the key of the day, or "".
    """

    def __init__(self, code: str, day: str = ""):
        super().__init__(f"{code} ({day})" if day else code)
        self.code = code
        self.day = day


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of one weekday, 0 = Monday; `ends` None or time.max is midnight at the end of the day."""

    weekday: int
    starts: time
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`holidays` is a collection of dates, or a function that says whether a date is one."""

    blocks: tuple[Block, ...]
    tz: ZoneInfo
    holidays: Container[date] | Callable[[date], bool] = frozenset()


DEFAULT_HOURS = tuple(Block(weekday, time(9), time(17)) for weekday in range(5))


def is_working(at: datetime, hours: WorkingHours) -> bool:
    """A block includes its first moment and not its last."""
    moment = _utc(at)
    return any(starts <= moment < ends for starts, ends in _stretches(moment.astimezone(hours.tz).date(), hours))


def works_on(day: date, hours: WorkingHours) -> bool:
    """Whether there are working hours on this date, in the time zone of the hours."""
    return not _is_holiday(day, hours) and any(block.weekday == day.weekday() for block in hours.blocks)


def add_working(start: datetime, duration: timedelta, hours: WorkingHours) -> datetime:
    """The first moment (UTC) by which `duration` of working time has passed since `start`; NeverWorks if there is
    none."""
    if duration < NOTHING:
        raise ValueError("A working duration cannot be negative")
    moment = _utc(start)
    if not duration:
        return moment
    left = duration
    for starts, ends in _stretches_from(moment, hours, SEARCHED_DAYS):
        available = ends - max(starts, moment)
        if available >= left:
            return max(starts, moment) + left
        left -= max(available, NOTHING)
    raise NeverWorks(f"{duration} of working time is not over within two years of {start}")


def working_stretches(start: datetime, end: datetime, hours: WorkingHours) -> list[tuple[datetime, datetime]]:
    """The working time from `start` to `end`, in order."""
    first, last = _utc(start), _utc(end)
    days = (last.astimezone(hours.tz).date() - first.astimezone(hours.tz).date()).days + 1
    found = ((max(starts, first), min(ends, last)) for starts, ends in _stretches_from(first, hours, days))
    return [(starts, ends) for starts, ends in found if starts < ends]


def parse_hours(raw: Mapping | str) -> tuple[Block, ...]:
    """Blocks from {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], ...}; "24:00" ends a day; days may be left out.

    Hours over midnight, ["22:00", "06:00"], are a block until midnight and one of the next day. So a holiday takes away
    the hours of its own date.
    """
    week = _load(raw)
    unknown = [str(day) for day in week if day not in WEEKDAYS]
    if unknown:
        raise HoursRefused("unknown_day", unknown[0])
    blocks: list[Block] = []
    for weekday, day in enumerate(WEEKDAYS):
        blocks += _blocks_of_a_day(week.get(day), weekday, day)
    blocks.sort(key=lambda block: (block.weekday, block.starts))
    for earlier, later in pairwise(blocks):
        if earlier.weekday == later.weekday and (earlier.ends is None or later.starts < earlier.ends):
            raise HoursRefused("blocks_overlap", WEEKDAYS[later.weekday])
    return tuple(blocks)


def _load(raw: Mapping | str) -> Mapping:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise HoursRefused("not_a_week") from error
    if not isinstance(raw, Mapping):
        raise HoursRefused("not_a_week")
    return raw


def _blocks_of_a_day(pairs: object, weekday: int, day: str) -> list[Block]:
    if pairs is None:
        return []
    if not isinstance(pairs, Sequence) or isinstance(pairs, str):
        raise HoursRefused("not_a_block", day)
    return [block for pair in pairs for block in _block(pair, weekday, day)]


def _block(pair: object, weekday: int, day: str) -> list[Block]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
        raise HoursRefused("not_a_block", day)
    starts, ends = _wall(pair[0], day), None if pair[1] == "24:00" else _wall(pair[1], day)
    if starts == ends:
        raise HoursRefused("no_time", day)
    if ends is None or ends > starts:
        return [Block(weekday, starts, ends)]
    night = datetime.combine(date.min + ONE_DAY, ends) - datetime.combine(date.min, starts)
    if night > LONGEST_NIGHT:
        raise HoursRefused("night_too_long", day)
    after_midnight = [Block((weekday + 1) % len(WEEKDAYS), time.min, ends)] if ends > time.min else []
    return [Block(weekday, starts), *after_midnight]


def _wall(text: Any, day: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()
    except (TypeError, ValueError) as error:
        raise HoursRefused("not_a_time", day) from error


def _stretches_from(moment: datetime, hours: WorkingHours, days: int) -> Iterator[tuple[datetime, datetime]]:
    first = moment.astimezone(hours.tz).date()
    if hours.blocks:
        for number in range(days):
            yield from _stretches(first + number * ONE_DAY, hours)


def _stretches(day: date, hours: WorkingHours) -> list[tuple[datetime, datetime]]:
    """The blocks of one local date as moments, in order; blocks that overlap count once."""
    stretches: list[tuple[datetime, datetime]] = []
    if not works_on(day, hours):
        return stretches
    reached = datetime.min.replace(tzinfo=UTC)
    for block in sorted((b for b in hours.blocks if b.weekday == day.weekday()), key=lambda b: b.starts):
        starts = max(_moment(day, block.starts, hours.tz), reached)
        reached = max(reached, _end(day, block, hours.tz))
        if starts < reached:
            stretches.append((starts, reached))
    return stretches


def _end(day: date, block: Block, tz: ZoneInfo) -> datetime:
    if block.ends is None or block.ends == time.max:
        return _moment(day + ONE_DAY, time.min, tz)
    return _moment(day, block.ends, tz)


def _moment(day: date, wall: time, tz: ZoneInfo) -> datetime:
    local = datetime.combine(day, wall, tzinfo=tz)
    moment = local.astimezone(UTC)
    if moment.astimezone(tz).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _change_between(local.replace(fold=1).astimezone(UTC), moment, tz)


def _change_between(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """The second at which the UTC offset changes, found by bisection."""
    offset = before.astimezone(tz).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(tz).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _is_holiday(day: date, hours: WorkingHours) -> bool:
    return hours.holidays(day) if callable(hours.holidays) else day in hours.holidays


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise NaiveTime(f"{at} has no time zone")
    return at.astimezone(UTC)
