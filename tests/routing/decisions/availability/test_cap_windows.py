"""Caps over any stretch of time: never one lead more than the cap in its window, and none refused while there is room,
where clocks are put forward or back, months have 28 to 31 days, and people change their time zone (F5)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.caps import (
    CAPPED,
    WINDOWS,
    add_given,
    opens_at,
    remaining,
    take_back,
    used,
    windows_at,
)

ZONES = st.sampled_from(
    ["Asia/Jakarta", "America/New_York", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "America/Havana"]
)
STARTS = st.sampled_from(
    [
        datetime(2026, 10, 24, 20, tzinfo=UTC),  # Berlin puts the clock back
        datetime(2026, 3, 28, 20, tzinfo=UTC),  # and forward
        datetime(2026, 11, 1, 2, tzinfo=UTC),  # New York back, Havana back to midnight
        datetime(2026, 3, 8, 2, tzinfo=UTC),  # New York forward, Havana without midnight
        datetime(2026, 4, 4, 12, tzinfo=UTC),  # Lord Howe by half an hour
        datetime(2026, 12, 31, 10, tzinfo=UTC),  # a year ends, within a week
        datetime(2028, 2, 28, 10, tzinfo=UTC),  # the 29th
    ]
)
SECONDS = st.lists(st.sampled_from([0, 0, 1, 420, 1740, 3599, 3600, 3601, 36_000, 172_800]), max_size=60)
CAPS = st.fixed_dictionaries({window: st.sampled_from([None, 0, 1, 2, 5, 14]) for window in WINDOWS})
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def counted(had: list[datetime], window: str, at: datetime, tz: ZoneInfo) -> int:
    """A second, simple implementation, which remembers every lead."""
    if window == "hour":
        return sum(at - HOUR < then for then in had)
    here, local = at.astimezone(tz), [then.astimezone(tz) for then in had]
    if window == "week":
        return sum(then.isocalendar()[:2] == here.isocalendar()[:2] for then in local)
    size = 3 if window == "day" else 2
    return sum(then.timetuple()[:size] == here.timetuple()[:size] for then in local)


@given(ZONES, STARTS, SECONDS, CAPS)
def test_as_many_as_the_cap_and_no_more_whenever_they_come(zone, at, gaps, caps):
    tz, counts, had = ZoneInfo(zone), {}, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        now = windows_at(at, tz)
        assert {window: used(counts, window, now) for window in WINDOWS} == {
            window: counted(had, window, at, tz) for window in WINDOWS
        }
        full = [w for w in WINDOWS if caps[w] is not None and counted(had, w, at, tz) >= caps[w]]
        answer = remaining(caps, counts, now)
        assert (answer.left == 0, answer.reason in map(CAPPED.get, full)) == (bool(full), bool(full))
        if not full:
            counts, had = add_given(counts, now), [*had, at]


@given(STARTS, st.lists(st.integers(0, 4_000_000_000), max_size=60), st.integers(1, 4))
def test_never_more_than_the_cap_in_any_sixty_minutes_however_the_leads_fall(at, gaps, cap):
    """To the microsecond; and what was refused would have been too many, but for less than a second."""
    counts, had = {}, []
    for gap in gaps:
        at += timedelta(microseconds=gap)
        now = windows_at(at, ZoneInfo("UTC"))
        if remaining({"hour": cap}, counts, now).left:
            counts, had = add_given(counts, now), [*had, at]
        else:
            assert sum(at - HOUR - SECOND < then for then in had) >= cap
    assert all(later - sooner >= HOUR for sooner, later in zip(had, had[cap:], strict=False))


@given(ZONES, STARTS, SECONDS, CAPS)
def test_the_moment_that_is_told_is_the_first_at_which_there_is_room(zone, at, gaps, caps):
    tz, counts = ZoneInfo(zone), {}
    for gap in gaps:
        at += timedelta(seconds=gap)
        now = windows_at(at, tz)
        opens = opens_at(caps, counts, now)
        if opens == at:
            assert remaining(caps, counts, now).left != 0
            counts = add_given(counts, now)
        elif opens is None:
            assert 0 in caps.values()
        else:
            assert remaining(caps, counts, windows_at(opens - SECOND, tz)).left == 0
            assert remaining(caps, counts, windows_at(opens, tz)).left > 0


@given(ZONES, STARTS, SECONDS, st.data())
def test_an_undone_lead_is_as_if_it_had_never_been(zone, at, gaps, data):
    tz, counts, had = ZoneInfo(zone), {}, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        if had and data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(had))
            had.remove(gone)
            counts = take_back(counts, windows_at(at, tz), given_at=gone)
        else:
            counts, had = add_given(counts, windows_at(at, tz)), [*had, at]
        assert {window: used(counts, window, windows_at(at, tz)) for window in WINDOWS} == {
            window: counted(had, window, at, tz) for window in WINDOWS
        }


@given(STARTS, st.lists(st.tuples(st.sampled_from([0, 420, 36_000, 172_800]), ZONES), max_size=40), st.integers(1, 3))
def test_a_change_of_time_zone_frees_places_only_after_a_midnight_of_the_new_zone(at, moves, cap):
    """And whoever waits, waits until the next midnight of the zone that holds."""
    counts, had, old = {}, [], ZoneInfo("Asia/Jakarta")
    for gap, zone in moves:
        at, tz = at + timedelta(seconds=gap), ZoneInfo(zone)
        before, now = (windows_at(at, each) for each in (old, tz))
        more = remaining({"day": cap}, counts, now).left - remaining({"day": cap}, counts, before).left
        assert more <= 0 or had[-1].astimezone(tz).date() < at.astimezone(tz).date()
        if remaining({"day": cap}, counts, now).left:
            counts, had = add_given(counts, now), [*had, at]
        else:
            opens = opens_at({"day": cap}, counts, now)
            assert opens.astimezone(tz).date() == at.astimezone(tz).date() + timedelta(days=1)
            assert remaining({"day": cap}, counts, windows_at(opens, tz)).left == cap
        old = tz
