"""Health of a queue: every threshold at its edge."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.health import (
    AgeSplit,
    Flag,
    Velocity,
    age_split,
    claim_rate,
    depth_level,
    is_worse,
    kept_level,
    velocity,
    with_hysteresis,
    worst_flag,
)

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("depth", "level"),
    [
        (0, "ok"),
        (50, "ok"),
        (51, "yellow"),
        (100, "yellow"),
        (101, "red"),
        (200, "red"),
        (201, "critical"),
    ],
)
def test_depth_level_begins_above_its_number(depth, level):
    assert depth_level(depth) == level


def test_depth_level_takes_the_queues_own_numbers():
    assert [depth_level(depth, 5, 10, 20) for depth in (5, 6, 11, 21)] == ["ok", "yellow", "red", "critical"]


@pytest.mark.parametrize(
    ("counts", "split"),
    [
        ((0, 0, 0), AgeSplit(None, is_alert=False)),
        ((80, 15, 5), AgeSplit((80, 15, 5), is_alert=False)),
        ((79, 15, 6), AgeSplit((79, 15, 6), is_alert=True)),
        ((79, 16, 5), AgeSplit((79, 16, 5), is_alert=True)),
        ((1, 1, 1), AgeSplit((34, 33, 33), is_alert=True)),
        ((41, 44, 33), AgeSplit((35, 37, 28), is_alert=True)),
        ((0, 0, 3), AgeSplit((0, 0, 100), is_alert=True)),
        ((7997, 2000, 3), AgeSplit((80, 20, 0), is_alert=True)),
    ],
)
def test_age_split_alerts_above_a_fifth(counts, split):
    assert age_split(*counts) == split


@given(st.tuples(*[st.integers(0, 10_000)] * 3).filter(any))
def test_age_split_always_adds_up_to_a_hundred(counts):
    assert sum(age_split(*counts).percentages) == 100


@pytest.mark.parametrize(
    ("claimed", "added", "answer"),
    [
        (0, 0, Velocity(None, "idle")),
        (3, 0, Velocity(None, "shrinking")),
        (0, 3, Velocity(0.0, "growing")),
        (10, 10, Velocity(1.0, "stable")),
        (105, 100, Velocity(1.05, "stable")),
        (95, 100, Velocity(0.95, "stable")),
        (106, 100, Velocity(1.06, "shrinking")),
        (94, 100, Velocity(0.94, "growing")),
        (6, 4, Velocity(1.5, "shrinking")),
        (12, 15, Velocity(0.8, "growing")),
        (15, 12, Velocity(1.25, "shrinking")),
        (5, 0, Velocity(None, "shrinking")),
    ],
)
def test_velocity_says_where_the_queue_goes(claimed, added, answer):
    assert velocity(claimed, added) == answer


def test_claim_rate_of_nothing_is_not_a_number():
    assert claim_rate(0, 0) is None
    assert claim_rate(3, 4) == Fraction(3, 4)
    assert claim_rate(0, 4) == 0


FINE = {"depth": 12, "level": "ok", "over_limit": 0, "old": 0, "rate": Fraction(9, 10), "next_breach_at": AT + HOUR}
FLAWS = [
    ({"depth": 201, "level": "critical"}, Flag("critical_depth", 201, "red")),
    ({"over_limit": 2}, Flag("over_limit", 2, "red")),
    ({"depth": 118, "level": "red"}, Flag("red_depth", 118, "red")),
    ({"old": 33}, Flag("old_leads", 33, "yellow")),
    ({"rate": Fraction(71, 100)}, Flag("low_claim_rate", 71, "red")),
    ({"next_breach_at": AT + timedelta(minutes=7, seconds=50)}, Flag("breach_soon", 7, "yellow")),
    ({"depth": 60, "level": "yellow"}, Flag("yellow_depth", 60, "yellow")),
]


@pytest.mark.parametrize(("flaw", "flag"), FLAWS)
def test_worst_flag_names_what_is_wrong(flaw, flag):
    assert worst_flag(**FINE | flaw, at=AT) == flag


def test_worst_flag_of_a_sound_queue_is_none():
    assert worst_flag(**FINE, at=AT) is None
    assert worst_flag(**FINE | {"rate": None, "next_breach_at": None}, at=AT) is None


@pytest.mark.parametrize(("worse", "milder"), list(pairwise(FLAWS)))
def test_worst_flag_is_the_worse_of_two(worse, milder):
    assert worst_flag(**FINE | milder[0] | worse[0], at=AT) == worse[1]


def test_worst_flag_edges():
    assert worst_flag(**FINE | {"rate": Fraction(80, 100)}, at=AT) is None
    assert worst_flag(**FINE | {"rate": Fraction(0)}, at=AT) == Flag("low_claim_rate", 0, "red")
    half_an_hour = {"next_breach_at": AT + timedelta(minutes=30)}
    assert worst_flag(**FINE | half_an_hour, at=AT) == Flag("breach_soon", 30, "yellow")
    assert worst_flag(**FINE | {"next_breach_at": AT - HOUR}, at=AT) == Flag("breach_soon", 0, "yellow")


@pytest.mark.parametrize(
    ("was_on", "value", "is_on"),
    [
        (False, 100, False),
        (False, 101, True),
        (True, 100, True),
        (True, 80, True),
        (True, 79, False),
        (False, 80, False),
        (True, None, False),
    ],
)
def test_with_hysteresis_changes_only_outside_the_two_numbers(was_on, value, is_on):
    assert with_hysteresis(was_on, value, on_above=100, off_below=80) is is_on


def test_with_hysteresis_refuses_numbers_that_would_flap():
    with pytest.raises(ValueError, match="turn off"):
        with_hysteresis(False, 1, on_above=80, off_below=100)


@pytest.mark.parametrize(
    ("was", "depth", "level"),
    [
        ("ok", 100, "yellow"),
        ("ok", 101, "red"),
        ("ok", 201, "critical"),
        ("red", 80, "red"),
        ("red", 79, "yellow"),
        ("critical", 160, "critical"),
        ("critical", 159, "red"),
        ("yellow", 40, "yellow"),
        ("yellow", 39, "ok"),
        ("critical", 0, "ok"),
    ],
)
def test_a_level_ends_below_four_fifths_of_its_number(was, depth, level):
    assert kept_level(was, depth, 50, 100, 200) == level


def test_only_a_worse_level_is_news():
    assert (is_worse("red", "ok"), is_worse("red", "red"), is_worse("yellow", "red")) == (True, False, False)
