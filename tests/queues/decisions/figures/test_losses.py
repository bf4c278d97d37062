"""Above 15 % of what entered is too much; the alarm ends below 12 % (E4, L1, L2)."""

from fractions import Fraction

import pytest

from queues.decisions.figures.losses import keeps_losing, loses_too_many
from queues.decisions.figures.totals import StayTotals


@pytest.mark.parametrize(
    ("left", "entered", "too_many"),
    [
        (30, 200, False),
        (31, 200, True),
        (15, 100, False),
        (16, 100, True),
        (0, 200, False),
        (0, 0, False),
        (1, 1, True),
    ],
)
def test_exactly_fifteen_percent_are_fine(left: int, entered: int, too_many: bool):
    assert loses_too_many(StayTotals(unclaimed=left, entered=entered).abandonment) is too_many


def test_without_a_lead_that_entered_there_is_no_share():
    assert StayTotals().abandonment is None


@pytest.mark.parametrize(
    ("was_on", "left", "is_on"),
    [(False, 30, False), (False, 31, True), (True, 30, True), (True, 24, True), (True, 23, False), (False, 24, False)],
)
def test_the_alarm_ends_below_twelve_percent_of_200(was_on: bool, left: int, is_on: bool):
    assert keeps_losing(was_on, Fraction(left, 200)) is is_on


def test_the_alarm_ends_where_nothing_enters_any_more():
    assert keeps_losing(True, None) is False


def test_the_four_ways_out_add_up():
    totals = StayTotals(unclaimed=10, nurtured=4, archived=1, partnered=2)
    assert totals.closed == 3
