"""The picture of the survey: the mean answer of each month against its target, in units of the view box (H3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from routing.decisions.survey import FAIR_GOAL, SCALE

LEFT, RIGHT, TOP, BOTTOM = 34, 898, 22, 190  # of the place in which bars and lines are drawn
WORST, BEST = SCALE[0], SCALE[-1]


@dataclass(frozen=True, slots=True)
class Column:
    """One month; `height` is None where nothing is shown."""

    middle: float
    x: float
    width: float
    y: float
    height: float | None
    is_good: bool


@dataclass(frozen=True, slots=True)
class SurveyChart:
    """`lines` are (answer, y) of the scale; `goal_y` is where the target lies."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[int, float], ...]
    goal_y: float


def survey_chart(means: Sequence[Fraction | None]) -> SurveyChart:
    """The oldest month first. The scale begins at 1, the worst answer, because no mean can be lower."""
    slot = (RIGHT - LEFT) / max(len(means), 1)
    columns = tuple(
        Column(
            middle=LEFT + slot * (place + 0.5),
            x=LEFT + slot * (place + 0.2),
            width=slot * 0.6,
            y=_y(mean) if mean is not None else BOTTOM,
            height=BOTTOM - _y(mean) if mean is not None else None,
            is_good=mean is not None and mean > FAIR_GOAL,
        )
        for place, mean in enumerate(means)
    )
    return SurveyChart(columns, tuple((answer, _y(answer)) for answer in SCALE), _y(FAIR_GOAL))


def _y(value: Fraction | int) -> float:
    return BOTTOM - (BOTTOM - TOP) * float((value - WORST) / (BEST - WORST))
