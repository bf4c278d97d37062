"""Figures: the few formulas behind the numbers on the dashboards (E1-E7, H1). None always means "n/a" (L2)."""

import math
import statistics
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

Measure = TypeVar("Measure", int, float, timedelta)


def median(values: Sequence[Measure]) -> Measure | float | None:
    """The middle value, or the mean of the two in the middle."""
    return statistics.median(values) if values else None


def percentile(values: Sequence[Measure], percent: int) -> Measure | None:
    """Nearest rank: the smallest measured value that at least `percent` of the values do not exceed.

    No interpolation, so that the answer is always a wait that some lead really had.
    """
    if not 0 < percent <= 100:
        raise ValueError("A percentile lies above 0 and at most at 100")
    if not values:
        return None
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def share(part: float, whole: float) -> float | None:
    """Part of the whole, 0..1; None when there is no whole."""
    return part / whole if whole else None


def gini(values: Sequence[float]) -> float | None:
    """Inequality from 0 (all alike) up to (n - 1) / n (one has all): mean absolute difference over twice the mean.

    For counts, none negative; None when there is nobody or nothing to share. 5, 5, 5, 4, 4 has 0.052 (H1).
    """
    total = sum(values)
    if not total:
        return None
    count = len(values)
    weighted = sum((2 * rank - count - 1) * value for rank, value in enumerate(sorted(values), start=1))
    return weighted / (count * total)


def spread(values: Sequence[Measure]) -> Measure | None:
    """Largest less smallest: at most 1 within a rotation without skips (F2)."""
    return max(values) - min(values) if values else None


def deviation(values: Sequence[float]) -> float | None:
    """Standard deviation of all members as a share of their mean: below 0.05 is even (H1)."""
    total = sum(values)
    if not total:
        return None
    mean = total / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) / mean


def depth_history(current_depth: int, ins: Sequence[int], outs: Sequence[int]) -> list[int]:
    """Depth at the end of each hour, oldest first, counted back from now; the last is the current depth.

    `ins` and `outs` are leads that entered and left in each hour, oldest first. Counts that do not add up never
    show a depth below zero.
    """
    depths: list[int] = []
    depth = current_depth
    for came, went in zip(reversed(ins), reversed(outs), strict=True):
        depths.append(max(depth, 0))
        depth += went - came
    return depths[::-1]
