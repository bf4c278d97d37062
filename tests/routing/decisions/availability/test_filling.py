"""Calendars are filled by the hours of now, and what has passed stays (D3)."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.filling import END, refill, spans_of
from routing.decisions.availability.hours import DEFAULT_HOURS, Block, WorkingHours
from routing.decisions.availability.work_time import Stretch, WorkTime

HOURS = WorkingHours(DEFAULT_HOURS, UTC)
SHORT = WorkingHours(tuple(Block(day, time(9), time(13)) for day in range(4)), UTC)
FIRST, UNTIL = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def filled(hours, away=(), *, known=(), at=FIRST) -> tuple[list[Stretch], bool]:
    spans = spans_of(hours, away, start=at, until=UNTIL)
    found = refill(known, spans, at=at, known_until=UNTIL if known else None)
    kept = [each for each in known if each.starts_at < at]
    return [*(kept[:-1] if found.cut else kept), *([found.cut] if found.cut else []), *found.new], found.is_changed


@given(st.integers(0, 40 * 24), st.integers(0, 40 * 24))
def test_the_past_stays_and_the_rest_follows_the_new_hours(edited, asked):
    at, moment = FIRST + edited * HOUR, FIRST + asked * HOUR
    before, after = filled(HOURS)[0], filled(SHORT, known=filled(HOURS)[0], at=at)[0]
    passed = WorkTime(after).between(FIRST, moment)
    old = WorkTime(before).between(FIRST, min(moment, at))
    new = WorkTime(filled(SHORT)[0]).between(at, max(moment, at))
    assert passed == old + new


@given(st.integers(0, 40 * 24))
def test_the_same_hours_change_nothing(asked):
    known = filled(HOURS)[0]
    again, is_changed = filled(HOURS, known=known, at=FIRST + asked * HOUR)
    assert (again, is_changed) == (known, False)


def test_leave_is_no_working_time_also_for_half_a_day():
    away = [(FIRST + 12 * HOUR, FIRST + DAY + 10 * HOUR)]  # Monday noon until Tuesday 10:00
    found, is_changed = filled(HOURS, away, known=filled(HOURS)[0], at=FIRST + 10 * HOUR)
    assert is_changed
    assert WorkTime(found).add(FIRST + 11 * HOUR, 2 * HOUR) == FIRST + DAY + 11 * HOUR


def test_leave_over_all_that_is_filled_does_not_count():
    found, _changed = filled(HOURS, [(FIRST, UNTIL + DAY)])
    assert WorkTime(found).add(FIRST + 10 * HOUR, HOUR) == UNTIL + HOUR


def test_without_hours_all_hours_count_from_then_on():
    at = FIRST + 10 * HOUR
    found, is_changed = filled(None, known=filled(HOURS)[0], at=at)
    assert (found, is_changed) == ([Stretch(FIRST + 9 * HOUR, END, timedelta(0))], True)
    assert WorkTime(found).add(FIRST, 30 * HOUR) == FIRST + 39 * HOUR
