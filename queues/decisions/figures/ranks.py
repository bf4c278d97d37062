"""The median and other percentiles of times that are all known (E1, E3). None means "n/a" (L2)."""

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
