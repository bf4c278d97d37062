"""What the page shows before the waiting leads of a queue are moved."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from queues.models import Entry, Queue


@dataclass(frozen=True, slots=True)
class Ages:
    """How many leads wait, how many of them are past the first age band, and since when the oldest waits."""

    waiting: int
    aged: int
    oldest_at: datetime | None


def waiting_ages(queue: Queue, *, at: datetime) -> Ages:
    """Counted exactly, not from the stored counts, because somebody is about to move these leads."""
    line = Entry.objects.waiting().filter(queue=queue)
    found = line.aggregate(
        waiting=Count("pk"),
        aged=Count("pk", filter=Q(since_at__lte=at - queue.bands.first_after)),
        oldest=Min("since_at"),
    )
    return Ages(found["waiting"], found["aged"], found["oldest"])
