"""Figures: formulas against numbers worked out by hand, and nothing to count."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.decisions.figures import depth_history, share
from queues.decisions.figures.ranks import median, percentile

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("values", "middle"), [([3], 3), ([9, 1, 5], 5), ([4, 1, 2, 3], 2.5)])
def test_median_is_the_middle(values, middle):
    assert median(values) == middle


def test_median_of_waits_is_a_wait():
    assert median([4 * MINUTE, MINUTE]) == timedelta(seconds=150)


@pytest.mark.parametrize(
    ("percent", "value"), [(1, 10), (20, 10), (21, 20), (50, 30), (80, 40), (81, 50), (95, 50), (100, 50)]
)
def test_percentile_is_by_nearest_rank(percent, value):
    assert percentile([50, 10, 40, 20, 30], percent) == value


@given(st.lists(st.integers(), min_size=1), st.integers(1, 100))
def test_percentile_is_a_value_that_so_many_do_not_exceed(values, percent):
    answer = percentile(values, percent)
    assert answer in values
    assert sum(value <= answer for value in values) * 100 >= percent * len(values)
    assert sum(value < answer for value in values) * 100 < percent * len(values)


@pytest.mark.parametrize("percent", [0, -5, 101])
def test_percentile_refuses_what_is_none(percent):
    with pytest.raises(ValueError, match="percentile"):
        percentile([1], percent)


@pytest.mark.parametrize("figure", [median, lambda values: percentile(values, 95)])
def test_figures_of_nothing_are_not_available(figure):
    assert figure([]) is None


def test_share_needs_a_whole():
    assert share(1, 4) == 0.25
    assert share(0, 4) == 0
    assert share(3, 0) is None


def test_depth_history_counts_back_from_now():
    assert depth_history(10, ins=[5, 0, 4], outs=[1, 2, 3]) == [11, 9, 10]
    assert depth_history(10, [], []) == []


def test_depth_history_never_shows_less_than_nothing():
    assert depth_history(1, ins=[0, 0, 9], outs=[0, 0, 0]) == [0, 0, 1]
    assert depth_history(2, ins=[3, 9], outs=[0, 0]) == [0, 2]


def test_depth_history_needs_both_counts_for_each_hour():
    with pytest.raises(ValueError, match="zip"):
        depth_history(1, ins=[1, 2], outs=[1])


@given(st.integers(0, 50), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=48))
def test_depth_history_agrees_with_counting_forward(start, hours):
    forward, depth = [], start + sum(went for _came, went in hours)
    for came, went in hours:
        depth += came - went
        forward.append(depth)
    assert depth_history(depth, [came for came, _ in hours], [went for _, went in hours]) == forward
