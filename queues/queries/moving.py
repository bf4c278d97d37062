"""Who waits in a queue whose leads shall be moved: what the page asks before it acts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from queues.models import Entry, Queue


@dataclass(frozen=True, slots=True)
class Ages:
    """How many wait, how many of them past the first band, and since when the oldest."""

    waiting: int
    aged: int
    oldest_at: datetime | None


def waiting_ages(queue: Queue, *, at: datetime) -> Ages:
    """Counted row by row, not from the tally: somebody is about to act on these very leads."""
    line = Entry.objects.waiting().filter(queue=queue)
    found = line.aggregate(
        waiting=Count("pk"),
        aged=Count("pk", filter=Q(since_at__lte=at - queue.bands.first_after)),
        oldest=Min("since_at"),
    )
    return Ages(found["waiting"], found["aged"], found["oldest"])
