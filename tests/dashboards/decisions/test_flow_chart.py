"""Mirrored bars as numbers: one scale up and down, round lines, nothing divided by zero."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboards.decisions.flow_chart import BOTTOM, GAP, LEFT, RIGHT, TOP, flow_chart, grid_values
from dashboards.decisions.flow_strips import flow_strip
from dashboards.decisions.time_spans import Span, span_of

MORNING = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)


def a_day() -> Span:
    return span_of("24h", at=MORNING, tz=ZoneInfo("Asia/Jakarta"))


def numbers(**by_place: int) -> list[int]:
    return [by_place.get(f"h{place}", 0) for place in range(24)]


def test_bars_share_one_scale_up_and_down():
    chart = flow_chart(a_day(), numbers(h22=30), numbers(h22=10, h23=20))
    tall, short = chart.bars[22], chart.bars[23]
    assert tall.in_height == pytest.approx(3 * tall.out_height)
    assert short.out_height == pytest.approx(2 * tall.out_height)
    assert tall.in_y == pytest.approx(TOP)
    assert short.out_y + short.out_height == pytest.approx(BOTTOM)


def test_bars_stand_side_by_side_within_the_frame():
    bars = flow_chart(a_day(), numbers(), numbers()).bars
    assert all(before.x + before.width < after.x for before, after in zip(bars, bars[1:], strict=False))
    assert bars[0].x > LEFT
    assert bars[-1].x + bars[-1].width < RIGHT


def test_chart_of_nothing_has_bars_without_height():
    chart = flow_chart(a_day(), numbers(), numbers())
    assert {(bar.in_height, bar.out_height, bar.tells_in, bar.tells_out) for bar in chart.bars} == {
        (0, 0, False, False)
    }
    assert (chart.peak_in, chart.peak_out, chart.came, chart.went) == (None, None, 0, 0)


def test_only_long_bars_tell_their_number():
    chart = flow_chart(a_day(), numbers(h1=40, h2=39, h3=100), numbers(h4=40, h5=41))
    assert [place for place, bar in enumerate(chart.bars) if bar.tells_in] == [1, 3]
    assert [place for place, bar in enumerate(chart.bars) if bar.tells_out] == [4, 5]


def test_peaks_are_the_hours_with_most():
    chart = flow_chart(a_day(), numbers(h3=5, h9=8), numbers(h1=2))
    assert (chart.peak_in, chart.peak_out) == (chart.bars[9], chart.bars[1])


def test_lines_stand_at_round_numbers_on_both_sides():
    chart = flow_chart(a_day(), numbers(h1=34), numbers(h1=31))
    assert [line.value for line in chart.lines] == [10, 20, 30, 10, 20, 30]
    up = {line.value: chart.axis - line.y for line in chart.lines[:3]}
    assert up[30] == pytest.approx((chart.bars[1].in_height) * 30 / 34)
    assert [line.y > chart.axis for line in chart.lines] == [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    ("top", "lines"),
    [
        (1, [1]),
        (5, [1, 2, 3, 4, 5]),
        (6, [2, 4, 6]),
        (34, [10, 20, 30]),
        (1700, [500, 1000, 1500]),
        (2999, [500, 1000, 1500, 2000, 2500]),
        (3500, [1000, 2000, 3000]),
        (123456, [100000]),
    ],
)
def test_grid_has_few_round_lines(top: int, lines: list[int]):
    assert grid_values(top) == lines


def test_midnight_is_an_edge_between_hours():
    chart = flow_chart(a_day(), numbers(), numbers())
    assert [(edge.before.hour, edge.after.hour) for edge in chart.edges] == [(23, 0)]
    assert chart.edges[0].x == pytest.approx(LEFT + 13 * (RIGHT - LEFT) / 24)


def test_the_first_of_a_month_is_an_edge_between_days():
    span = span_of("30d", at=MORNING, tz=ZoneInfo("Asia/Jakarta"))
    chart = flow_chart(span, [0] * 30, [0] * 30)
    assert [(edge.before.month, edge.after.month) for edge in chart.edges] == [(10, 11)]


def test_idle_hours_are_shaded_together_and_counted():
    idle = [place < 21 for place in range(24)]
    chart = flow_chart(a_day(), numbers(h0=3, h20=4, h21=5), numbers(h20=1, h22=9), is_idle=idle)
    assert [(shade.x, shade.width) for shade in chart.shades] == [(LEFT, pytest.approx(21 * 36))]
    assert (chart.idle_came, chart.idle_went) == (7, 1)


def test_labels_stand_clear_of_their_bars():
    bar = flow_chart(a_day(), numbers(h1=10), numbers(h1=10)).bars[1]
    assert (bar.in_label_y, bar.out_label_y) == (bar.in_y - 5, bar.out_y + bar.out_height + 13)
    assert bar.out_y - (bar.in_y + bar.in_height) == pytest.approx(2 * GAP)


def test_strip_draws_only_hours_in_which_something_moved():
    strip = flow_strip([0, 4, 0], [0, 0, 2], most_in=4, most_out=4)
    assert [(pair.in_height, pair.out_height) for pair in strip.pairs] == [(20, 0), (0, 10)]
    assert (strip.axis, strip.pairs[0].in_y) == (22, 2)


def test_strip_of_nothing_is_empty():
    assert flow_strip([0, 0], [0, 0], most_in=0, most_out=0).pairs == ()
