"""The verdict on fairness knows that whole leads cannot be split (H1, L2)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.fairness import Level, Share, best_split, gini, judge_share, spread, verdict
from routing.decisions.rotation.state import Candidate, RotationState
from routing.decisions.rotation.turns import pick_many


def shares(*pairs: tuple[int, object]) -> list[Share]:
    return [Share(rep, got, Fraction(due)) for rep, (got, due) in enumerate(pairs, start=1)]


def even(*counts: int) -> list[Share]:
    due = Fraction(sum(counts), len(counts) or 1)
    return shares(*((count, due) for count in counts))


def test_twenty_three_over_five_is_perfect_though_its_gini_is_not():
    found = verdict(even(5, 5, 5, 4, 4))
    assert (found.level, round(found.gini, 3), found.is_gini_high) == (
        "ideal",
        0.052,
        False,
    )
    assert [row.off for row in found.rows] == [0] * 5


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ((4, 4, 4, 4, 4), Level.IDEAL),
        ((0, 0, 0), Level.IDEAL),
        ((), Level.IDEAL),
        ((51, 49, 50), Level.IDEAL),  # within one
        ((52, 48, 50), Level.ACCEPTABLE),  # 4 %
        ((54, 46, 50), Level.WATCH),
        ((56, 44, 50), Level.PROBLEM),
        ((9, 1), Level.PROBLEM),
    ],
)
def test_levels_of_equal_shares(counts, level):
    assert verdict(even(*counts)).level == level


def test_weights_and_time_are_in_what_is_due():
    found = verdict(shares((30, 30), (20, 20), (10, 10), (10, 10), (10, 10)))
    assert (found.level, found.gini, found.spread) == ("ideal", 0, 0)


@pytest.mark.parametrize(("had", "is_far"), [(0, False), (2, False), (3, True)])
def test_within_one_lead_nobody_is_far(had: int, is_far: bool):
    """None of one that was due is all of the share, and yet fair."""
    assert judge_share(Share(1, had, Fraction(1))).is_far is is_far


def test_who_is_far_from_the_share_is_named():
    found = verdict(shares((40, 20), (10, 20), (10, 20)))
    assert (found.worst.share.rep_id, found.worst.off, found.worst.is_far) == (1, 20, True)
    assert [row.is_far for row in found.rows] == [True, False, False]


def test_exactly_half_off_is_not_far():
    assert not verdict(shares((30, 20), (10, 20))).rows[0].is_far


def test_nothing_due_has_no_share():
    found = verdict(shares((0, 0), (7, 7)))
    assert [(row.share_off, row.level) for row in found.rows] == [(None, "ideal"), (0, "ideal")]


def test_figures_without_a_denominator_are_missing():
    assert (verdict([]).gini, verdict(even(0, 0)).spread, gini([]), spread([])) == (None,) * 4


def test_gini_of_everything_with_one():
    assert gini([0, 0, 0, 8]) == 0.75


@given(st.integers(1, 12), st.integers(0, 200))
def test_a_plain_rotation_is_always_perfect(members, leads):
    line = RotationState(tuple(Candidate(n, n, n) for n in range(members)))
    got = [pick.chosen.rep_id for pick in pick_many(line, leads)]
    found = verdict([Share(n, got.count(n), Fraction(leads, members)) for n in range(members)])
    assert (found.level, found.is_gini_high) == ("ideal", False)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(0, 90))
def test_the_best_split_gives_everything_and_is_within_one(weights, leads):
    dues = [Fraction(leads * weight, sum(weights)) for weight in weights]
    wanted = [Share(n, leads if n == 0 else 0, due) for n, due in enumerate(dues)]
    split = best_split(wanted)
    assert sum(split) == leads
    assert all(abs(got - due) < 1 for got, due in zip(split, dues, strict=True))
