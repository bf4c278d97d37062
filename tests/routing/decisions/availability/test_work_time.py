"""Clocks by stretches say what the working hours say they are made of (D3)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.hours import (
    DEFAULT_HOURS,
    Block,
    WorkingHours,
    add_working,
    working_stretches,
)
from routing.decisions.availability.work_time import WALL, Stretch, TimeLeft, WorkTime, time_left
from tests.routing.decisions.availability.working_time import working_between

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)
NIGHTS = (Block(4, time(22), None), Block(5, time(0), time(6)), Block(6, time(1), time(4)))
HOLIDAYS = frozenset({date(2026, 3, 19), date(2026, 3, 20)})


def clock(hours: WorkingHours, *, until: datetime = LAST) -> WorkTime:
    found = working_stretches(FIRST, until, hours)
    done = accumulate((ends - starts for starts, ends in found), initial=timedelta(0))
    return WorkTime([Stretch(starts, ends, before) for (starts, ends), before in zip(found, done, strict=False)])


@given(
    blocks=st.sampled_from([DEFAULT_HOURS, NIGHTS]),
    holidays=st.sampled_from([frozenset(), HOLIDAYS]),
    start=st.integers(0, 21 * 24 * 3600),
    length=st.integers(0, 30 * 3600),
)
def test_stretches_say_what_the_hours_say(blocks, holidays, start, length):
    """Over the night in which the clocks go forward, too."""
    hours = WorkingHours(blocks, BERLIN, holidays)
    at, duration = FIRST + timedelta(days=7, seconds=start), timedelta(seconds=length)
    assert clock(hours).add(at, duration) == add_working(at, duration, hours)
    assert clock(hours).between(at, at + duration * 3) == working_between(at, at + duration * 3, hours)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ((2026, 3, 6, 16, 30), 1, (2026, 3, 9, 9, 30)),
        ((2026, 3, 6, 16), 4, (2026, 3, 9, 12)),
        ((2026, 3, 6, 15), 2, (2026, 3, 6, 17)),
        ((2026, 3, 9, 8), 1, (2026, 3, 9, 10)),
        ((2026, 3, 7, 12), 1, (2026, 3, 9, 10)),
        ((2026, 3, 18, 16), 4, (2026, 3, 23, 12)),
    ],
)
def test_the_table_of_business_time(start, hours, due):
    ran = clock(WorkingHours(DEFAULT_HOURS, BERLIN, HOLIDAYS))
    got = ran.add(datetime(*start, tzinfo=BERLIN), timedelta(hours=hours))
    assert got == datetime(*due, tzinfo=BERLIN)


def test_past_the_last_stretch_wall_time_counts():
    hours = WorkingHours((Block(0, time(9), time(10)),), ZoneInfo("UTC"))
    ran = clock(hours, until=datetime(2026, 3, 10, tzinfo=UTC))
    monday = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    assert ran.add(monday, timedelta(hours=5)) == monday + timedelta(hours=5)
    assert ran.between(monday, monday + timedelta(days=2)) == timedelta(days=2)


def test_no_time_is_over_at_once_and_the_end_before_the_start_is_no_time():
    saturday = datetime(2026, 3, 7, 12, tzinfo=UTC)
    for each in (WALL, clock(WorkingHours(DEFAULT_HOURS, BERLIN))):
        assert each.add(saturday, timedelta(0)) == saturday
        assert each.between(saturday, saturday - timedelta(days=3)) == timedelta(0)


def test_wall_time_counts_all_hours():
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=BERLIN)
    assert WALL.add(friday, timedelta(hours=1)) == friday + timedelta(hours=1)
    assert WALL.between(friday, friday + timedelta(days=3)) == timedelta(days=3)


JAKARTA = ZoneInfo("Asia/Jakarta")


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=JAKARTA)


MONDAY = moment(9, 9)
WEEKEND = [  # the clock, its deadline, what it still counts, when it stops, when it goes on
    (moment(6, 16, 30), moment(9, 9, 30), 60, moment(6, 17), MONDAY),
    (moment(6, 17), moment(9, 9, 30), 30, None, MONDAY),
    (moment(7, 12), moment(9, 9, 30), 30, None, MONDAY),
    (moment(5, 16), moment(9, 10), 10 * 60, moment(5, 17), moment(6, 9)),
]


@pytest.mark.parametrize(("at", "due", "minutes", "stops", "resumes"), WEEKEND)
def test_time_left_is_working_time_with_the_pause_on_the_way(at, due, minutes, stops, resumes):
    work = clock(WorkingHours(DEFAULT_HOURS, JAKARTA))
    left = time_left(work.stretches, due, at=at)
    assert left == TimeLeft(timedelta(minutes=minutes), resumes_at=resumes, stops_at=stops)
    assert (left.is_paused, left.left) == (stops is None, work.between(at, due))


@pytest.mark.parametrize(
    ("at", "due"),
    [(moment(9, 9), moment(9, 9, 30)), (moment(9, 9, 30), moment(9, 9, 30)), (moment(9, 10), moment(9, 9, 30))],
)
def test_a_clock_that_runs_on_or_is_over_says_what_wall_time_says(at, due):
    assert time_left(clock(WorkingHours(DEFAULT_HOURS, JAKARTA)).stretches, due, at=at) is None
    assert time_left((), due, at=moment(2, 9)) is None


def test_stretches_that_touch_are_one():
    nights = clock(WorkingHours(NIGHTS, BERLIN))
    friday = datetime(2026, 3, 6, 22, tzinfo=BERLIN)
    assert time_left(nights.stretches, friday + timedelta(hours=8), at=friday) is None
