"""How much of the working time is taken, against a count of minutes (I2)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.hours import Block, WorkingHours, is_working
from routing.decisions.calendars.coverage import union, work_days

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
# both have a change of clocks in Berlin
FIRSTS = st.sampled_from([date(2026, 10, 24), date(2026, 3, 28)])
ZONES = st.sampled_from([JAKARTA, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")])
MOMENTS = st.integers(-12 * 60, 60 * 60)  # minutes since the first midnight in UTC


@st.composite
def weeks(draw) -> tuple[Block, ...]:
    """Blocks of each day that begin after midnight and end before it."""
    found = []
    for weekday in range(7):
        minutes = sorted(draw(st.sets(st.integers(1, 1438), max_size=6)))
        minutes = minutes[: len(minutes) // 2 * 2]
        walls = [time(each // 60, each % 60) for each in minutes]
        found += [Block(weekday, *pair) for pair in zip(walls[::2], walls[1::2], strict=True)]
    return tuple(found)


@given(weeks(), FIRSTS, ZONES, st.lists(st.tuples(MOMENTS, st.integers(1, 2000)), max_size=5))
def test_covered_time_is_what_counting_minutes_finds(blocks, first, zone, spans):
    hours = WorkingHours(blocks, zone)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    taken = union((start + begins * MINUTE, start + (begins + length) * MINUTE) for begins, length in spans)
    minutes = [start - DAY + number * MINUTE for number in range(4 * 24 * 60)]
    expected: dict[date, list[int]] = {}
    for minute in (each for each in minutes if is_working(each, hours)):
        on = minute.astimezone(zone).date()
        is_taken = any(begins <= minute < ends for begins, ends in taken)
        counted = expected.setdefault(on, [0, 0])
        expected[on] = [counted[0] + is_taken, counted[1] + 1]
    days = work_days(first, first + DAY, hours=hours, zone=zone).days
    found = {day.on: [day.covered(taken) // MINUTE, day.working // MINUTE] for day in days}
    assert found == {on: counted for on, counted in expected.items() if first <= on <= first + DAY}
    for day in days:
        covered, working = expected[day.on]
        assert day.is_whole(taken) or covered < working - 1
        assert not day.is_whole(taken) or covered >= working - 61


@given(st.lists(st.tuples(MOMENTS, st.integers(1, 2000)), max_size=8))
def test_spans_that_adjoin_become_one(spans):
    start = datetime(2026, 11, 16, tzinfo=UTC)
    given_spans = [(start + begins * MINUTE, start + (begins + length) * MINUTE) for begins, length in spans]
    found = union(given_spans)
    assert all(earlier[1] < later[0] for earlier, later in zip(found, found[1:], strict=False))
    counted = {begins + each for begins, length in spans for each in range(length)}
    assert sum((ends - begins for begins, ends in found), timedelta(0)) == len(counted) * MINUTE


def whole(hours: WorkingHours | None, *spans: tuple[str, str], on: date = date(2026, 11, 17)) -> bool:
    moments = [
        tuple(datetime.combine(on, time.fromisoformat(each), JAKARTA).astimezone(UTC) for each in span)
        for span in spans
    ]
    (day,) = work_days(on, on, hours=hours, zone=JAKARTA).days
    return day.is_whole(union(moments))


def test_a_break_may_stay_free_in_the_middle_of_a_long_day_only():
    one = WorkingHours((Block(1, time(9), time(17)),), JAKARTA)
    two = WorkingHours((Block(1, time(9), time(12)), Block(1, time(13), time(17))), JAKARTA)
    assert whole(one, ("09:00", "12:00"), ("13:00", "17:00"))
    assert whole(two, ("09:00", "12:00"), ("13:00", "17:00"))
    assert whole(one, ("08:00", "16:59"))
    assert [
        whole(one, ("09:00", "16:00")),
        whole(one, ("10:00", "17:00")),
        whole(one, ("09:00", "11:00"), ("13:00", "17:00")),
        whole(two, ("09:00", "11:00"), ("11:30", "17:00")),
        whole(None, ("00:00", "12:00")),
        whole(one),
    ] == [False] * 6
    assert whole(None, ("00:00", "12:00"), ("12:00", "23:59"))


def test_night_work_is_of_the_day_on_which_it_begins():
    night = tuple(Block(day, time(22)) for day in range(5)) + tuple(Block(day, time(0), time(6)) for day in range(1, 6))
    days = work_days(date(2026, 11, 16), date(2026, 11, 20), hours=WorkingHours(night, JAKARTA), zone=JAKARTA).days
    assert [(day.on.day, len(day.stretches), day.working // MINUTE) for day in days] == [
        (on, 1, 480) for on in (16, 17, 18, 19, 20)
    ]
