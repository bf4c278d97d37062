"""Sums of many at once are the same as one by one, and know all times only where each part does (E1, E3)."""

from functools import reduce
from operator import add

import pytest

from queues.decisions.figures.totals import StayTotals, TakenTotals, added, by_part

FIRST = StayTotals(entered=3, claimed=2, wait_sum=70, wait_longest=60, waits=(1, 1) + (0,) * 14, times=(10, 60))
SECOND = StayTotals(entered=1, claimed=1, wait_sum=90, wait_longest=90, waits=(0, 1) + (0,) * 14, times=(90,))
UNTIMED = StayTotals(entered=5, claimed=1, wait_sum=5, wait_longest=5, waits=(1,) + (0,) * 15)


def test_columns_are_added_and_the_longest_is_kept():
    assert added([FIRST, SECOND]) == StayTotals(
        entered=4, claimed=3, wait_sum=160, wait_longest=90, waits=(1, 2) + (0,) * 14, times=(10, 60, 90)
    )


def test_times_of_a_sum_are_unknown_where_those_of_one_part_are():
    assert added([FIRST, UNTIMED, SECOND]).times is None


@pytest.mark.parametrize("parts", [[FIRST], [FIRST, SECOND], [SECOND, UNTIMED, FIRST, FIRST], [StayTotals(), FIRST]])
def test_all_at_once_are_the_same_as_one_by_one(parts: list[StayTotals]):
    assert added(parts) == reduce(add, parts)


def test_cells_are_added_by_one_part_of_their_keys():
    cells = {(1, 7): TakenTotals(taken=2), (1, None): TakenTotals(taken=3), (2, 7): TakenTotals(taken=4)}
    assert by_part(cells, 0) == {1: TakenTotals(taken=5), 2: TakenTotals(taken=4)}
    assert by_part(cells, 1) == {7: TakenTotals(taken=6), None: TakenTotals(taken=3)}
