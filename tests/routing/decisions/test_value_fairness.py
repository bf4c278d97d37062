"""What leads were worth and what became of them, judged beyond chance and only of enough leads (H1, H2)."""

from fractions import Fraction

import pytest

from routing.decisions.fairness import Level
from routing.decisions.value_fairness import LeadSums, RepValue, rate_spread, value_verdict


def worth(*scores: int) -> LeadSums:
    squares = sum(score * score for score in scores)
    return LeadSums(leads=len(scores), scored=len(scores), points=sum(scores), squares=squares)


def verdict(*of_reps: LeadSums, parts: tuple[int, ...] = ()):
    weights = parts or (1,) * len(of_reps)
    return value_verdict(
        [
            RepValue(number, sums, Fraction(weight, sum(weights)))
            for number, (sums, weight) in enumerate(zip(of_reps, weights, strict=True), start=1)
        ]
    )


def results(leads: int, converted: int) -> LeadSums:
    return LeadSums(leads=leads, converted=converted)


def test_ten_leads_of_90_and_ten_of_30_points_are_no_fair_value():
    found = verdict(worth(*[90] * 10), worth(*[30] * 10))
    assert found.level == Level.PROBLEM
    assert [(row.sums.points, row.due, row.off) for row in found.rows] == [
        (900, 600, Fraction(1, 2)),
        (300, 600, Fraction(-1, 2)),
    ]
    assert (found.most.rep_id, found.least.rep_id) == (1, 2)


def test_what_chance_explains_is_no_problem():
    """27 % apart, but the points of single leads lie between 5 and 95."""
    found = verdict(worth(*[95, 5] * 5), worth(*[95, 5] * 3, 5, 5, 5, 70))
    assert found.rows[0].off > Fraction(1, 10)
    assert (found.level, found.most, found.least) == (Level.ACCEPTABLE, None, None)


def test_one_lead_more_is_no_problem_where_all_leads_are_alike():
    found = verdict(worth(*[80] * 16), worth(*[80] * 15), worth(*[80] * 14))
    assert [row.sums.points - row.due for row in found.rows] == [80, 0, -80]
    assert (found.level, found.most) == (Level.ACCEPTABLE, None)


def test_a_difference_of_5_and_of_10_percent_are_within_the_level():
    def level(points: int) -> Level:
        """Against 100 members, so that the mean hardly moves, with leads that are all alike."""
        others = LeadSums(leads=10**6, scored=10**6, points=10**8, squares=10**10)
        share = Fraction(1000, 10**6 + 1000)
        mine = LeadSums(leads=1000, scored=1000, points=points, squares=points * points // 1000)
        due = (10**8 + points) * share
        row = value_verdict([RepValue(1, mine, share), RepValue(2, others, 1 - share)]).rows[0]
        assert row.off == (points - due) / due
        return row.level

    assert [level(points) for points in (104_000, 107_000, 115_000, 85_000)] == [
        Level.ACCEPTABLE,
        Level.WATCH,
        Level.PROBLEM,
        Level.PROBLEM,
    ]


def test_few_leads_make_no_noise():
    assert verdict(worth(*[90] * 9), worth(*[30] * 9)).level == Level.ACCEPTABLE
    assert verdict(worth(*[90] * 10), worth(*[30] * 9)).rows[1].level == Level.ACCEPTABLE


def test_weights_count_what_is_due():
    assert verdict(worth(*[50] * 20), worth(*[50] * 10), parts=(2, 1)).level == Level.IDEAL
    assert verdict(worth(*[50] * 20), worth(*[50] * 20), parts=(2, 1)).rows[1].level == Level.PROBLEM


def test_nothing_due_and_no_points_are_not_measured():
    assert [(row.off, row.level) for row in verdict(worth(0, 0), worth(0)).rows] == [(None, Level.IDEAL)] * 2
    assert value_verdict([]).level == Level.IDEAL
    assert (worth().points_a_lead, LeadSums().conversion, LeadSums().win_rate) == (None, None, None)


@pytest.mark.parametrize(
    ("best", "worst", "times", "is_wide"),
    [
        ((100, 40), (100, 20), 2, True),
        ((1000, 399), (100, 20), Fraction(399, 200), False),
        ((20, 10), (20, 0), None, True),
        ((20, 10), (20, 10), 1, False),
    ],
)
def test_a_spread_of_twice_or_more_is_wide(best, worst, times, is_wide: bool):
    found = rate_spread([(1, results(*worst)), (2, results(*best)), (3, results(19, 19)), (4, results(0, 0))])
    assert (found.times, found.is_wide, found.left_out) == (times, is_wide, 1)
    assert (found.best[1].leads, found.worst[1].leads) == (best[0], worst[0])


def test_one_rep_or_nothing_converted_is_no_spread():
    assert rate_spread([(1, results(100, 50)), (2, results(19, 1))]) is None
    assert rate_spread([(1, results(100, 0)), (2, results(100, 0))]) is None
    assert rate_spread([]) is None
