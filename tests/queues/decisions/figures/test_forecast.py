"""Forecasts of breaches by replaying earlier weeks (K1)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.figures.forecast import (
    Away,
    Forecast,
    Line,
    Measure,
    Record,
    Week,
    added_up,
    by_step,
    forecast,
    hands_there,
    measures,
    total_error,
)
from tests.queues.decisions.figures.forecast_one_by_one import one_by_one

HOUR = 3600
QUIET = Week((0.0,) * 4, (0.0,) * 4)


def line_of(due=(), *, overdue: int = 0, limit: float = HOUR) -> Line:
    """`due` in seconds from now."""
    return Line(overdue, by_step((seconds, 1) for seconds in due), limit)


def busy(came: float, taken: float) -> Week:
    return Week((came,) * 4, (taken,) * 4)


def test_without_hands_every_lead_breaches_when_it_is_due():
    line = line_of((0.5 * HOUR, 1.5 * HOUR, 3.9 * HOUR, 4.5 * HOUR))
    assert forecast(line, [QUIET]) == Forecast((1, 2, 2, 3), 3, 3)


def test_who_is_due_first_is_taken_first_after_what_is_overdue():
    line = line_of((1.2 * HOUR, 1.4 * HOUR, 3.2 * HOUR), overdue=2, limit=72 * HOUR)
    assert forecast(line, [busy(0, 4)]).by_hour == (0, 0, 0, 0)
    assert forecast(line, [busy(0, 2)]).by_hour == (0, 2, 2, 2)


def test_new_leads_breach_too_when_their_limit_is_short():
    line = line_of()
    assert forecast(line, [busy(6, 0)]).by_hour == (0, 6, 12, 18)
    assert forecast(line, [busy(6, 0)], fewer=0.5).by_hour == (0, 3, 6, 9)
    assert forecast(line, [busy(6, 3)], faster=2).by_hour[-1] == 0


def test_the_weeks_give_a_mean_and_its_range():
    line = line_of((0.5 * HOUR, 0.6 * HOUR), limit=72 * HOUR)
    found = forecast(line, [QUIET, busy(0, 6)])
    assert (found.by_hour, found.expected, found.least, found.most) == ((1, 1, 1, 1), 1, 0, 2)
    assert forecast(line, []) is None


def test_the_fewest_reps_and_the_best_source_are_named():
    line = line_of((minutes * 60.0 for minutes in range(61, 85, 2)), limit=90 * 60)
    weeks = [busy(6, 4)]
    expected = forecast(line, weeks).expected
    found = measures(line, weeks, reps=2, sources=[("Cold list", 0.5), ("Web", 0.1)])
    assert {bool(one.reps) for one in found} == {True, False}
    for one in found:
        then = forecast(line, weeks, faster=1 + one.reps / 2, fewer=one.part).expected
        assert one.prevents == expected - then > 0
    assert [one.source for one in found if one.source] == ["Cold list"]


def test_nothing_is_proposed_where_nothing_breaches_or_nobody_works():
    line = line_of((0.5 * HOUR,))
    assert measures(Line(0, (), 72 * HOUR), [QUIET], reps=2, sources=[]) == []
    assert measures(line, [QUIET], reps=0, sources=[]) == []
    assert measures(line, [QUIET], reps=3, sources=[("Web", 1.0)]) == []
    assert measures(line, [busy(0, 1)], reps=1, sources=[]) == [Measure(prevents=1, reps=1)]


def test_leads_are_counted_by_ten_minutes_and_a_hundred_thousand_cost_as_much_as_one():
    assert by_step([(0.0, 1), (599.9, 2), (1200.0, 4)]) == (3, 0, 4)
    assert by_step([]) == ()
    assert forecast(Line(0, (0, 100_000), HOUR), [busy(0, 6)]).by_hour == (99_998,) * 4


def test_who_is_away_takes_nothing_in_that_time():
    half_a_day = Away(share=0.5, starts=1.5 * HOUR, ends=9 * HOUR)
    assert hands_there([half_a_day, Away(0.25, 0.0, HOUR)], 3) == (0.75, 0.75, 0.5)
    assert hands_there([Away(0.6, 0.0, HOUR), Away(0.6, 0.0, HOUR)], 1) == (0.0,)
    assert hands_there([], 2) == (1.0, 1.0)


RATES = st.floats(0, 20).map(lambda rate: round(rate, 1))


@given(
    st.integers(0, 5),
    st.lists(st.floats(0, 5 * HOUR), max_size=20),
    st.lists(st.tuples(RATES, RATES), min_size=4, max_size=4),
    st.floats(1, 4),
    st.floats(0, 1),
)
def test_more_hands_and_fewer_leads_never_make_it_worse(overdue, due, hours, faster, fewer):
    line = line_of(due, overdue=overdue, limit=1.5 * HOUR)
    week = Week(tuple(came for came, _taken in hours), tuple(taken for _came, taken in hours))
    plain = forecast(line, [week]).by_hour
    assert list(plain) == sorted(plain)
    assert forecast(line, [week], fewer=fewer).by_hour[-1] <= plain[-1]
    assert forecast(line, [week], faster=faster).by_hour[-1] <= plain[-1]


@given(
    st.integers(0, 5),
    st.lists(st.one_of(st.floats(0, 5 * HOUR), st.sampled_from([0, 600, 1200, HOUR])), max_size=20),
    st.lists(st.tuples(RATES, RATES), min_size=4, max_size=4),
    st.sampled_from([0, 600, 1000.5, HOUR, 72 * HOUR]),
    st.floats(1, 4),
    st.floats(0, 1),
)
def test_as_when_every_lead_is_followed_one_by_one(overdue, due, hours, limit, faster, fewer):
    line = line_of(due, overdue=overdue, limit=limit)
    week = Week(tuple(came for came, _taken in hours), tuple(taken for _came, taken in hours))
    found = forecast(line, [week], faster=faster, fewer=fewer)
    assert found is not None
    wanted = one_by_one(due, week, overdue=overdue, limit=limit, faster=faster, fewer=fewer)
    assert list(found.by_hour) == wanted


@pytest.mark.parametrize(
    ("record", "is_hit"),
    [
        (Record(12, 9, 15, 12), True),
        (Record(12, 11, 13, 10), True),
        (Record(12, 11, 13, 9), False),
        (Record(12, 9, 15, 9), True),
        (Record(0, 0, 0, 1), True),
        (Record(0, 0, 0, 2), False),
        (Record(3, 1, 4, None), None),
    ],
)
def test_hits_and_misses(record, is_hit):
    assert record.is_hit is is_hit


def test_all_forecasts_together():
    records = [Record(12, 0, 0, 10), Record(7, 0, 0, 10), Record(3, 0, 0, None)]
    assert total_error(records) == pytest.approx(-0.05)
    assert total_error([Record(3, 0, 0, 0)]) is None
    assert added_up([]) is None
    assert added_up([Forecast((1, 2.5), 1, 3), Forecast((0, 1), 0, 2)]) == Forecast((1, 3.5), 1, 5)


def test_over_twenty_days_the_forecasts_are_within_a_fifth_of_what_happens():
    """Days drawn at random: 30 leads wait in the morning, and leads come and are taken as chance has it, somewhat more
    than can be taken. Each day is forecast from four other days and then lived through."""
    dice = random.Random(5)

    def drawn(part: float) -> float:
        return float(sum(dice.random() < part for _chance in range(20)))

    def day() -> tuple[list[float], Week]:
        due = sorted(dice.uniform(0, 8 * HOUR) for _number in range(30))
        came, taken = (
            [float(sum(dice.random() < part for _chance in range(20))) for _hour in range(8)] for part in (0.3, 0.25)
        )
        return due, Week(tuple(came), tuple(taken))

    expected = happened = 0
    for _day in range(20):
        weeks = [day()[1] for _week in range(4)]
        due, real = day()
        line = line_of(due, limit=2 * HOUR)
        expected += forecast(line, weeks).expected
        happened += forecast(line, [real]).expected
    assert happened > 200
    assert abs(expected - happened) / happened < 0.2
