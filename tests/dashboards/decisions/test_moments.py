"""Moments as people write them, on their own clock (K3)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.moments import (
    Moment,
    MomentRefused,
    Refusal,
    as_text,
    minute_after,
    minute_before,
    read_moment,
)

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)


def refused(text: str, tz: ZoneInfo = BERLIN) -> MomentRefused:
    with pytest.raises(MomentRefused) as problem:
        read_moment(text, tz=tz, now=NOW)
    return problem.value


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-03T10:42", datetime(2026, 11, 3, 3, 42, tzinfo=UTC)),
        (" 2026-11-03 10:42:17.5 ", datetime(2026, 11, 3, 3, 42, 17, 500_000, tzinfo=UTC)),
        ("2026-11-03", datetime(2026, 11, 2, 17, tzinfo=UTC)),
        ("2026-11-03T10:42Z", datetime(2026, 11, 3, 10, 42, tzinfo=UTC)),
        ("2026-11-16T10:42", NOW),
    ],
)
def test_a_moment_is_read_on_the_clock_of_the_reader(text, at):
    assert read_moment(text, tz=JAKARTA, now=NOW) == Moment(at)


@pytest.mark.parametrize("text", ["", "x", "10:42", "2026-13-01T10:42", "2026-11-03T25:00", "9" * 400, "\x00"])
def test_what_is_no_moment_is_refused(text):
    assert refused(text).why == Refusal.UNREADABLE


def test_the_first_and_the_last_year_are_refused_and_no_error():
    assert refused("0001-01-01T00:00", JAKARTA).why == Refusal.UNREADABLE
    assert refused("9999-12-31T23:59", ZoneInfo("America/New_York")).why == Refusal.UNREADABLE


def test_the_future_is_refused():
    assert refused("2026-11-16T10:42:00.000001", JAKARTA).why == Refusal.FUTURE


def test_a_time_that_clocks_skipped_is_refused_with_the_time_that_it_was():
    problem = refused("2026-03-29T02:30")
    assert problem.why == Refusal.SKIPPED
    assert problem.nearest == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert f"{problem.nearest.astimezone(BERLIN):%H:%M}" == "03:30"


def test_a_time_that_came_twice_is_the_first_and_names_the_second():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert read_moment("2026-10-25T02:30", tz=BERLIN, now=NOW) == Moment(first, again=second)


@pytest.mark.parametrize("minutes", range(-200, 200, 7))
def test_what_is_written_into_an_address_is_read_again_around_both_changes_of_clocks(minutes):
    for change in (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)):
        for more in (timedelta(), timedelta(seconds=3, microseconds=7)):
            at = change + timedelta(minutes=minutes) + more
            assert read_moment(as_text(at, BERLIN), tz=BERLIN, now=NOW).at == at


def test_a_step_of_a_minute_leads_to_whole_minutes():
    half = NOW + timedelta(seconds=30)
    assert [minute_before(half), minute_before(NOW)] == [NOW, NOW - timedelta(minutes=1)]
    assert [minute_after(half), minute_after(NOW)] == [NOW + timedelta(minutes=1)] * 2
