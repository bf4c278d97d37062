"""Caps over any stretch of time: never one lead more than the cap in its window, and none refused while there is room,
where clocks are put forward or back and months have 28 to 31 days (F5)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.caps import CAPPED, WINDOWS, keys_at, remaining
from routing.decisions.availability.caps import add_given as counted

ZONES = st.sampled_from(
    ["Asia/Jakarta", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
)
STARTS = st.sampled_from(
    [
        datetime(2026, 10, 24, 20, tzinfo=UTC),  # Berlin puts the clock back
        datetime(2026, 3, 28, 20, tzinfo=UTC),  # and forward
        datetime(2026, 4, 4, 12, tzinfo=UTC),  # Lord Howe by half an hour
        datetime(2011, 12, 29, 20, tzinfo=UTC),  # Apia leaves out a day
        datetime(2026, 12, 31, 10, tzinfo=UTC),  # a year ends, within a week
        datetime(2028, 2, 28, 10, tzinfo=UTC),  # the 29th
    ]
)
GAPS = st.lists(st.sampled_from([0, 0, 7, 29, 61, 600, 2 * 1440]), max_size=60)
CAPS = st.fixed_dictionaries({window: st.sampled_from([None, 0, 1, 2, 5, 14]) for window in WINDOWS})


def windows(at: datetime, tz: ZoneInfo) -> dict[str, tuple]:
    """A second, simple implementation: the local time, and which of the two when it comes twice."""
    here = at.astimezone(tz)
    day = (here.year, here.month, here.day)
    return {"hour": (*day, here.hour, here.fold), "day": day, "week": here.isocalendar()[:2], "month": day[:2]}


@given(ZONES, STARTS, GAPS, CAPS)
def test_as_many_as_the_cap_and_no_more_whenever_they_come(zone, at, gaps, caps):
    tz, counts, had = ZoneInfo(zone), {}, Counter()
    for gap in gaps:
        at += timedelta(minutes=gap)
        mine = {window: (window, *key) for window, key in windows(at, tz).items()}
        full = [window for window in WINDOWS if caps[window] is not None and had[mine[window]] >= caps[window]]
        answer = remaining(caps, counts, keys_at(at, tz))
        assert (answer.left == 0, answer.reason in map(CAPPED.get, full)) == (bool(full), bool(full))
        if not full:
            counts = counted(counts, keys_at(at, tz))
            had.update(mine.values())
