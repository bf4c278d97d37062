"""The times offered for a next step: nine in the morning there, on working days, each moment once, as clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.follow_up import PresetCode, presets

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, TOMORROW, MONDAY, WEEK = PresetCode


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def offered(now: datetime, works_on=weekdays) -> dict[PresetCode, str]:
    return {each.code: f"{each.at:%a %d %b %H:%M}" for each in presets(now, works_on=works_on)}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (  # Tuesday
            datetime(2026, 11, 17, 10, 42, tzinfo=JAKARTA),
            {
                HOUR: "Tue 17 Nov 11:42",
                TOMORROW: "Wed 18 Nov 09:00",
                MONDAY: "Mon 23 Nov 09:00",
                WEEK: "Tue 24 Nov 09:00",
            },
        ),
        (  # Friday evening: the next morning at work is Monday's, once
            datetime(2026, 11, 20, 23, 30, tzinfo=JAKARTA),
            {HOUR: "Sat 21 Nov 00:30", TOMORROW: "Mon 23 Nov 09:00", WEEK: "Fri 27 Nov 09:00"},
        ),
        (  # Monday: next Monday is in a week
            datetime(2026, 11, 16, 8, 0, tzinfo=JAKARTA),
            {HOUR: "Mon 16 Nov 09:00", TOMORROW: "Tue 17 Nov 09:00", MONDAY: "Mon 23 Nov 09:00"},
        ),
        (  # Sunday: tomorrow is Monday, and a Sunday in a week is no working day
            datetime(2026, 11, 22, 20, 0, tzinfo=JAKARTA),
            {HOUR: "Sun 22 Nov 21:00", TOMORROW: "Mon 23 Nov 09:00", WEEK: "Mon 30 Nov 09:00"},
        ),
    ],
)
def test_presets_are_mornings_at_work_and_each_is_offered_once(now: datetime, expected: dict):
    assert offered(now) == expected


def test_presets_follow_another_week_and_days_off():
    """Sunday to Thursday, and the Monday is a holiday."""
    now = datetime(2026, 11, 19, 15, 0, tzinfo=ZoneInfo("Asia/Riyadh"))  # Thursday
    found = offered(now, lambda day: day.weekday() not in (4, 5) and day != date(2026, 11, 23))
    assert (found[TOMORROW], found[MONDAY]) == ("Sun 22 Nov 09:00", "Tue 24 Nov 09:00")


def test_presets_of_somebody_who_never_works_are_the_plain_days():
    found = offered(datetime(2026, 11, 20, 12, 0, tzinfo=JAKARTA), lambda day: False)
    assert (found[TOMORROW], found[MONDAY]) == ("Sat 21 Nov 09:00", "Mon 23 Nov 09:00")


@pytest.mark.parametrize(
    ("now", "in_an_hour", "tomorrow"),
    [
        # forward at 02:00 on 28 March 2027, back at 03:00 on 25 October 2026
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "03:30 +0200", "09:00 +0200"),
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), "14:00 +0100", "09:00 +0200"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30 +0100", "09:00 +0100"),
    ],
)
def test_presets_on_a_day_on_which_clocks_change(now: datetime, in_an_hour: str, tomorrow: str):
    hour, morning, *_later = presets(now.astimezone(BERLIN))
    assert hour.at - now == timedelta(hours=1)
    assert (f"{hour.at:%H:%M %z}", f"{morning.at:%H:%M %z}") == (in_an_hour, tomorrow)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    tz=st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "America/Santiago", "Pacific/Chatham", "Africa/Casablanca"]),
    week=st.sets(st.integers(0, 6), min_size=1),
)
def test_presets_are_to_come_each_once_and_on_working_days(now: datetime, tz: str, week: set[int]):
    found = presets(now.astimezone(ZoneInfo(tz)), works_on=lambda day: day.weekday() in week)
    moments = [each.at for each in found]
    assert min(moments) > now and max(moments) < now + timedelta(days=15)
    assert len({each.astimezone(UTC) for each in moments}) == len(moments)
    assert all(each.weekday() in week for each in moments[1:])
