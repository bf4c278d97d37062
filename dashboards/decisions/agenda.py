"""Agenda: what a rep has to do next with a lead, when, and under which heading of the desk (C5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_CONTACT = "first_contact"
CALL_BACK = "call_back"
FOLLOW_UP = "follow_up"
SNOOZED = "snoozed"
NEXT_STEP = "next_step"

NOW = "now"
TODAY = "today"
NO_STEP = "no_step"
WEEK = "week"
LATER = "later"
GROUPS = (NOW, TODAY, NO_STEP, WEEK, LATER)


@dataclass(frozen=True, slots=True)
class Task:
    """The next thing to do with a lead; `due_at` is None when no time was set."""

    what: str
    due_at: datetime | None


def next_task(
    *,
    first_contact_at: datetime | None,
    first_due_at: datetime | None,
    follow_up_at: datetime | None,
    follow_up: str,
) -> Task:
    """First contact comes first: a snooze does not stop its clock."""
    if first_contact_at is None:
        return Task(FIRST_CONTACT, first_due_at)
    if follow_up_at is None:
        return Task(NEXT_STEP, None)
    return Task(follow_up if follow_up in (SNOOZED, FOLLOW_UP) else CALL_BACK, follow_up_at)


def task_group(task: Task, *, at: datetime) -> str:
    """The heading on the desk. `at` is in the rep's time zone; a week ends on Sunday."""
    if task.what == FIRST_CONTACT:
        return NOW
    if task.due_at is None:
        return NO_STEP
    if task.due_at <= at:
        return NOW
    day = task.due_at.astimezone(at.tzinfo).date()
    if day == at.date():
        return TODAY
    sunday = at.date() + timedelta(days=6 - at.weekday())
    return WEEK if day <= sunday else LATER
