"""Caps at single moments: what counts in which window, undone leads, and what the release before stored (F5)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.availability.caps import (
    COARSE,
    MAX_TIMES,
    TIMES,
    CapWindows,
    Remaining,
    add_given,
    opens_at,
    remaining,
    take_back,
    used,
    windows_at,
)

JAKARTA, NEW_YORK, BERLIN = (ZoneInfo(name) for name in ("Asia/Jakarta", "America/New_York", "Europe/Berlin"))
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # Wednesday 12:00 in Jakarta, midnight in New York
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def now(at: datetime, tz: ZoneInfo = JAKARTA) -> CapWindows:
    return windows_at(at, tz)


def counts_of(*times: datetime, tz: ZoneInfo = JAKARTA) -> dict:
    counts: dict = {}
    for at in times:
        counts = add_given(counts, now(at, tz))
    return counts


def test_a_cap_of_fourteen_a_month_gives_fourteen():
    counts: dict = {}
    for turn in range(14):
        assert remaining({"month": 14}, counts, now(NOON + turn * HOUR)).left == 14 - turn
        counts = add_given(counts, now(NOON + turn * HOUR))
    assert remaining({"month": 14}, counts, now(NOON + 20 * HOUR)) == Remaining(0, "cap_month")
    assert remaining({"month": 14}, counts, now(datetime(2026, 11, 30, 17, tzinfo=UTC))).left == 14  # 1 December


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        ("hour", NOON + HOUR - SECOND, NOON + HOUR),
        ("day", datetime(2026, 11, 25, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
        ("week", datetime(2026, 11, 29, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 29, 17, 0, tzinfo=UTC)),
        ("month", datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 30, 17, 0, tzinfo=UTC)),
    ],
)
def test_sixty_minutes_slide_and_the_other_windows_are_those_of_the_calendar(window, inside, outside):
    counts = add_given({}, now(NOON), 3)
    assert [used(counts, window, now(at)) for at in (inside, outside)] == [3, 0]
    assert opens_at({window: 3}, counts, now(inside)) == outside
    assert opens_at({window: 4}, counts, now(inside)) == inside


def test_the_places_of_the_hour_come_back_one_by_one():
    counts = counts_of(NOON, NOON + 20 * MINUTE, NOON + 20 * MINUTE, NOON + 50 * MINUTE)
    later = [NOON + minutes * MINUTE for minutes in (59, 60, 79, 80, 110)]
    assert [remaining({"hour": 4}, counts, now(at)).left for at in later] == [0, 1, 1, 3, 4]
    opens = [opens_at({"hour": cap}, counts, now(NOON + 55 * MINUTE)) for cap in (4, 3, 2, 1)]
    assert opens == [NOON + minutes * MINUTE for minutes in (60, 80, 80, 110)]


@pytest.mark.parametrize("clocks_change", [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)])
def test_sixty_minutes_are_sixty_where_the_clocks_change(clocks_change):
    counts = counts_of(clocks_change - 30 * MINUTE, tz=BERLIN)
    around = [clocks_change, clocks_change + 30 * MINUTE - SECOND, clocks_change + 30 * MINUTE]
    assert [used(counts, "hour", now(at, BERLIN)) for at in around] == [1, 1, 0]


def test_a_cap_of_nought_never_opens_and_the_last_of_several_caps_opens():
    counts = counts_of(NOON)
    assert opens_at({"hour": 1, "week": 0}, counts, now(NOON)) is None
    assert opens_at({"hour": 1, "day": 1}, counts, now(NOON)) == datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert opens_at({}, counts, now(NOON)) == NOON


def test_the_tightest_cap_says_why():
    counts = add_given({}, now(NOON), 2)
    assert remaining({"hour": 2, "day": 2, "week": 9}, counts, now(NOON)) == Remaining(0, "cap_day")
    assert remaining({}, counts, now(NOON)) == Remaining(None, "")


def test_an_undone_lead_gives_its_own_place_back():
    counts = counts_of(NOON, NOON + 2 * MINUTE, NOON + 4 * MINUTE)
    after = take_back(counts, now(NOON + 5 * MINUTE), given_at=NOON + 2 * MINUTE)
    assert after == counts_of(NOON, NOON + 4 * MINUTE)
    assert [used(after, "hour", now(NOON + 60 * MINUTE)), used(after, "hour", now(NOON + 63 * MINUTE))] == [1, 1]


def test_a_lead_of_yesterday_undone_after_midnight_frees_no_place_of_today():
    midnight = datetime(2026, 11, 25, 17, tzinfo=UTC)
    counts = counts_of(midnight - MINUTE, midnight + MINUTE)
    later = now(midnight + 2 * MINUTE)
    after = take_back(counts, later, given_at=midnight - MINUTE)
    assert [used(after, window, later) for window in ("hour", "day", "week", "month")] == [1, 1, 1, 1]
    long_ago = take_back(counts, later, given_at=midnight - 2 * HOUR)
    assert [used(long_ago, window, later) for window in ("hour", "day", "week")] == [2, 1, 1]


def test_a_time_zone_that_changes_within_the_day_gives_no_second_day():
    """From Jakarta to New York it is yesterday again; from New York to Jakarta it may be tomorrow already."""
    morning = datetime(2026, 11, 25, 1, tzinfo=UTC)  # 08:00 in Jakarta, the evening of the 24th in New York
    there = counts_of(morning)
    midnight = datetime(2026, 11, 25, 5, tzinfo=UTC)  # in New York
    assert [used(there, "day", now(at, NEW_YORK)) for at in (morning, midnight - SECOND, midnight)] == [1, 1, 0]
    back, midnight = counts_of(morning, tz=NEW_YORK), datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert [used(back, "day", now(at)) for at in (morning, midnight - SECOND, midnight)] == [1, 1, 0]


def test_however_many_seconds_have_a_lead_few_are_kept_and_the_cap_holds():
    counts: dict = {}
    for second in range(3600):
        counts = add_given(counts, now(NOON + second * SECOND))
        assert len(counts[TIMES]) <= MAX_TIMES
    assert used(counts, "hour", now(NOON + 3599 * SECOND)) == 3600
    assert 0 <= used(counts, "hour", now(NOON + HOUR + 1800 * SECOND)) - 1799 <= COARSE


def test_part_of_a_second_never_lets_one_too_many_through():
    begun = NOON + timedelta(milliseconds=700)
    counts = counts_of(begun)
    assert used(counts, "hour", now(begun + HOUR - timedelta(milliseconds=1))) == 1
    assert used(counts, "hour", now(begun + HOUR + SECOND)) == 0
    last = datetime(2026, 11, 25, 16, 59, 59, 900_000, tzinfo=UTC)
    assert used(counts_of(last), "day", now(datetime(2026, 11, 25, 17, tzinfo=UTC))) == 0


def test_an_hour_of_the_release_before_counts_as_given_at_its_end():
    stored = {"hour": ["2026-11-25T127:00:00", 3], "day": ["2026-11-25", 4], "week": ["2026-W48", 5]}
    stored |= {"month": ["2026-11", 6]}
    for at in (NOON + 10 * MINUTE, NOON + HOUR, NOON + 2 * HOUR - SECOND):
        assert [used(stored, window, now(at)) for window in ("hour", "day", "week", "month")] == [3, 4, 5, 6]
    assert opens_at({"hour": 3}, stored, now(NOON + HOUR)) == NOON + 2 * HOUR
    assert used(stored, "hour", now(NOON + 2 * HOUR)) == 0
    december = now(datetime(2026, 12, 1, tzinfo=UTC))
    assert [used(stored, window, december) for window in ("hour", "day", "week", "month")] == [0, 0, 0, 0]


def test_counts_of_the_release_before_are_rewritten_with_the_next_lead_and_its_undo():
    stored = {"hour": ["2026-11-25T127:00:00", 3], "day": ["2026-11-25", 4], "week": ["2026-W48", 5]}
    at = NOON + 10 * MINUTE
    counts = add_given(stored, now(at))
    assert (counts[TIMES], counts["day"][1], counts["week"][1], counts["month"][1]) == ([[at.timestamp(), 4]], 5, 6, 1)
    undone = take_back(stored, now(at), given_at=NOON + MINUTE)
    assert [used(undone, window, now(at)) for window in ("hour", "day", "week")] == [2, 3, 4]
