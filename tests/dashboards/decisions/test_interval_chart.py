"""Bars with whiskers lie on the scale of the picture (E2)."""

from dashboards.decisions.reports.interval_chart import FLOOR, TOP, interval_chart
from queues.decisions.figures.chance import Sample


def test_the_whisker_is_around_the_top_of_its_bar_and_inside_the_picture():
    chart = interval_chart([Sample(60, 200), Sample(2, 20), Sample(0, 40)])
    assert len(chart.bars) == 3
    assert all(TOP <= bar.high_y <= bar.y <= bar.low_y <= FLOOR for bar in chart.bars)
    assert (chart.bars[2].height, chart.bars[2].low_y) == (0.0, FLOOR)


def test_grid_lines_reach_the_highest_whisker():
    assert [line for line, _y in interval_chart([Sample(60, 200)]).grid] == [0, 10, 20, 30, 40]
    assert [line for line, _y in interval_chart([Sample(10, 10)]).grid] == [0, 20, 40, 60, 80, 100]


def test_without_claims_there_is_no_bar():
    chart = interval_chart([Sample(0, 0)])
    assert (chart.bars, chart.grid) == ((), ((0, FLOOR),))
