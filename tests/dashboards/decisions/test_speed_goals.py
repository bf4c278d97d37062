"""The goals for capture to owner, and the verdict (F12, L1, L2)."""

from datetime import timedelta

import pytest

from dashboards.decisions.speed_goals import goal_result

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("median", "most", "verdict"),
    [
        (4, 12, "both"),
        (9.999, 29.999, "both"),
        (10, 12, "most"),
        (4, 30, "median"),
        (10, 30, "neither"),
        (0, 0, "both"),
    ],
)
def test_both_goals_are_strict(median: float, most: float, verdict: str):
    assert goal_result(median * SECOND, most * SECOND) == verdict


def test_without_a_measure_there_is_no_verdict():
    assert goal_result(None, None) == "unknown"
