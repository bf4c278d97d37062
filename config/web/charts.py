"""Geometry of the small charts in lists: plain numbers for SVG attributes, in percent or in units of the view box."""

from collections.abc import Sequence
from dataclasses import dataclass

SPARK_WIDTH, SPARK_TOP, SPARK_FLOOR = 92, 2.8, 25.0
GAP = 0.9  # percent between two segments of an age bar
LEVELS = {"green": "ok", "yellow": "warn", "red": "bad", "critical": "bad"}


@dataclass(frozen=True, slots=True)
class Segment:
    """One age band of a bar; `band` 0 is the youngest."""

    band: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Spark:
    """A line, the area under it, its last point, and where the limit lies (None when no value reaches up to it)."""

    line: str
    area: str
    last_y: float
    limit_y: float | None


@dataclass(frozen=True, slots=True)
class Depth:
    """A fill and two ticks in percent of the critical depth; `level` is ok, warn or bad."""

    fill: float
    ticks: tuple[float, float]
    level: str


def level_of(word: str) -> str:
    """The three looks of health: yellow looks warn, red and critical look bad."""
    return LEVELS.get(word, word)


def age_segments(*counts: int) -> tuple[Segment, ...]:
    """The bands that are not empty, side by side, together as wide as the bar."""
    filled = [(band, count) for band, count in enumerate(counts) if count > 0]
    room = 100 - GAP * (len(filled) - 1)
    whole, x, found = sum(count for _band, count in filled), 0.0, []
    for band, count in filled:
        width = room * count / whole
        found.append(Segment(band, round(x, 2), round(width, 2)))
        x += width + GAP
    return tuple(found)


def spark(values: Sequence[float], limit: float | None = None) -> Spark | None:
    """From zero up to the largest value; None with fewer than two values, which make no line."""
    if len(values) < 2:
        return None
    top = max(*values, 1)
    step = SPARK_WIDTH / (len(values) - 1)
    points = [f"{place * step:.1f},{_height(value, top):.1f}" for place, value in enumerate(values)]
    line = " ".join(points)
    return Spark(
        line=line,
        area=f"0,26 {line} {SPARK_WIDTH},26",
        last_y=round(_height(values[-1], top), 1),
        limit_y=round(_height(limit, top), 1) if limit and limit <= top else None,
    )


def depth(waiting: int, *, yellow: int, red: int, critical: int, level: str) -> Depth:
    """The critical depth is the whole bar; what exceeds it fills it."""
    whole = max(critical, 1)
    ticks = (round(yellow / whole * 100, 2), round(red / whole * 100, 2))
    return Depth(fill=round(min(waiting / whole, 1) * 100, 2), ticks=ticks, level=level_of(level))


def _height(value: float, top: float) -> float:
    return SPARK_FLOOR - (SPARK_FLOOR - SPARK_TOP) * value / top
