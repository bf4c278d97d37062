"""Which of several queues to take from: the one whose first lead is still in time and due first (L3, D1)."""

from datetime import datetime


def urgency(due_at: datetime, position: int, queue_id: int, *, at: datetime) -> tuple[bool, datetime, int, int]:
    """A sort key, most urgent first. Leads whose longest wait is over are with the manager already, so they come after
    leads that can still be taken in time, longest overdue first. Ties follow the order of the queues."""
    return due_at < at, due_at, position, queue_id
