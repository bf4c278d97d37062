"""Claims by the time they waited: groups with few of them are put together (E2)."""

from bisect import bisect_right

from queues.decisions.figures.chance import Larger, Sample
from queues.decisions.figures.classes import DAY, HOUR, MINUTE, WAIT_EDGES
from queues.decisions.figures.speed import WaitGroup, by_wait, faster_converts
from queues.decisions.figures.totals import StayTotals


def totals(*claims: tuple[int, int, int]) -> StayTotals:
    """(waited seconds, claims, converted)"""
    waits, converted = [0] * 16, [0] * 16
    for waited, count, won in claims:
        waits[bisect_right(WAIT_EDGES, waited)] += count
        converted[bisect_right(WAIT_EDGES, waited)] += won
    return StayTotals(claimed=sum(waits), waits=tuple(waits), converted_after=tuple(converted))


def test_groups_begin_at_the_targets_and_exactly_two_hours_are_the_slower_group():
    found = by_wait(totals((MINUTE, 20, 10), (2 * HOUR - 1, 30, 9), (2 * HOUR, 40, 8)), enough=20)
    assert found == [
        WaitGroup(0, 15 * MINUTE, Sample(10, 20)),
        WaitGroup(15 * MINUTE, 2 * HOUR, Sample(9, 30)),
        WaitGroup(2 * HOUR, None, Sample(8, 40)),
    ]


def test_the_last_few_go_to_the_group_before():
    found = by_wait(totals((MINUTE, 20, 10), (5 * DAY, 19, 1)), enough=20)
    assert found == [WaitGroup(0, None, Sample(11, 39))]


def test_all_together_where_all_are_few_and_nothing_where_nothing_is():
    assert by_wait(totals((MINUTE, 3, 1), (DAY, 4, 0))) == [WaitGroup(0, None, Sample(1, 7))]
    assert by_wait(StayTotals()) == []


def test_no_claim_is_lost_by_putting_together():
    found = by_wait(totals((30, 7, 2), (HOUR, 40, 11), (3 * HOUR, 25, 3), (9 * HOUR, 2, 1), (9 * DAY, 60, 5)))
    assert (sum(each.sample.whole for each in found), sum(each.sample.part for each in found)) == (134, 22)


def test_the_fastest_group_is_compared_with_the_slowest():
    assert faster_converts(by_wait(totals((MINUTE, 200, 60), (DAY, 200, 20)))) == Larger.FIRST
    assert faster_converts(by_wait(totals((MINUTE, 200, 20), (DAY, 200, 60)))) == Larger.SECOND
    assert faster_converts(by_wait(totals((MINUTE, 30, 9), (DAY, 30, 4)))) == Larger.UNCLEAR
    assert faster_converts(by_wait(totals((MINUTE, 30, 9)))) == Larger.UNKNOWN
