"""Which of several queues to take from next: the head that can still be saved and runs out first (L3, D1)."""

from datetime import datetime


def urgency(due_at: datetime, position: int, queue_id: int, *, at: datetime) -> tuple[bool, datetime, int, int]:
    """A sort key, most urgent first. Heads whose longest wait ran out stand before the manager already: they come
    after those that can be taken in time, longest overdue first. Ties go by the queues' own order."""
    return due_at < at, due_at, position, queue_id
