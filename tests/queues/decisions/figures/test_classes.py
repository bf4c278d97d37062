"""Percentiles and shares read from sixteen classes (E1, E3)."""

import random
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.figures.classes import (
    CLASSES,
    CONTACT_EDGES,
    DAY,
    HOUR,
    WAIT_EDGES,
    below,
    percentile_in_classes,
)
from queues.decisions.figures.totals import StayTotals, TakenTotals

TIMES = st.lists(st.integers(0, 60 * DAY), min_size=1, max_size=60)


def classes(times: list[int], edges=WAIT_EDGES) -> list[int]:
    counts = [0] * CLASSES
    for time in times:
        counts[bisect_right(edges, time)] += 1
    return counts


def nearest_rank(times: list[int], percent: int) -> int:
    return sorted(times)[-(-len(times) * percent // 100) - 1]


@pytest.mark.parametrize("edges", [WAIT_EDGES, CONTACT_EDGES])
def test_classes_are_as_many_as_the_tables_have(edges):
    assert len(edges) + 1 == CLASSES == 16 and list(edges) == sorted(set(edges))


@given(TIMES, st.sampled_from([2 * HOUR, 8 * HOUR, DAY, 3 * DAY]))
def test_shares_below_a_target_are_exact(times, target):
    assert below(classes(times), target, WAIT_EDGES) == sum(time < target for time in times)


def test_only_an_edge_has_an_exact_share():
    with pytest.raises(ValueError, match="not in tuple"):
        below([1] * CLASSES, 5000, WAIT_EDGES)


@given(TIMES, st.integers(1, 100))
def test_a_percentile_lies_in_its_class_and_never_above_the_longest(times, percent):
    exact, about = (
        nearest_rank(times, percent),
        percentile_in_classes(classes(times), percent, WAIT_EDGES, longest=max(times)),
    )
    place = bisect_right(WAIT_EDGES, exact)
    low = WAIT_EDGES[place - 1] if place else 0
    high = WAIT_EDGES[place] if place < len(WAIT_EDGES) else max(times)
    assert low <= about <= min(high, max(times))


def test_95_of_100_at_2_s_and_5_at_40_s():
    """By the nearest rank it is 2 s: 95 of 100 take no longer. Read from the classes, it is the edge of their class."""
    times = [2] * 95 + [40] * 5
    assert TakenTotals(contacted=100, times=tuple(times)).percentile(95) == 2
    assert TakenTotals(contacted=100, times=tuple(times)).percentile(96) == 40
    assert percentile_in_classes(classes(times, CONTACT_EDGES), 95, CONTACT_EDGES, longest=40) == 30
    assert percentile_in_classes(classes(times, CONTACT_EDGES), 96, CONTACT_EDGES, longest=40) > 30


def test_without_times_there_is_no_percentile():
    assert percentile_in_classes([0] * CLASSES, 50, WAIT_EDGES, longest=0) is None


def test_a_long_log_normal_history_is_read_within_a_few_percent():
    dice = random.Random(14)
    times = [int(dice.lognormvariate(9, 1.3)) for _number in range(20_000)]
    for percent in (50, 95):
        about = percentile_in_classes(classes(times), percent, WAIT_EDGES, longest=max(times))
        assert about == pytest.approx(nearest_rank(times, percent), rel=0.05)


@given(TIMES, TIMES)
def test_known_times_are_exact_also_added_up(some, others):
    one, two = (StayTotals(claimed=len(each), times=tuple(each)) for each in (some, others))
    both = sorted(some + others)
    assert (one + two).percentile(95) == nearest_rank(both, 95)
    middle = (both[(len(both) - 1) // 2] + both[len(both) // 2]) / 2
    assert (one + two).percentile(50) == middle
    assert (one + StayTotals(claimed=1)).times is None
