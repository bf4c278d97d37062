"""The contact steps: what happens, in order, when a claimed lead is not contacted in time (D2, L5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from queues.decisions.deadlines import due_at, is_overdue
from routing.decisions.availability.hours import WorkingHours


class BreachAct(StrEnum):
    REMIND = "remind"
    TELL_MANAGER = "tell_manager"
    GIVE_TO_ANOTHER = "give_to_another"


DEFAULT_ACTS = (BreachAct.REMIND, BreachAct.TELL_MANAGER, BreachAct.GIVE_TO_ANOTHER)


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


def next_step(steps: Sequence[Step], breaches_done: int) -> Step | None:
    """The next step that is not done yet; None after the last."""
    return next((step for step in steps if step.number > breaches_done), None)


def steps_due(steps: Sequence[Step], breaches_done: int, at: datetime) -> tuple[Step, ...]:
    """All steps that are overdue and not done yet, in order. Called late, it still skips none and repeats none."""
    return tuple(step for step in steps if step.number > breaches_done and is_overdue(step.due_at, at))
