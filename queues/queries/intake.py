"""Whether rules may add leads to a queue now (D5)."""

from queues.models import Queue, ReviewItem


def parking_reason(queue: Queue) -> ReviewItem.Parked | None:
    """Why leads that rules would add to this queue are parked now; None: they enter. No queue parks yet."""
    return None
