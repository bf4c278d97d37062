"""Which counted days a period contains, in any zone and over changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.figures.calendar import by_days, day_of, day_start, days_between, split_days

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from([JAKARTA, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns"), ZoneInfo("UTC")])


def test_a_readers_month_in_another_zone_has_two_edges():
    start, end = day_start(date(2026, 11, 1), BERLIN), day_start(date(2026, 12, 1), BERLIN)
    split = split_days(start, end, JAKARTA, kept_until=date.max)
    assert (split.first, split.last) == (date(2026, 11, 2), date(2026, 12, 1))
    assert split.edges == (
        (start, day_start(date(2026, 11, 2), JAKARTA)),
        (day_start(date(2026, 12, 1), JAKARTA), end),
    )


def test_a_day_is_23_or_25_hours_long_when_the_clock_changes():
    lengths = [day_start(date(2026, month, day + 1), BERLIN) - day_start(date(2026, month, day), BERLIN)
               for month, day in ((3, 29), (10, 25))]  # fmt: skip
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


def test_what_is_not_kept_yet_is_an_edge():
    start, end = day_start(date(2026, 11, 1), JAKARTA), day_start(date(2026, 11, 8), JAKARTA)
    split = split_days(start, end, JAKARTA, kept_until=date(2026, 11, 5))
    assert (split.first, split.last, split.edges) == (
        date(2026, 11, 1),
        date(2026, 11, 5),
        ((day_start(date(2026, 11, 5), JAKARTA), end),),
    )
    never = split_days(start, end, JAKARTA, kept_until=date.min)
    assert (never.has_days, never.edges) == (False, ((start, end),))


@given(MOMENTS, MOMENTS, ZONES, st.dates(date(2025, 12, 1), date(2027, 2, 1)))
def test_days_and_edges_cover_the_period_once(one, other, zone, kept_until):
    start, end = sorted((one, other))
    split = split_days(start, end, zone, kept_until=kept_until)
    days = [(day_start(day, zone), day_start(day + timedelta(days=1), zone))
            for day in days_between(split.first, split.last)]  # fmt: skip
    parts = sorted([*days, *split.edges])
    assert all(a < b for a, b in parts)
    if start < end:
        assert (parts[0][0], parts[-1][1]) == (start, end)
    assert all(before[1] == after[0] for before, after in zip(parts, parts[1:], strict=False))
    assert all(day < kept_until for day in days_between(split.first, split.last))


@given(MOMENTS, MOMENTS, ZONES)
def test_parts_by_days_lie_in_one_day_each(one, other, zone):
    start, end = sorted((one, other))
    parts = by_days(start, end, zone)
    assert sum(((b - a) for a, b in parts), timedelta()) == end - start
    assert all(day_of(a, zone) == day_of(b - timedelta(microseconds=1), zone) for a, b in parts)
