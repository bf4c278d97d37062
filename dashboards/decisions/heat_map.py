"""The heat map: how many leads wait on average at each hour of the week (E9, C8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

LEVELS = 6
CELL_LEFT, CELL_TOP, CELL_STEP, ROW_STEP = 34, 3, 36, 27


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday, 0 = Monday; `mean` of `weeks` weeks is None without a measurement (L2)."""

    weekday: int
    hour: int
    mean: float | None
    level: int
    weeks: int = 0

    @property
    def x(self) -> int:
        return CELL_LEFT + CELL_STEP * self.hour

    @property
    def y(self) -> int:
        return CELL_TOP + ROW_STEP * self.weekday

    @property
    def has_label(self) -> bool:
        """Every second hour is named below the map."""
        return self.hour % 2 == 0


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`weeks`: how many weeks were averaged. `full`: where the darkest level begins."""

    rows: tuple[tuple[Cell, ...], ...]
    weeks: int
    full: int
    peak: Cell | None

    def cell(self, moment: datetime) -> Cell:
        return self.rows[moment.weekday()][moment.hour]


def heat_map(cuts: Sequence[datetime], depths: Sequence[int], ins: Sequence[int]) -> HeatMap:
    """`depths` at the end of each hour, `ins` what came in it. Hours before the first lead do not count."""
    first = next((place for place, (depth, came) in enumerate(zip(depths, ins, strict=True)) if depth or came), None)
    found: dict[tuple[int, int], list[int]] = {}
    for cut, depth in list(zip(cuts, depths, strict=True))[first if first is not None else len(depths) :]:
        found.setdefault((cut.weekday(), cut.hour), []).append(depth)
    means = {key: sum(values) / len(values) for key, values in found.items()}
    step = max(-(-int(max(means.values(), default=0)) // LEVELS), 1)
    weeks = {key: len(values) for key, values in found.items()}
    rows = tuple(tuple(_cell(day, hour, means, weeks, step) for hour in range(24)) for day in range(7))
    known = [cell for row in rows for cell in row if cell.mean]
    return HeatMap(
        rows=rows,
        weeks=max(weeks.values(), default=0),
        full=step * (LEVELS - 1),
        peak=max(known, key=lambda cell: cell.mean or 0, default=None),
    )


def _cell(
    day: int, hour: int, means: dict[tuple[int, int], float], weeks: dict[tuple[int, int], int], step: int
) -> Cell:
    mean = means.get((day, hour))
    level = min(int((mean or 0) // step), LEVELS - 1)
    return Cell(weekday=day, hour=hour, mean=mean, level=level, weeks=weeks.get((day, hour), 0))
