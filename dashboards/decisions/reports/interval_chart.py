"""Geometry of shares with their intervals: a bar for each group, a whisker for what chance allows (E2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from queues.decisions.figures.chance import Sample

WIDTH, HEIGHT = 1028, 236
LEFT, RIGHT, TOP, FLOOR, GAP = 52.0, 1020.0, 24.0, 190.0, 28.0
WHISKER = 12.0  # how wide its ends are
STEPS = (5, 10, 20, 25, 50)  # percent between grid lines
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """`low_y` and `high_y` are the ends of the whisker, `percent` the share for the list on a phone."""

    x: float
    y: float
    width: float
    height: float
    low_y: float
    high_y: float
    percent: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def ends(self) -> tuple[float, float]:
        return self.high_y, self.low_y

    @property
    def whisker(self) -> tuple[float, float]:
        return self.middle - WHISKER / 2, self.middle + WHISKER / 2


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """`grid` are (percent, y)."""

    bars: tuple[Bar, ...]
    grid: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    floor: float = FLOOR
    left: float = LEFT
    right: float = RIGHT


def interval_chart(samples: Sequence[Sample]) -> IntervalChart:
    """Samples without a denominator are not drawn."""
    known = [(one, one.interval) for one in samples]
    top = max((interval.high * 100 for _one, interval in known if interval is not None), default=0.0)
    step = next((each for each in STEPS if top <= each * MOST_LINES), STEPS[-1])
    lines = range(0, int(-(-top // step)) * step + 1, step)
    most = max(lines[-1], step)

    def height(share: float) -> float:
        return round(FLOOR - (FLOOR - TOP) * share * 100 / most, 1)

    wide = (RIGHT - LEFT) / max(len(known), 1)
    bars = []
    for place, (one, interval) in enumerate(known):
        if interval is None:
            continue
        share = one.part / one.whole
        bars.append(
            Bar(
                round(LEFT + wide * place + GAP, 1),
                height(share),
                round(min(wide - 2 * GAP, 96.0), 1),
                round(FLOOR - height(share), 1),
                height(interval.low),
                height(interval.high),
                round(share * 100, 1),
            )
        )
    return IntervalChart(tuple(bars), tuple((line, height(line / 100)) for line in lines))
