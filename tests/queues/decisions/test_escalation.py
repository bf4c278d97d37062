"""The contact ladder: one limit apart, none skipped, none twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.escalation import (
    DEFAULT_RULES,
    BreachAct,
    Step,
    StepRule,
    contact_steps,
    next_due,
    next_step,
    steps_overdue,
)
from routing.decisions.availability.hours import DEFAULT_HOURS, WorkingHours
from routing.decisions.availability.work_time import WALL

TAKEN = datetime(2026, 3, 6, 10, tzinfo=UTC)  # a Friday
HOUR = timedelta(hours=1)
LADDER = contact_steps(TAKEN, 2 * HOUR)


def test_contact_steps_fall_due_one_limit_apart():
    assert contact_steps(TAKEN, 2 * HOUR) == (
        Step(1, TAKEN + 2 * HOUR, "remind"),
        Step(2, TAKEN + 4 * HOUR, "tell_manager"),
        Step(3, TAKEN + 6 * HOUR, "give_to_another"),
    )


def test_contact_steps_may_count_working_hours():
    steps = contact_steps(TAKEN, 3 * HOUR, WorkingHours(DEFAULT_HOURS, ZoneInfo("UTC")))
    assert [step.due_at for step in steps] == [
        datetime(2026, 3, 6, 13, tzinfo=UTC),
        datetime(2026, 3, 6, 16, tzinfo=UTC),
        datetime(2026, 3, 9, 11, tzinfo=UTC),
    ]


def test_contact_steps_do_what_the_queue_says():
    steps = contact_steps(TAKEN, HOUR, acts=(BreachAct.REMIND, BreachAct.REMIND))
    assert [(step.number, step.act) for step in steps] == [(1, "remind"), (2, "remind")]
    assert contact_steps(TAKEN, HOUR, acts=()) == ()


@pytest.mark.parametrize(("done", "number"), [(0, 1), (1, 2), (2, 3)])
def test_next_step_is_the_first_not_taken(done, number):
    assert next_step(LADDER, done) == LADDER[number - 1]


def test_next_step_ends_after_the_last():
    assert next_step(LADDER, 3) is None


@pytest.mark.parametrize(
    ("done", "after", "numbers", "following"),
    [
        (0, 2 * HOUR, [], 2),  # exactly at the deadline is in time (L7)
        (0, 2 * HOUR + timedelta(microseconds=1), [1], 4),
        (1, 3 * HOUR, [], 4),
        (0, 5 * HOUR, [1, 2], 6),
        (1, 5 * HOUR, [2], 6),
        (0, 50 * HOUR, [1, 2, 3], None),
    ],
)
def test_overdue_steps_are_all_that_were_missed(done, after, numbers, following):
    due, next_at = steps_overdue(WALL, TAKEN + (done + 1) * 2 * HOUR, DEFAULT_RULES, done, 2 * HOUR, TAKEN + after)
    assert due == tuple(LADDER[number - 1] for number in numbers)
    assert next_at == (TAKEN + following * HOUR if following else None)


def test_steps_that_the_queue_no_longer_has_are_not_done():
    rules = (StepRule(BreachAct.REMIND),)
    assert steps_overdue(WALL, TAKEN, rules, 2, HOUR, TAKEN + 9 * HOUR) == ((), None)


@given(st.lists(st.integers(0, 20 * 60), max_size=12))
def test_sweeps_at_any_times_take_each_step_once_with_its_true_time(sweeps):
    taken: list[Step] = []
    next_at: datetime | None = TAKEN + 2 * HOUR
    for minutes in sorted(sweeps):
        if next_at is None:
            break
        at = TAKEN + timedelta(minutes=minutes)
        due, next_at = steps_overdue(WALL, next_at, DEFAULT_RULES, len(taken), 2 * HOUR, at)
        taken += due
    last = TAKEN + timedelta(minutes=max(sweeps, default=0))
    assert taken == [step for step in LADDER if step.due_at < last]


def test_each_step_counts_from_when_the_step_before_was_due():
    due = TAKEN
    for done, usual in enumerate(LADDER):
        step = next_due(WALL, due, DEFAULT_RULES, done, 2 * HOUR)
        assert step == usual
        due = step.due_at
    assert next_due(WALL, due, DEFAULT_RULES, 3, 2 * HOUR) is None


def test_a_step_may_have_its_own_time():
    rules = (StepRule(BreachAct.REMIND), StepRule(BreachAct.GIVE_TO_ANOTHER, after=30 * timedelta(minutes=1)))
    first, second = TAKEN + 2 * HOUR, TAKEN + 2.5 * HOUR
    assert next_due(WALL, TAKEN, rules, 0, 2 * HOUR) == Step(1, first, BreachAct.REMIND)
    assert next_due(WALL, first, rules, 1, 2 * HOUR) == Step(2, second, BreachAct.GIVE_TO_ANOTHER)
    assert next_due(WALL, TAKEN, (), 0, 2 * HOUR) is None
