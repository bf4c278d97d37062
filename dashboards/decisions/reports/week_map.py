"""The map of a week: one field for each hour of each weekday, the darker the more (E9). In units of the view box."""

from collections.abc import Sequence
from dataclasses import dataclass

LEVELS = 6
LEFT, TOP, STEP, ROW = 40, 3, 41, 27
HOURS = 24


@dataclass(frozen=True, slots=True)
class Field:
    """`mean` is None for an hour that was never measured (L2)."""

    weekday: int
    hour: int
    mean: float | None
    level: int

    @property
    def x(self) -> int:
        return LEFT + STEP * self.hour

    @property
    def y(self) -> int:
        return TOP + ROW * self.weekday


@dataclass(frozen=True, slots=True)
class WeekMap:
    """`most` is the largest mean; the darkest level is the last sixth below it. `peak` is None where nothing was."""

    rows: tuple[tuple[Field, ...], ...]
    most: float
    peak: Field | None


def week_map(means: Sequence[float | None]) -> WeekMap:
    """168 means, from Monday 0:00."""
    most = max((mean for mean in means if mean is not None), default=0.0)
    fields = [Field(place // HOURS, place % HOURS, mean, _level(mean, most)) for place, mean in enumerate(means)]
    rows = tuple(tuple(fields[start : start + HOURS]) for start in range(0, len(fields), HOURS))
    peak = max(fields, key=lambda field: field.mean or 0.0, default=None) if most else None
    return WeekMap(rows, most, peak)


def _level(mean: float | None, most: float) -> int:
    return min(int(LEVELS * mean / most), LEVELS - 1) if mean and most else 0
