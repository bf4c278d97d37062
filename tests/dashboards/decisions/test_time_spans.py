"""The stretches of time on the flow page, cut by the reader's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.time_spans import DAY, HOUR, span_of, wall_time, weeks_of_hours

JAKARTA = ZoneInfo("Asia/Jakarta")
MORNING = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # Monday 10:42 in Jakarta


def test_span_of_a_day_has_the_running_hour_and_23_before_it():
    span = span_of("24h", at=MORNING, tz=JAKARTA)
    assert (span.unit, len(span.cuts)) == (HOUR, 24)
    assert (wall_time(span.cuts[0]), wall_time(span.cuts[-1])) == (
        datetime(2026, 11, 15, 11),
        datetime(2026, 11, 16, 10),
    )
    assert (span.starts_at, span.ends_at) == (datetime(2026, 11, 15, 4, tzinfo=UTC), MORNING)


def test_span_of_seven_days_begins_at_midnight_of_the_reader():
    span = span_of("7d", at=MORNING, tz=JAKARTA)
    assert (span.unit, [cut.day for cut in span.cuts]) == (DAY, [10, 11, 12, 13, 14, 15, 16])
    assert span.starts_at == datetime(2026, 11, 9, 17, tzinfo=UTC)


def test_span_of_an_unknown_name_is_the_last_24_hours():
    assert span_of("'; drop", at=MORNING, tz=JAKARTA).key == "24h"


@pytest.mark.parametrize(("day", "hours"), [(datetime(2026, 10, 25, 22, tzinfo=UTC), 23), (MORNING, 24)])
def test_an_hour_that_the_autumn_change_shows_twice_is_one(day: datetime, hours: int):
    berlin = ZoneInfo("Europe/Berlin")
    cuts = span_of("24h", at=day, tz=berlin).cuts
    assert (len(cuts), len({wall_time(cut) for cut in cuts})) == (hours, hours)


def test_the_spring_change_leaves_an_hour_out():
    cuts = span_of("24h", at=datetime(2026, 3, 29, 20, tzinfo=UTC), tz=ZoneInfo("Europe/Berlin")).cuts
    shown = [wall_time(cut).hour for cut in cuts if cut.date().day == 29]
    assert shown[:4] == [0, 1, 3, 4]


def test_hours_begin_on_the_hour_where_zones_are_off_by_half_an_hour():
    cuts = span_of("24h", at=MORNING, tz=ZoneInfo("Asia/Kolkata")).cuts
    assert {(cut.minute, cut.second) for cut in cuts} == {(0, 0)}
    assert wall_time(cuts[-1]) == datetime(2026, 11, 16, 9)


def test_weeks_of_hours_reach_back_whole_weeks():
    span = weeks_of_hours(8, at=MORNING, tz=JAKARTA)
    assert (len(span.cuts), span.cuts[-1] - span.cuts[0]) == (1344, timedelta(hours=1343))
