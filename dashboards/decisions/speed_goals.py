"""The goals for the time from capture to owner, and whether they are met (F12)."""

from datetime import timedelta
from enum import StrEnum

MEDIAN_GOAL, P95_GOAL = timedelta(seconds=10), timedelta(seconds=30)  # strictly below: 10 s does not meet the goal (L1)


class GoalResult(StrEnum):
    UNKNOWN = "unknown"  # nothing was measured (L2)
    BOTH = "both"
    MEDIAN_ONLY = "median"
    MOST_ONLY = "most"  # 95 of 100 leads are fast enough, the median is not
    NEITHER = "neither"


def goal_result(median: timedelta | None, most: timedelta | None) -> GoalResult:
    """`most` is the 95th percentile."""
    if median is None or most is None:
        return GoalResult.UNKNOWN
    if median < MEDIAN_GOAL:
        return GoalResult.BOTH if most < P95_GOAL else GoalResult.MEDIAN_ONLY
    return GoalResult.MOST_ONLY if most < P95_GOAL else GoalResult.NEITHER
