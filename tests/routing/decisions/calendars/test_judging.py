"""Which days busy events take from somebody, against a count of minutes (I2)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from routing.decisions.availability.hours import Block, WorkingHours, is_working
from routing.decisions.calendars.coverage import work_days
from routing.decisions.calendars.events import Busy
from routing.decisions.calendars.judging import judge

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST = date(2026, 10, 24)  # the clocks go back in the night to the 25th
QUARTERS = st.integers(0, 95)
BLOCKS = st.lists(st.tuples(QUARTERS, st.integers(1, 40)), min_size=1, max_size=3)
EVENTS = st.lists(st.tuples(st.integers(0, 2), QUARTERS, st.integers(1, 60)), max_size=5)


def wall(quarter: int) -> time:
    return time(quarter // 4, quarter % 4 * 15) if quarter < 96 else time(23, 59)


def moment(day: int, quarter: int) -> datetime:
    return datetime.combine(FIRST + day * DAY, wall(quarter), BERLIN).astimezone(UTC)


def is_taken(day: date, hours: WorkingHours, spans: list[tuple[datetime, datetime]]) -> bool:
    """Minute by minute: all working time but a minute, or but an hour within a long day of one block."""
    start = datetime.combine(day, time(0), BERLIN).astimezone(UTC)
    minutes = [start + number * MINUTE for number in range(25 * 60)]
    working = [each for each in minutes if each.astimezone(BERLIN).date() == day and is_working(each, hours)]
    taken = [any(begins <= each < ends for begins, ends in spans) for each in working]
    if not any(taken):
        return False
    left = taken.count(False)
    is_one_block = working[-1] - working[0] == (len(working) - 1) * MINUTE
    if left <= 1:
        return True
    is_long = is_one_block and len(working) >= 360 and left <= 61
    return is_long and taken.index(True) <= 1 and taken[::-1].index(True) <= 1


@given(BLOCKS, EVENTS)
@example([(36, 32)], [(0, 36, 12), (0, 52, 16)])
@example([(36, 12), (52, 16)], [(0, 36, 12), (0, 52, 16)])
@example([(0, 40), (40, 40)], [(1, 0, 60), (1, 60, 36)])
def test_busy_events_take_the_days_that_counting_minutes_finds(blocks, events):
    quarters = sorted({quarter for start, length in blocks for quarter in range(start, min(start + length, 95))})
    runs = [each for each in quarters if each - 1 not in quarters]
    ends = [each + 1 for each in quarters if each + 1 not in quarters]
    day_blocks = [(wall(start), wall(end)) for start, end in zip(runs, ends, strict=True)]
    if not day_blocks:
        return
    hours = WorkingHours(tuple(Block(weekday, *pair) for weekday in range(7) for pair in day_blocks), BERLIN)
    spans = [(moment(day, start), moment(day, min(start + length, 96))) for day, start, length in events]
    spans = [(begins, ends) for begins, ends in spans if begins < ends]
    days = work_days(FIRST, FIRST + 2 * DAY, hours=hours, zone=BERLIN)
    found = list(judge([Busy(*span) for span in spans], days=days, zone=BERLIN))
    away = {each.starts_at.astimezone(BERLIN).date() for each in found}
    assert away == {day.on for day in days.days if is_taken(day.on, hours, spans)}
    assert {each.kind for each in found} <= {"meeting"}
