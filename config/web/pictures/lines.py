"""Geometry of a line over weeks or days with its goal, for SVG attributes; and the same numbers for hovering."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1028, 222
LEFT, RIGHT, TOP, FLOOR = 64.0, 1008.0, 18.0, 190.0
MOST_GRID_LINES = 4
ROUND = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Point:
    """`text` is the value in words, `label` the week or day, `is_missed` whether it misses the goal, `is_running`
    whether the week or day is not over."""

    x: float
    y: float
    label: str
    text: str
    is_missed: bool
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A grid line with its words."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """The label below the axis; not every point has one."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`paths` are the stretches without a gap, as points of polylines; `goal` is None without a goal."""

    points: tuple[Point, ...]
    paths: tuple[str, ...]
    grid: tuple[Line, ...]
    labels: tuple[Labelled, ...]
    goal: Line | None
    says: str
    name: str
    rows: tuple[tuple[str, str], ...]
    plot: str
    width: int = WIDTH
    height: int = HEIGHT
    left: float = LEFT
    right: float = RIGHT
    floor: float = FLOOR


def line_chart(
    labels: Sequence[str],
    values: Sequence[float | None],
    *,
    goal: float | None,
    words: Callable[[float | None], str],
    name: str,
    says: str,
    goal_words: str = "",
    steps: Sequence[float] = (),
    is_missed: Callable[[float], bool] | None = None,
    is_running: bool = False,
) -> Chart:
    """From zero up to the largest value or the goal. `steps` are round distances of grid lines in the unit of the
    values, smallest first; a value of None is a gap. `is_running`: the last week or day is not over."""
    known = [value for value in values if value is not None]
    grid = _grid(max([*known, goal or 0.0], default=0.0), steps)
    top = grid[-1] if grid else 1.0
    step = (RIGHT - LEFT) / max(len(values) - 1, 1)

    def height(value: float) -> float:
        return round(FLOOR - (FLOOR - TOP) * value / top, 1)

    points: list[Point] = []
    paths: list[list[Point]] = []
    run: list[Point] = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        if value is None:
            paths, run = ([*paths, run] if run else paths), []
            continue
        missed = is_missed(value) if is_missed else False
        running = is_running and place == len(values) - 1
        points.append(Point(round(LEFT + step * place, 1), height(value), label, words(value), missed, running))
        run.append(points[-1])
    paths = [*paths, run] if run else paths
    every = -(-len(labels) // 12) or 1
    return Chart(
        points=tuple(points),
        paths=tuple(" ".join(f"{point.x},{point.y}" for point in stretch) for stretch in paths),
        grid=tuple(Line(height(value), words(value) if value else "0") for value in grid),
        labels=tuple(
            Labelled(round(LEFT + step * place, 1), label)
            for place, label in enumerate(labels)
            if (len(labels) - 1 - place) % every == 0
        ),
        goal=None if goal is None else Line(height(goal), goal_words),
        says=says,
        name=name,
        rows=tuple(zip(labels, map(words, values), strict=True)),
        plot=json.dumps(
            {
                "labels": list(labels),
                "values": list(values),
                "words": [words(value) for value in values],
                "goal": goal,
                "goalWords": goal_words,
                "missed": [bool(is_missed and value is not None and is_missed(value)) for value in values],
                "running": len(values) - 1 if is_running else None,
                "top": top,
                "grid": [[value, words(value) if value else "0"] for value in grid],
                "name": name,
            }
        ),
    )


def _grid(top: float, steps: Sequence[float]) -> list[float]:
    """Values of the grid lines from 0 to the first that no value exceeds; at most five."""
    if top <= 0:
        return [0.0, steps[0] if steps else 1.0]
    step = next((each for each in steps if top / each <= MOST_GRID_LINES), None)
    if step is None:
        step = next(each for each in _rising() if top / each <= MOST_GRID_LINES)
    count = -int(-top // step)
    return [step * place for place in range(count + 1)]


def _rising():
    """1, 2, 5, 10, 20, 50 ..., with their parts below one first."""
    scale = 0.01
    while True:
        for each in ROUND[:-1]:
            yield each * scale
        scale *= 10
