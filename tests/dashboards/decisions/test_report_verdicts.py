"""Targets of a mean wait: below them is kept, exactly at them is not; a clear rise is getting worse (E1, L1)."""

import pytest

from dashboards.decisions.reports.verdicts import Kept, Verdict, verdict

HOUR = 3600


@pytest.mark.parametrize(
    ("mean", "before", "target", "found"),
    [
        (2 * HOUR - 1, None, 2 * HOUR, Verdict(Kept.KEPT)),
        (2 * HOUR, None, 2 * HOUR, Verdict(Kept.MISSED, 0)),
        (31 * HOUR, HOUR, 24 * HOUR, Verdict(Kept.MISSED, 7 * HOUR)),
        (3960, HOUR, 2 * HOUR, Verdict(Kept.KEPT)),  # a tenth is noise
        (1.2 * HOUR, HOUR, 2 * HOUR, Verdict(Kept.GETTING_WORSE)),
        (90, 30, 2 * HOUR, Verdict(Kept.KEPT)),  # three times as long, and nobody notices a minute
        (91, 30, 2 * HOUR, Verdict(Kept.GETTING_WORSE)),
        (HOUR, 2 * HOUR, 2 * HOUR, Verdict(Kept.KEPT)),
        (None, HOUR, 2 * HOUR, Verdict(Kept.UNKNOWN)),
        (HOUR, HOUR, None, Verdict(Kept.UNKNOWN)),
    ],
)
def test_a_target_is_kept_below_it(mean: float | None, before: float | None, target: float | None, found: Verdict):
    assert verdict(mean, before, target) == found
