"""Periods of reports: whole days in the reader's zone, the period before, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.reports.periods import (
    MOST_DAYS,
    PeriodRefused,
    Refusal,
    before,
    months_back,
    read_period,
    weeks_back,
)

JAKARTA, BERLIN, HAVANA = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/Havana")
AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # 10:42 in Jakarta
HOUR = timedelta(hours=1)


def read(text: str, first: str = "", last: str = "", *, at: datetime = AT, tz: ZoneInfo = JAKARTA):
    return read_period(text, first, last, at=at, tz=tz)


@pytest.mark.parametrize(
    ("text", "first", "days"),
    [("today", date(2026, 11, 16), 1), ("7d", date(2026, 11, 10), 7), ("90d", date(2026, 8, 19), 90)],
)
def test_a_rolling_period_ends_with_today(text: str, first: date, days: int):
    period = read(text)
    assert (period.first, period.last, period.days) == (first, date(2026, 11, 16), days)


def test_days_begin_and_end_at_the_readers_midnight():
    period = read("today")
    assert (period.starts_at, period.ends_at) == (
        datetime(2026, 11, 15, 17, tzinfo=UTC),
        datetime(2026, 11, 16, 17, tzinfo=UTC),
    )
    assert [period.holds(each) for each in (period.starts_at, period.ends_at)] == [True, False]


def test_a_minute_before_midnight_is_another_day_than_midnight():
    late, midnight = datetime(2026, 11, 16, 16, 59, tzinfo=UTC), datetime(2026, 11, 16, 17, tzinfo=UTC)
    assert [read("today", at=at).first.day for at in (late, midnight)] == [16, 17]


@pytest.mark.parametrize(
    ("day", "tz", "hours"),
    [
        ("2026-03-29", BERLIN, 23),
        ("2026-10-25", BERLIN, 25),
        ("2026-10-26", BERLIN, 24),
        ("2026-03-08", HAVANA, 23),  # there midnight itself is skipped, and in autumn it comes twice
        ("2026-11-01", HAVANA, 25),
    ],
)
def test_a_day_of_a_clock_change_is_as_long_as_it_was(day: str, tz: ZoneInfo, hours: int):
    period = read("", day, day, tz=tz)
    assert period.ends_at.astimezone(UTC) - period.starts_at.astimezone(UTC) == hours * HOUR


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_month_is_all_of_its_days(text: str, first: date, last: date):
    period = read(text)
    assert (period.first, period.last, period.is_month) == (first, last, True)


def test_the_month_is_the_one_of_the_readers_zone():
    at = datetime(2026, 10, 31, 18, tzinfo=UTC)  # November has begun in Jakarta
    assert read("2026-11", at=at).first == date(2026, 11, 1)
    with pytest.raises(PeriodRefused):
        read("2026-11", at=at, tz=BERLIN)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("30d", "2026-09-18..2026-10-17"),
        ("today", "2026-11-15..2026-11-15"),
        ("2026-03", "2026-02"),
        ("2026-01", "2025-12"),
        ("2026-11-01..2026-11-10", "2026-10-22..2026-10-31"),
    ],
)
def test_the_period_before_has_the_same_length_or_is_the_month_before(text: str, key: str):
    period = read(text)
    earlier = before(period, JAKARTA)
    assert (earlier.key, earlier.ends_at) == (key, period.starts_at)


def test_the_form_of_dates_wins_and_one_date_is_that_day():
    assert read("7d", "2026-11-02", "2026-11-04").key == "2026-11-02..2026-11-04"
    assert [read("", "2026-11-02").days, read("", "", "2026-11-02").days] == [1, 1]


@pytest.mark.parametrize("text", ["30d", "2026-11", "2026-11-02..2026-11-04"])
def test_what_the_address_writes_is_read_as_the_same_period(text: str):
    assert read(read(text).key) == read(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-12", Refusal.FUTURE),
        ("2026-11-16..2026-11-17", Refusal.FUTURE),
        ("9999-12-01..9999-12-31", Refusal.FUTURE),
        ("2026-11-10..2026-11-09", Refusal.REVERSED),
        ("2001-01-01..2026-01-01", Refusal.TOO_LONG),
        ("0001-01", Refusal.TOO_EARLY),
        ("0001-01-01..0001-01-02", Refusal.TOO_EARLY),
        ("1999-12-31..2000-01-01", Refusal.TOO_EARLY),
        ("2026-13", Refusal.UNREADABLE),
        ("2026-02-30..2026-03-01", Refusal.UNREADABLE),
        ("0000-01", Refusal.UNREADABLE),
        ("yesterday", Refusal.UNREADABLE),
        ("..", Refusal.UNREADABLE),
        ("２０２６-11", Refusal.UNREADABLE),
        ("2026-11-01..2026-11-02..2026-11-03", Refusal.UNREADABLE),
    ],
)
def test_a_period_that_cannot_be_shown_is_refused(text: str, why: Refusal):
    with pytest.raises(PeriodRefused) as refused:
        read(text)
    assert refused.value.refusal == why


def test_the_longest_period_is_a_leap_year():
    last = date(2026, 11, 16)
    longest = last - (MOST_DAYS - 1) * timedelta(days=1)
    assert read(f"{longest}..{last}").days == 366
    with pytest.raises(PeriodRefused):
        read(f"{longest - timedelta(days=1)}..{last}")


def test_weeks_run_from_monday_to_sunday():
    weeks = weeks_back(12, last=date(2026, 11, 18), tz=JAKARTA)
    assert (len(weeks), weeks[-1].key, weeks[0].first) == (12, "2026-11-16..2026-11-22", date(2026, 8, 31))
    assert [week.ends_at for week in weeks[:-1]] == [week.starts_at for week in weeks[1:]]


def test_months_back_cross_the_year():
    assert months_back(3, today=date(2026, 1, 31)) == (date(2026, 1, 1), date(2025, 12, 1), date(2025, 11, 1))
