"""The contact ladder: what happens when a claimed lead is not contacted, step by step (D2, L5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from queues.decisions.deadlines import due_at, is_overdue
from routing.decisions.availability.hours import WorkingHours


class Act(StrEnum):
    REMIND = "remind"
    TELL_MANAGER = "tell_manager"
    GIVE_TO_ANOTHER = "give_to_another"


DEFAULT_ACTS = (Act.REMIND, Act.TELL_MANAGER, Act.GIVE_TO_ANOTHER)


@dataclass(frozen=True, slots=True)
class Step:
    """Breach `number` (from 1) of one assignment, when it falls due and what it does."""

    number: int
    due_at: datetime
    act: str


def contact_steps(
    taken_at: datetime, limit: timedelta, hours: WorkingHours | None = None, acts: Sequence[str] = DEFAULT_ACTS
) -> tuple[Step, ...]:
    """One step per act, one contact limit apart: 2 h, 4 h, 6 h after the claim (L5)."""
    return tuple(Step(number, due_at(taken_at, number * limit, hours), act) for number, act in enumerate(acts, start=1))


def next_step(steps: Sequence[Step], breaches_done: int) -> Step | None:
    """The step whose clock runs now; None after the last."""
    return next((step for step in steps if step.number > breaches_done), None)


def steps_due(steps: Sequence[Step], breaches_done: int, at: datetime) -> tuple[Step, ...]:
    """All steps missed by now and not yet taken, in order: none skipped and none twice, however late one asks."""
    return tuple(step for step in steps if step.number > breaches_done and is_overdue(step.due_at, at))
