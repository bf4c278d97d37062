"""Wilson's interval against published values, and what may be called different (E2, H2)."""

from fractions import Fraction

import pytest

from queues.decisions.figures.chance import Larger, Sample, Spread, larger, spread, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 10, 0.2366, 0.7634),
        (20, 20, 0.8389, 1.0000),
    ],
)
def test_the_interval_is_that_of_the_literature(part: int, whole: int, low: float, high: float):
    found = wilson(part, whole)
    assert found is not None and (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_without_leads_there_is_no_interval():
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        (Sample(60, 200), Sample(20, 200), Larger.FIRST),
        (Sample(20, 200), Sample(60, 200), Larger.SECOND),
        (Sample(6, 20), Sample(2, 20), Larger.UNCLEAR),
        (Sample(6, 20), Sample(0, 0), Larger.UNKNOWN),
    ],
)
def test_shares_differ_only_where_their_intervals_do_not_touch(first: Sample, second: Sample, answer: Larger):
    assert larger(first, second) == answer


def test_twice_the_share_is_wide():
    assert spread({"a": Sample(60, 200), "b": Sample(45, 200), "c": Sample(30, 200)}) == Spread(
        "a", "c", times=Fraction(2), is_wide=True, is_chance=False
    )


def test_less_than_twice_is_not_wide():
    found = spread({"a": Sample(59, 200), "b": Sample(30, 200)})
    assert found is not None and not found.is_wide


def test_twice_with_few_leads_may_be_chance():
    assert spread({"a": Sample(8, 20), "b": Sample(4, 20)}) == Spread(
        "a", "b", times=Fraction(2), is_wide=True, is_chance=True
    )


def test_reps_with_few_leads_make_no_noise():
    found = spread({"a": Sample(40, 200), "b": Sample(30, 200), "new": Sample(19, 19), "newer": Sample(0, 19)})
    assert found is not None and (found.best, found.worst) == ("a", "b")
    assert spread({"a": Sample(40, 200), "new": Sample(19, 19)}) is None


def test_nobody_converts_is_no_spread_and_one_who_does_is():
    none = spread({"a": Sample(0, 50), "b": Sample(0, 90)})
    some = spread({"a": Sample(20, 50), "b": Sample(0, 90)})
    assert none is not None and not none.is_wide
    assert some is not None and (some.is_wide, some.times) == (True, None)
