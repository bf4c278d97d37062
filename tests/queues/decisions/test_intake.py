"""When an intake pauses and opens, and how many enter (D5)."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from queues.decisions.intake import Figures, Intake, IntakeLimits, admitted, entering, matched_rule, next_intake

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = IntakeLimits(True, 100, 80, 24 * HOUR, 20 * HOUR, Fraction(80, 100), Fraction(85, 100))
OFF = IntakeLimits(False, 100, 80, 24 * HOUR, 20 * HOUR, Fraction(80, 100), Fraction(85, 100))


@pytest.mark.parametrize(
    ("was_full", "depth", "is_full"),
    [(False, 100, False), (False, 101, True), (True, 80, True), (True, 79, False), (False, 79, False)],
)
def test_full_above_the_limit_and_open_below_the_mark(was_full, depth, is_full):
    was = Intake(full_since=AT - HOUR if was_full else None)
    now = next_intake(was, Figures(depth), LIMITS, at=AT)
    assert now.full_since == ((was.full_since or AT) if is_full else None)


@pytest.mark.parametrize(
    ("was_aged", "hours", "is_aged"),
    [(False, 24, False), (False, 25, True), (True, 20, True), (True, 19, False), (True, None, False)],
)
def test_aged_above_the_mean_age(was_aged, hours, is_aged):
    mean = None if hours is None else hours * HOUR
    now = next_intake(Intake(aged_since=AT - HOUR if was_aged else None), Figures(1, mean), LIMITS, at=AT)
    assert (now.aged_since is not None) == is_aged


@pytest.mark.parametrize(
    ("was_slow", "percent", "is_slow"),
    [(False, 80, False), (False, 79, True), (True, 85, True), (True, 86, False), (True, None, False)],
)
def test_a_bottleneck_below_the_rate(was_slow, percent, is_slow):
    rate = None if percent is None else Fraction(percent, 100)
    now = next_intake(Intake(slow_since=AT - HOUR if was_slow else None), Figures(1, None, rate), LIMITS, at=AT)
    assert (now.slow_since is not None, now.is_paused) == (is_slow, False)


@pytest.mark.parametrize(
    ("was_aging", "percent", "is_aging"),
    [(False, 20, False), (False, 21, True), (True, 16, True), (True, 15, False), (True, None, False)],
)
def test_aging_above_a_fifth_of_long_waits(was_aging, percent, is_aging):
    aging = None if percent is None else Fraction(percent, 100)
    was = Intake(aging_since=AT - HOUR if was_aging else None)
    now = next_intake(was, Figures(1, aging=aging), OFF, at=AT)
    assert (now.aging_since is not None, now.is_paused) == (is_aging, False)


def test_without_limits_nothing_pauses():
    was = Intake(full_since=AT, aged_since=AT)
    assert next_intake(was, Figures(500, 90 * HOUR), OFF, at=AT) == Intake()


@pytest.mark.parametrize(("depth", "n"), [(0, 101), (99, 2), (100, 1), (101, 0), (150, 0)])
def test_the_lead_that_crosses_the_limit_is_the_last(depth, n):
    assert entering(150, depth=depth, limit=100) == n


@pytest.mark.parametrize(("parked", "depth", "n"), [(49, 79, 21), (5, 79, 5), (5, 100, 0), (5, 130, 0)])
def test_parked_leads_fill_up_to_the_limit(parked, depth, n):
    assert admitted(parked, depth=depth, limits=LIMITS) == n
    assert admitted(parked, depth=depth, limits=OFF) == parked


def test_the_rule_that_decided():
    assert matched_rule([{"rule_id": 1, "matched": False}, {"rule_id": 2, "matched": True}]) == 2
    assert matched_rule([]) is None
