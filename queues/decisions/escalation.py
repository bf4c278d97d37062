"""The contact steps: what happens, in order, when a claimed lead is not contacted in time (D2, L5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from queues.decisions.deadlines import due_at, is_overdue
from routing.decisions.availability.hours import WorkingHours
from routing.decisions.availability.work_time import Clock


class BreachAct(StrEnum):
    REMIND = "remind"
    TELL_MANAGER = "tell_manager"
    GIVE_TO_ANOTHER = "give_to_another"


@dataclass(frozen=True, slots=True)
class StepRule:
    """What a queue does at one step, and how long after the step before; None is the contact limit."""

    act: BreachAct
    after: timedelta | None = None


DEFAULT_ACTS = (BreachAct.REMIND, BreachAct.TELL_MANAGER, BreachAct.GIVE_TO_ANOTHER)

DEFAULT_RULES = tuple(StepRule(act) for act in DEFAULT_ACTS)


@dataclass(frozen=True, slots=True)
class Step:
    """Breach `number` (from 1) of one assignment: when it is due and what happens then."""

    number: int
    due_at: datetime
    act: BreachAct


def contact_steps(
    taken_at: datetime, limit: timedelta, hours: WorkingHours | None = None, acts: Sequence[BreachAct] = DEFAULT_ACTS
) -> tuple[Step, ...]:
    """One step per act, one contact limit apart: 2 h, 4 h, 6 h after the claim (L5)."""
    return tuple(Step(number, due_at(taken_at, number * limit, hours), act) for number, act in enumerate(acts, start=1))


def next_due(
    clock: Clock, from_at: datetime, rules: Sequence[StepRule], breaches_done: int, limit: timedelta
) -> Step | None:
    """The next step, when the step before was due at `from_at`, which for the first is when the lead was given; None
    after the last. Each breach starts the clock anew (D2), from when it was due and not from when a sweep saw it."""
    if breaches_done >= len(rules):
        return None
    rule = rules[breaches_done]
    return Step(breaches_done + 1, clock.add(from_at, limit if rule.after is None else rule.after), rule.act)


def next_step(steps: Sequence[Step], breaches_done: int) -> Step | None:
    """The next step that is not done yet; None after the last."""
    return next((step for step in steps if step.number > breaches_done), None)


def steps_due(steps: Sequence[Step], breaches_done: int, at: datetime) -> tuple[Step, ...]:
    """All steps that are overdue and not done yet, in order. Called late, it still skips none and repeats none."""
    return tuple(step for step in steps if step.number > breaches_done and is_overdue(step.due_at, at))
