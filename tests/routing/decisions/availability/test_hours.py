"""Working hours: the examples of L7, several blocks, holidays, and days on which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.hours import (
    DEFAULT_HOURS,
    Block,
    HoursRefused,
    NaiveTime,
    NeverWorks,
    WorkingHours,
    add_working,
    is_working,
    parse_hours,
    works_on,
)
from tests.routing.decisions.availability.working_time import working_between

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
BEIRUT = ZoneInfo("Asia/Beirut")
OFFICE = WorkingHours(DEFAULT_HOURS, JAKARTA)
SPLIT = WorkingHours(parse_hours({"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}), JAKARTA)
ALWAYS = tuple(Block(weekday, time(0), None) for weekday in range(7))
HOUR = timedelta(hours=1)


def jakarta(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, of which the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        (jakarta(6, 16, 30), HOUR, jakarta(9, 9, 30)),  # Friday 16:30 + 1 h (L7)
        (jakarta(7, 12), HOUR, jakarta(9, 10)),  # Saturday noon + 1 h (L7)
        (jakarta(6, 15), 2 * HOUR, jakarta(6, 17)),  # Friday 15:00 + 2 h (L7)
        (jakarta(6, 17), HOUR, jakarta(9, 10)),
        (jakarta(5, 5), HOUR, jakarta(5, 10)),
        (jakarta(2, 9), 40 * HOUR, jakarta(6, 17)),
        (jakarta(2, 9), 41 * HOUR, jakarta(9, 10)),
        (jakarta(7, 12), timedelta(0), jakarta(7, 12)),
    ],
)
def test_add_working_counts_working_time_only(start, duration, end):
    assert add_working(start, duration, OFFICE) == end


def test_add_working_answers_in_utc():
    assert add_working(jakarta(6, 15), HOUR, OFFICE).tzinfo is UTC


def test_add_working_pauses_between_the_blocks_of_a_day():
    assert add_working(jakarta(2, 11), 2 * HOUR, SPLIT) == jakarta(2, 14)
    assert add_working(jakarta(2, 12, 30), HOUR, SPLIT) == jakarta(2, 14)
    assert add_working(jakarta(2, 16), 2 * HOUR, SPLIT) == jakarta(9, 10)


@pytest.mark.parametrize("holidays", [frozenset({date(2026, 3, 9)}), lambda day: day == date(2026, 3, 9)])
def test_add_working_passes_over_holidays(holidays):
    assert add_working(jakarta(6, 16, 30), HOUR, WorkingHours(DEFAULT_HOURS, JAKARTA, holidays)) == jakarta(10, 9, 30)


def test_add_working_reads_the_day_in_the_time_zone_of_the_hours():
    # 23:30 UTC on Sunday is Monday 06:30 in Jakarta
    assert add_working(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), HOUR, OFFICE) == jakarta(2, 10)


@pytest.mark.parametrize("ends", [None, time.max])
def test_add_working_runs_through_midnight_when_a_block_ends_there(ends):
    hours = WorkingHours((Block(0, time(22), ends), Block(1, time(0), time(6))), JAKARTA)
    assert add_working(jakarta(2, 23), 3 * HOUR, hours) == jakarta(3, 2)


@pytest.mark.parametrize(
    "hours",
    [
        WorkingHours((), JAKARTA),
        WorkingHours(DEFAULT_HOURS, JAKARTA, holidays=lambda day: True),
        WorkingHours((Block(0, time(9), time(9)),), JAKARTA),
    ],
)
def test_add_working_refuses_hours_that_never_come(hours):
    with pytest.raises(NeverWorks):
        add_working(jakarta(2, 9), HOUR, hours)


def test_add_working_refuses_what_cannot_be_placed():
    with pytest.raises(NaiveTime):
        add_working(datetime(2026, 3, 2, 9), HOUR, OFFICE)
    with pytest.raises(ValueError, match="negative"):
        add_working(jakarta(2, 9), -HOUR, OFFICE)


def test_a_day_of_23_hours_and_one_of_25_count_what_really_passes():
    around = WorkingHours(ALWAYS, BERLIN)
    spring, autumn = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
    assert working_between(spring, datetime(2026, 3, 30, tzinfo=BERLIN), around) == 23 * HOUR
    assert working_between(autumn, datetime(2026, 10, 26, tzinfo=BERLIN), around) == 25 * HOUR
    assert add_working(spring, 24 * HOUR, around) == datetime(2026, 3, 30, 1, tzinfo=BERLIN)
    assert add_working(autumn, 24 * HOUR, around) == datetime(2026, 10, 25, 23, tzinfo=BERLIN)


def test_office_hours_stand_on_the_wall_on_both_sides_of_a_clock_change():
    office = WorkingHours(DEFAULT_HOURS, BERLIN)
    friday = datetime(2026, 3, 27, 16, 30, tzinfo=BERLIN)
    assert add_working(friday, HOUR, office) == datetime(2026, 3, 30, 9, 30, tzinfo=BERLIN)
    assert working_between(friday, datetime(2026, 3, 30, 9, 30, tzinfo=BERLIN), office) == HOUR


def test_a_wall_time_left_out_in_spring_is_the_moment_of_the_change():
    sunday = date(2026, 3, 29)
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    from_half_past_two = WorkingHours((Block(6, time(2, 30), time(4)),), BERLIN)
    until_half_past_two = WorkingHours((Block(6, time(1), time(2, 30)),), BERLIN)
    midnight = datetime(sunday.year, sunday.month, sunday.day, tzinfo=BERLIN)
    assert add_working(midnight, HOUR, from_half_past_two) == change + HOUR
    assert add_working(midnight, HOUR, until_half_past_two) == change
    assert working_between(midnight, midnight + timedelta(days=1), from_half_past_two) == HOUR


def test_a_midnight_left_out_in_spring_ends_the_day_at_the_change():
    # Beirut goes from 00:00 to 01:00 on 29 March 2026
    sunday = WorkingHours((Block(6, time(0), None),), BEIRUT)
    saturday = WorkingHours((Block(5, time(23), None),), BEIRUT)
    start = datetime(2026, 3, 28, 12, tzinfo=BEIRUT)
    assert add_working(start, HOUR, saturday) == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert working_between(start, start + timedelta(days=2), sunday) == 23 * HOUR


def test_a_wall_time_shown_twice_in_autumn_is_the_first_of_the_two():
    hours = WorkingHours((Block(6, time(2, 30), time(5)),), BERLIN)
    start = datetime(2026, 10, 25, tzinfo=BERLIN)
    assert add_working(start, HOUR, hours) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (jakarta(2, 8, 59), False),
        (jakarta(2, 9), True),
        (jakarta(2, 12), False),
        (jakarta(2, 13), True),
        (jakarta(2, 17), False),
        (jakarta(3, 10), False),
        (datetime(2026, 3, 2, 3, tzinfo=UTC), True),
    ],
)
def test_is_working_includes_the_first_moment_of_a_block_and_not_the_last(at, answer):
    assert is_working(at, SPLIT) is answer


def test_works_on_knows_weekdays_and_holidays():
    hours = WorkingHours(DEFAULT_HOURS, JAKARTA, frozenset({date(2026, 3, 9)}))
    assert [works_on(date(2026, 3, day), hours) for day in (6, 7, 9, 10)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("start", "end", "passed"),
    [
        (jakarta(6, 16), jakarta(9, 10), 2 * HOUR),
        (jakarta(7, 1), jakarta(8, 23), timedelta(0)),
        (jakarta(2, 0), jakarta(9, 0), 40 * HOUR),
        (jakarta(2, 10), jakarta(2, 10), timedelta(0)),
        (jakarta(3, 10), jakarta(2, 10), timedelta(0)),
    ],
)
def test_working_between_counts_working_time_only(start, end, passed):
    assert working_between(start, end, OFFICE) == passed


def test_blocks_that_overlap_count_once():
    hours = WorkingHours((Block(0, time(10), time(12)), Block(0, time(9), time(17)), Block(0, time(16), time(18))), UTC)
    assert working_between(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC), hours) == 9 * HOUR


def test_parse_hours_reads_a_week():
    assert parse_hours({"tue": [["13:00", "17:00"], ["09:00", "12:00"]], "sun": [["22:00", "24:00"]], "mon": []}) == (
        Block(1, time(9), time(12)),
        Block(1, time(13), time(17)),
        Block(6, time(22), None),
    )


def test_hours_over_midnight_end_on_the_next_day():
    assert parse_hours({"mon": [["18:00", "08:00"]], "sun": [["22:00", "06:00"]], "fri": [["20:00", "00:00"]]}) == (
        Block(0, time(0), time(6)),
        Block(0, time(18), None),
        Block(1, time(0), time(8)),
        Block(4, time(20), None),
        Block(6, time(22), None),
    )


def test_a_night_counts_as_one_stretch_of_work_and_a_holiday_takes_its_own_date():
    blocks = parse_hours({"mon": [["22:00", "06:00"]]})
    monday, friday = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
    plain = WorkingHours(blocks, UTC)
    off_tuesday = WorkingHours(blocks, UTC, frozenset({date(2026, 3, 3)}))
    assert [working_between(monday, friday, hours) / HOUR for hours in (plain, off_tuesday)] == [8, 2]
    night = datetime(2026, 3, 3, 5, 59, tzinfo=UTC)
    assert [is_working(night + minutes, plain) for minutes in (0 * HOUR, HOUR / 60)] == [True, False]
    assert add_working(datetime(2026, 3, 2, 23, 0, tzinfo=UTC), 2 * HOUR, plain) == datetime(2026, 3, 3, 1, tzinfo=UTC)


def test_parse_hours_reads_text_and_an_empty_week():
    assert parse_hours('{"mon": [["00:00", "24:00"]]}') == (Block(0, time(0), None),)
    assert parse_hours({}) == ()


@pytest.mark.parametrize(
    ("raw", "code", "day"),
    [
        ("not json", "not_a_week", ""),
        ("[" * 5000, "not_a_week", ""),
        ([["09:00", "17:00"]], "not_a_week", ""),
        (None, "not_a_week", ""),
        ({"monday": []}, "unknown_day", ""),
        ({"mon": "09:00-17:00"}, "not_a_block", "mon"),
        ({"mon": 9}, "not_a_block", "mon"),
        ({"mon": [["09:00"]]}, "not_a_block", "mon"),
        ({"mon": ["09:00"]}, "not_a_block", "mon"),
        ({"mon": [["nine", "17:00"]]}, "not_a_time", "mon"),
        ({"mon": [[9, 17]]}, "not_a_time", "mon"),
        ({"mon": [["09:00", "25:00"]]}, "not_a_time", "mon"),
        ({"mon": [["24:00", "24:00"]]}, "not_a_time", "mon"),
        ({"tue": [["17:00", "09:00"]]}, "night_too_long", "tue"),
        ({"tue": [["18:00", "08:01"]]}, "night_too_long", "tue"),
        ({"tue": [["09:00", "09:00"]]}, "no_time", "tue"),
        ({"tue": [["00:00", "00:00"]]}, "no_time", "tue"),
        ({"tue": [["22:00", "06:00"]], "wed": [["05:00", "09:00"]]}, "blocks_overlap", "wed"),
        ({"mon": [["05:59", "09:00"]], "sun": [["22:00", "06:00"]]}, "blocks_overlap", "mon"),
        ({"tue": [["22:00", "06:00"], ["23:00", "24:00"]]}, "blocks_overlap", "tue"),
        ({"fri": [["09:00", "13:00"], ["12:00", "17:00"]]}, "blocks_overlap", "fri"),
        ({"fri": [["09:00", "24:00"], ["12:00", "17:00"]]}, "blocks_overlap", "fri"),
    ],
)
def test_parse_hours_says_what_is_wrong_and_on_which_day(raw, code, day):
    with pytest.raises(HoursRefused) as refused:
        parse_hours(raw)
    assert refused.value.code == code
    assert refused.value.day == ("monday" if code == "unknown_day" else day)


moments = st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 10), timezones=st.just(UTC))
weeks = st.sampled_from(
    [
        WorkingHours(DEFAULT_HOURS, BERLIN),
        WorkingHours(ALWAYS, BERLIN),
        WorkingHours(
            (Block(6, time(1), time(2, 30)), Block(6, time(2, 45), time(6)), Block(2, time(23), None)), BERLIN
        ),
    ]
)


@given(moments, st.timedeltas(timedelta(minutes=1), timedelta(days=5)), weeks)
def test_the_time_between_a_start_and_its_deadline_is_the_duration(start, duration, hours):
    assert working_between(start, add_working(start, duration, hours), hours) == duration


@given(moments, st.timedeltas(timedelta(0), timedelta(days=3)), st.timedeltas(timedelta(0), timedelta(days=3)), weeks)
def test_two_durations_in_a_row_are_one(start, first, second, hours):
    end = add_working(start, first + second, hours)
    assert (
        working_between(start, end, hours) == working_between(start, add_working(start, first, hours), hours) + second
    )
    if second:
        assert add_working(add_working(start, first, hours), second, hours) == end
