"""A line over weeks: one scale from zero that holds the goal, gaps where nothing is known."""

import json

import pytest

from config.web.pictures.lines import FLOOR, LEFT, RIGHT, TOP, line_chart

HOUR = 3600


def drawn(*values: float | None, goal: float | None = None, steps: tuple[float, ...] = ()):
    labels = [f"week {n}" for n in range(len(values))]
    return line_chart(labels, values, goal=goal, words=lambda v: "n/a" if v is None else f"{v:g}", name="", says="",
                      steps=steps, is_missed=(lambda value: value > goal) if goal else None)  # fmt: skip


def test_points_run_from_edge_to_edge_and_up_from_zero():
    points = drawn(0, 2, 4).points
    assert [point.x for point in points] == [LEFT, (LEFT + RIGHT) / 2, RIGHT]
    assert [point.y for point in points] == [FLOOR, (FLOOR + TOP) / 2, TOP]


def test_the_goal_has_room_also_above_all_values():
    chart = drawn(1, 2, goal=9)
    assert (chart.goal.y > TOP, chart.goal.y < chart.points[1].y) == (True, True)
    assert [point.is_missed for point in drawn(1, 10, goal=9).points] == [False, True]


def test_a_week_without_a_value_is_a_gap_and_said():
    chart = drawn(1, None, 2, 3)
    assert ([len(path.split()) for path in chart.paths], len(chart.points)) == ([1, 2], 3)
    assert chart.rows[1] == ("week 1", "n/a")


@pytest.mark.parametrize(
    ("top", "steps", "grid"),
    [
        (7, (), ["0", "2", "4", "6", "8"]),
        (8, (), ["0", "2", "4", "6", "8"]),
        (0.9, (), ["0", "0.5", "1"]),
        (13 * HOUR, (HOUR, 4 * HOUR, 12 * HOUR), ["0", "14400", "28800", "43200", "57600"]),
        (0, (HOUR,), ["0", "3600"]),
    ],
)
def test_grid_lines_are_few_and_round(top: float, steps: tuple[float, ...], grid: list[str]):
    assert [line.text for line in drawn(0, top, steps=steps).grid] == grid


def test_nothing_known_is_an_empty_chart():
    chart = drawn(None, None)
    assert (chart.points, chart.paths, len(chart.rows)) == ((), (), 2)


def test_hovering_gets_the_same_numbers():
    plot = json.loads(drawn(1, None, 4, goal=3).plot)
    assert (plot["values"], plot["words"], plot["goal"], plot["top"]) == ([1, None, 4], ["1", "n/a", "4"], 3, 4)
