"""The geometry of small charts: shares add up, nothing leaves its box, nothing is drawn where nothing was measured."""

from hypothesis import given
from hypothesis import strategies as some

from config.web import charts
from config.web.charts import Segment


def test_age_segments_share_the_bar_and_leave_gaps():
    assert charts.age_segments(41, 44, 33) == (
        Segment(0, 0.0, 34.12),
        Segment(1, 35.02, 36.62),
        Segment(2, 72.54, 27.46),
    )


def test_age_segments_leave_empty_bands_out():
    assert charts.age_segments(0, 3, 0) == (Segment(1, 0.0, 100.0),)
    assert charts.age_segments(0, 0, 0) == ()


@given(some.lists(some.integers(0, 10_000), min_size=3, max_size=3))
def test_age_segments_never_leave_the_bar(counts):
    segments = charts.age_segments(*counts)
    assert all(segment.x >= 0 and segment.x + segment.width <= 100.03 for segment in segments)


def test_depth_is_measured_against_the_critical_number():
    bar = charts.depth(118, yellow=50, red=100, critical=200, level="red")
    assert (bar.fill, bar.ticks, bar.level) == (59.0, (25.0, 50.0), "bad")


def test_depth_beyond_critical_fills_the_bar():
    assert charts.depth(900, yellow=50, red=100, critical=200, level="critical").fill == 100


def test_spark_runs_from_left_to_right_and_ends_now():
    spark = charts.spark([0, 50, 100])
    assert (spark.line, spark.last_y) == ("0.0,25.0 46.0,13.9 92.0,2.8", 2.8)


def test_spark_shows_a_limit_that_was_reached():
    assert charts.spark([80, 118], limit=100).limit_y == 6.2
    assert charts.spark([10, 18], limit=100).limit_y is None


def test_spark_of_less_than_two_values_is_none():
    assert [charts.spark([]), charts.spark([5])] == [None, None]


def test_spark_of_nothing_waiting_is_a_flat_line_at_the_floor():
    assert charts.spark([0, 0]).line == "0.0,25.0 92.0,25.0"
