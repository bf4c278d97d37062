"""Whether leads find an owner as fast as they should: the goals for capture to owner, and the verdict (F12)."""

from datetime import timedelta
from enum import StrEnum

MEDIAN, MOST = timedelta(seconds=10), timedelta(seconds=30)  # strictly below: 10 s is not met (L1)


class Met(StrEnum):
    UNKNOWN = "unknown"  # nothing was measured (L2)
    BOTH = "both"
    MEDIAN_ONLY = "median"
    MOST_ONLY = "most"  # 95 of 100 are fast enough, the middle one is not
    NEITHER = "neither"


def met(median: timedelta | None, most: timedelta | None) -> Met:
    """`most` is the wait that 95 of 100 leads did not exceed."""
    if median is None or most is None:
        return Met.UNKNOWN
    if median < MEDIAN:
        return Met.BOTH if most < MOST else Met.MEDIAN_ONLY
    return Met.MOST_ONLY if most < MOST else Met.NEITHER
