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
    after the last. Each breach starts the clock again (D2), from when it was due and not from when a sweep saw it."""
    if breaches_done >= len(rules):
        return None
    rule = rules[breaches_done]
    return Step(breaches_done + 1, clock.add(from_at, limit if rule.after is None else rule.after), rule.act)


def next_step(steps: Sequence[Step], breaches_done: int) -> Step | None:
    """The next step that is not done yet; None after the last."""
    return next((step for step in steps if step.number > breaches_done), None)


def steps_overdue(
    clock: Clock,
    next_at: datetime,
    rules: Sequence[StepRule],
    breaches_done: int,
    limit: timedelta,
    at: datetime,
) -> tuple[tuple[Step, ...], datetime | None]:
    """All steps that are overdue and not done yet, in order, when the next of them was due at `next_at`; and when the
    one after them is due, None after the last. Called late, it skips none and repeats none."""
    due: list[Step] = []
    while is_overdue(next_at, at) and len(due) + breaches_done < len(rules):
        number = breaches_done + len(due) + 1
        due.append(Step(number, next_at, rules[number - 1].act))
        following = next_due(clock, next_at, rules, number, limit)
        if following is None:
            return tuple(due), None
        next_at = following.due_at
    return tuple(due), next_at if breaches_done + len(due) < len(rules) else None
