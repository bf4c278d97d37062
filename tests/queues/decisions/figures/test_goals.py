"""The four goals at their edges (E8, L1, L2)."""

from fractions import Fraction

import pytest

from queues.decisions.figures.goals import Kept, age_goal, claimed_goal, days_of_claims, depth_goal, oldest_goal

HOUR = 3_600


@pytest.mark.parametrize(
    ("mean", "kept"),
    [(None, Kept.UNKNOWN), (0, Kept.KEPT), (12 * HOUR - 1, Kept.KEPT), (12 * HOUR, Kept.MISSED)],
)
def test_a_mean_age_must_lie_below_twelve_hours(mean, kept):
    assert age_goal(mean) == kept


@pytest.mark.parametrize(
    ("within", "turned", "kept"),
    [(0, 0, Kept.UNKNOWN), (90, 10, Kept.KEPT), (899, 101, Kept.MISSED), (0, 1, Kept.MISSED), (1, 0, Kept.KEPT)],
)
def test_ninety_percent_are_claimed_within_a_day(within, turned, kept):
    assert claimed_goal(within, turned) == kept


def test_one_lead_older_than_72_hours_is_too_many():
    assert [oldest_goal(count) for count in (0, 1)] == [Kept.KEPT, Kept.MISSED]


@pytest.mark.parametrize(
    ("depth", "kept"),
    [(0, Kept.TOO_SHALLOW), (99, Kept.TOO_SHALLOW), (100, Kept.KEPT), (200, Kept.KEPT), (201, Kept.TOO_DEEP)],
)
def test_a_team_that_claims_50_a_day_keeps_100_to_200_leads(depth, kept):
    """The article's own example."""
    assert depth_goal(Fraction(depth), Fraction(50)) == kept


def test_a_depth_without_claims_or_hours_is_unknown():
    assert depth_goal(Fraction(12), Fraction(0)) == depth_goal(None, Fraction(5)) == Kept.UNKNOWN
    assert days_of_claims(Fraction(12), Fraction(0)) is None


def test_every_way_to_miss_is_missed():
    assert {kept for kept in Kept if kept.is_missed} == {Kept.MISSED, Kept.TOO_SHALLOW, Kept.TOO_DEEP}
