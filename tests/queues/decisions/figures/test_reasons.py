"""Which reason stands out in which source or queue (E4)."""

from queues.decisions.figures.reasons import Standing, reasons_that_stand_out
from queues.decisions.radar import Rate

COLD, WARM, TRIAL = 1, 2, 3


def test_a_reason_stands_out_where_it_is_given_far_more_often_than_elsewhere():
    counts = {
        (COLD, "invalid"): 24,
        (COLD, "no_capacity"): 16,
        (WARM, "invalid"): 3,
        (WARM, "no_capacity"): 30,
        (TRIAL, "invalid"): 2,
        (TRIAL, "no_capacity"): 15,
    }
    assert reasons_that_stand_out(counts) == [Standing(COLD, "invalid", Rate(24, 40), 5 / 50)]


def test_few_cases_and_a_single_part_say_nothing():
    few = {(COLD, "invalid"): 9, (WARM, "no_capacity"): 90}
    little_to_compare = {(COLD, "invalid"): 90, (WARM, "no_capacity"): 9}
    assert [reasons_that_stand_out(each) for each in (few, little_to_compare, {(COLD, "invalid"): 90}, {})] == [[]] * 4
