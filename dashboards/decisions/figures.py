"""The formulas behind the numbers on the dashboards (E1-E7). None means "n/a" (L2)."""

import statistics
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

Measure = TypeVar("Measure", int, float, timedelta)


def median(values: Sequence[Measure]) -> Measure | float | None:
    """The middle value, or the mean of the two in the middle."""
    middle: Callable[[Any], Any] = statistics.median  # its types know no timedelta
    return middle(values) if values else None


def percentile(values: Sequence[Measure], percent: int) -> Measure | None:
    """Nearest rank: the smallest measured value that at least `percent` of the values do not exceed.

    No interpolation: the answer is a wait that some lead really had.
    """
    if not 0 < percent <= 100:
        raise ValueError("A percentile lies above 0 and at most at 100")
    if not values:
        return None
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def share(part: float, whole: float) -> float | None:
    """Part of the whole, 0..1; None when there is no whole."""
    return part / whole if whole else None


def depth_history(current_depth: int, ins: Sequence[int], outs: Sequence[int]) -> list[int]:
    """Depth at the end of each hour, oldest first, counted back from now; the last is the current depth.

    `ins` and `outs` are leads that entered and left in each hour, oldest first. The depth never goes
    below zero, even if the counts do not add up.
    """
    depths: list[int] = []
    depth = current_depth
    for came, went in zip(reversed(ins), reversed(outs), strict=True):
        depths.append(max(depth, 0))
        depth += went - came
    return depths[::-1]
