"""What a source is worth, and the points that follow it (B7, L1, L2)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.source_value import NOT_COUNTED, WON, ConversionCount, conversion_percent, points_by_source, window
from leads.decisions.stages import Stage

AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)


def test_the_window_is_90_days_long():
    assert window(AT) == (AT - timedelta(days=90), AT)


def test_every_stage_is_counted_but_those_that_say_nothing_yet():
    assert {Stage.CAPTURED, Stage.REVIEW, Stage.MERGED} == NOT_COUNTED
    assert {Stage.CONVERTED, Stage.WON} == WON


@pytest.mark.parametrize(
    ("won", "of", "percent"),
    [(0, 0, None), (0, 7, "0.0"), (7, 7, "100.0"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 2000, "0.1"), (1, 2001, "0.0")],
)
def test_conversion_is_in_percent_to_a_tenth_and_unknown_without_leads(won, of, percent):
    assert conversion_percent(ConversionCount(won, of)) == (percent and Decimal(percent))


def test_points_are_in_proportion_to_the_best():
    counts = {
        1: ConversionCount(20, 100),
        2: ConversionCount(10, 100),
        3: ConversionCount(1, 100),
        4: ConversionCount(0, 100),
        5: ConversionCount(3, 80),
    }
    assert points_by_source(counts) == {1: 20, 2: 10, 3: 1, 4: 0, 5: 4}


def test_half_a_point_is_rounded_up():
    assert points_by_source({1: ConversionCount(40, 100), 2: ConversionCount(1, 100), 3: ConversionCount(3, 100)}) == {
        1: 20,
        2: 1,
        3: 2,
    }


def test_a_source_of_fewer_than_30_leads_gets_no_points_and_is_no_yardstick():
    assert points_by_source({1: ConversionCount(29, 29), 2: ConversionCount(6, 30), 3: ConversionCount(3, 30)}) == {
        2: 20,
        3: 10,
    }


@pytest.mark.parametrize(
    "counts", [{}, {1: ConversionCount(0, 100), 2: ConversionCount(0, 30)}, {1: ConversionCount(20, 29)}]
)
def test_without_anything_won_there_are_no_points(counts):
    assert points_by_source(counts) == {}


@given(st.dictionaries(st.integers(1, 9), st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=9))
def test_points_lie_between_0_and_20_and_never_stand_against_the_conversion(rows):
    counts = {key: ConversionCount(min(pair), max(pair)) for key, pair in rows.items()}
    points = points_by_source(counts)
    by_worth = sorted(points, key=lambda key: counts[key].won / counts[key].total)
    assert [points[key] for key in by_worth] == sorted(points.values())
    assert not points or (max(points.values()), min(points.values()) >= 0) == (20, True)
