"""Patterns are found where they were planted, and hardly ever where chance alone made the leads (E9)."""

from datetime import date
from random import Random

import pytest

from queues.decisions.figures.patterns import Verdict, Week, contrast, is_steady, since_first_lead, spread
from queues.decisions.figures.patterns_of_days import always_full, is_full, monday_backlog, spike_and_stall
from queues.decisions.figures.patterns_of_months import last_end, last_working_days, month_end_surge
from tests.queues.decisions.figures.drawn_weeks import MONDAY, drawn_weeks

FOUND, NOT_FOUND = Verdict.FOUND, Verdict.NOT_FOUND
HISTORIES = 100  # of each rate


def office(day: date, hour: int) -> bool:
    return day.weekday() < 5 and 8 <= hour < 18


def verdicts(weeks: list[Week]) -> tuple[Verdict, Verdict, Verdict]:
    return spike_and_stall(weeks).verdict, monday_backlog(weeks).verdict, month_end_surge(weeks).verdict


@pytest.mark.parametrize("count", [4, 13])
@pytest.mark.parametrize("rate", [0.1, 0.5, 2.0])
def test_chance_alone_makes_a_false_alarm_in_less_than_one_of_twenty_histories(rate: float, count: int):
    """Any pattern on the page is an alarm."""
    rng = Random(20261130)
    alarms = sum(
        FOUND in verdicts(drawn_weeks(rng, rate=lambda day, hour: rate, wait=lambda day, hour: 8.0, weeks=count))
        for _number in range(HISTORIES)
    )
    assert alarms * 20 < HISTORIES


def test_working_hours_alone_are_no_pattern():
    """Leads come and are claimed on working days only, evenly; nothing waits over the weekend."""
    rng = Random(7)
    alarms = sum(
        FOUND
        in verdicts(
            drawn_weeks(
                rng,
                rate=lambda day, hour: 2.0 if office(day, hour) else 0.0,
                wait=lambda day, hour: 2.0,
            )
        )
        for _number in range(HISTORIES)
    )
    assert alarms * 20 < HISTORIES


def test_a_spike_in_the_morning_with_a_stall_in_the_afternoon_is_found():
    weeks = drawn_weeks(
        Random(1),
        rate=lambda day, hour: 0.0 if not office(day, hour) else 6.0 if hour < 12 else 2.0,
        wait=lambda day, hour: 3.0 if hour < 12 else 12.0 if hour < 18 else 1.5,
    )
    found = spike_and_stall(weeks)
    assert (found.verdict, found.has_spike, found.has_stall) == (FOUND, True, True)
    assert found.agreeing == 13 and found.came[0] > 2 * found.came[1]


def test_a_spike_that_is_claimed_as_it_comes_is_no_stall():
    """In the afternoon nothing waits, so nothing stalls."""
    weeks = drawn_weeks(
        Random(2),
        rate=lambda day, hour: 0.0 if not office(day, hour) else 6.0 if hour < 12 else 2.0,
        wait=lambda day, hour: 1.0,
    )
    found = spike_and_stall(weeks)
    assert (found.verdict, found.has_spike, found.has_stall) == (NOT_FOUND, True, False)


def test_leads_of_a_weekend_without_cover_wait_on_monday():
    weeks = drawn_weeks(
        Random(3),
        rate=lambda day, hour: 0.5,
        wait=lambda day, hour: 4.0 if office(day, hour) else 1_000_000.0,
    )
    found = monday_backlog(weeks)
    assert (found.verdict, found.weeks, found.agreeing) == (FOUND, 13, 13)
    assert found.times > 2 and found.weekend[1] == 0 < found.weekend[0]


def test_a_weekend_with_cover_leaves_no_backlog():
    weeks = drawn_weeks(Random(4), rate=lambda day, hour: 0.5, wait=lambda day, hour: 4.0)
    assert monday_backlog(weeks).verdict == NOT_FOUND


def is_end(day: date) -> bool:
    return day in last_working_days(day.replace(day=1))


def test_twice_as_many_leads_at_the_end_of_months_are_a_surge():
    weeks = drawn_weeks(Random(5), rate=lambda day, hour: 2.0 if is_end(day) else 1.0, wait=lambda day, hour: 4.0)
    found = month_end_surge(weeks)
    assert (found.verdict, found.is_more, found.is_less, found.agreeing) == (FOUND, True, False, 2)
    assert [end.days[-1].isoformat() for end in found.ends] == ["2026-09-30", "2026-10-30"]
    assert 1.6 < found.came_times < 2.4


def test_reps_who_ignore_the_queue_at_the_end_of_months_are_a_surge():
    weeks = drawn_weeks(Random(6), rate=lambda day, hour: 1.0, wait=lambda day, hour: 500.0 if is_end(day) else 4.0)
    found = month_end_surge(weeks)
    assert (found.verdict, found.is_more, found.is_less) == (FOUND, False, True)


def test_a_holiday_at_the_end_of_a_month_is_no_drop():
    """Nothing comes and nothing is claimed."""
    weeks = drawn_weeks(Random(6), rate=lambda day, hour: 0.01 if is_end(day) else 1.0, wait=lambda day, hour: 4.0)
    assert not month_end_surge(weeks).is_less


def test_one_end_of_a_month_is_too_short_a_history():
    weeks = drawn_weeks(Random(5), rate=lambda day, hour: 1.0, wait=lambda day, hour: 4.0, weeks=7)
    assert month_end_surge(weeks).verdict == Verdict.TOO_SHORT


def test_three_weeks_are_too_short_and_few_leads_too_few():
    weeks = drawn_weeks(Random(5), rate=lambda day, hour: 1.0, wait=lambda day, hour: 4.0, weeks=3)
    assert set(verdicts(weeks)) == {Verdict.TOO_SHORT}
    rare = drawn_weeks(Random(5), rate=lambda day, hour: 0.003, wait=lambda day, hour: 4.0)
    assert set(verdicts(rare)) == {Verdict.TOO_FEW}


def test_nothing_at_all_is_too_short():
    empty = Week(MONDAY, [0] * 168, [0] * 168, [0] * 168)
    assert since_first_lead([empty, empty]) == []
    assert set(verdicts([])) == {Verdict.TOO_SHORT}


@pytest.mark.parametrize(
    ("weeks", "verdict"),
    [
        ([(85, 168)] * 3 + [(0, 168)], FOUND),
        ([(84, 168)] * 4, NOT_FOUND),  # half is not most
        ([(168, 168)] * 2 + [(0, 168)] * 2, NOT_FOUND),
        ([(168, 168)] * 3, Verdict.TOO_SHORT),
        ([], Verdict.TOO_SHORT),
    ],
)
def test_a_queue_is_always_full_in_most_hours_of_three_of_four_weeks(weeks, verdict):
    assert always_full(weeks).verdict == verdict


def test_full_is_above_yellow_or_at_the_limit():
    assert [is_full(depth, yellow=50, limit=None) for depth in (50, 51)] == [False, True]
    assert [is_full(depth, yellow=50, limit=20) for depth in (19, 20)] == [False, True]


def test_three_of_four_are_steady():
    assert [is_steady(*pair) for pair in ((3, 4), (2, 3), (10, 13), (9, 13), (0, 0))] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_a_contrast_without_a_second_part_has_no_ratio():
    assert (contrast(9, 0).ratio, contrast(0, 0).errors) == (None, 0.0)
    assert (contrast(30, 10).ratio, round(contrast(30, 10).errors, 2)) == (3.0, 3.16)


def test_leads_in_bundles_differ_more_than_chance():
    assert (spread([5, 5, 5]), spread([]), spread([0, 30, 0, 30])) == (1.0, 1.0, 20.0)


def test_the_last_working_days_of_a_month_leave_weekends_out():
    assert [day.day for day in last_working_days(date(2026, 5, 1))] == [27, 28, 29]
    assert [day.day for day in last_working_days(date(2026, 12, 1))] == [29, 30, 31]


def test_the_last_end_of_a_month_is_over_by_sunday():
    assert last_end(date(2026, 11, 23))[-1] == date(2026, 10, 30)  # 30 November is a Monday
    assert last_end(date(2026, 11, 30))[-1] == date(2026, 11, 30)
    assert last_end(date(2026, 5, 25))[-1] == date(2026, 5, 29)
