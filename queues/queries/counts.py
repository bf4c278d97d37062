"""How many leads wait in a queue, how many of them are aged, and how deep queues are (B6, E5)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from queues.decisions.ordering import QueueCounts
from queues.models import Entry, Queue, Tally


def queue_counts(queue: Queue, *, at: datetime) -> QueueCounts:
    """Waiting and aged leads now: the stored counts, plus the leads that crossed an age band since the last sweep."""
    return counts_by_queue([queue], at=at)[queue.pk]


def counts_by_queue(queues: Sequence[Queue], *, at: datetime) -> dict[int, QueueCounts]:
    """queue_counts() for several queues: one query for all stored counts, and one for the queues with the same
    bands."""
    rows = (
        Tally.objects.filter(queue__in=[queue.pk for queue in queues])
        .values("queue")
        .annotate(n=Sum("waiting"), n1=Sum("aged_first"), n2=Sum("aged_second"))
        .order_by("queue")
    )
    sums = {row["queue"]: (row["n"], row["n1"], row["n2"]) for row in rows}
    crossed = _crossings([queue for queue in queues if sums.get(queue.pk, (0, 0, 0))[0] > 0], at=at)
    found = {}
    for queue in queues:
        n, n1, n2 = sums.get(queue.pk, (0, 0, 0))
        to_first, to_second = crossed.get(queue.pk, (0, 0))
        n1, n2 = n1 + to_first, n2 + to_second
        found[queue.pk] = QueueCounts(waiting=max(n, 0), aged_first=max(n1, 0), aged_second=max(n2, 0))
    return found


def _crossings(queues: Iterable[Queue], *, at: datetime) -> dict[int, tuple[int, int]]:
    """How many leads crossed an age band since the last sweep. Counted in subqueries of the queue's row: in a plain
    count the planner expects many rows of a long queue and starts parallel workers for a few."""
    by_bands: dict[tuple[timedelta, timedelta], list[int]] = defaultdict(list)
    for queue in queues:
        by_bands[queue.bands.first_after, queue.bands.second_after].append(queue.pk)
    found = {}
    for (first_after, second_after), pks in by_bands.items():
        fresh = Entry.objects.waiting().filter(queue=OuterRef("pk"))
        first = fresh.filter(band=0, since_at__lte=at - first_after)
        second = fresh.filter(band__in=(0, 1), since_at__lte=at - second_after)
        rows = Queue.objects.filter(pk__in=pks).values_list("pk", counted(first), counted(second)).order_by("pk")
        found |= {pk: (to_first, to_second) for pk, to_first, to_second in rows}
    return found


def counted(rows: QuerySet[Entry]) -> Coalesce:
    """How many of these there are, in a statement about queues; the rows are those of OuterRef("pk")."""
    each = rows.order_by().values("queue").annotate(n=Count("*")).values("n")  # not of a column: the index is enough
    return Coalesce(Subquery(each, output_field=IntegerField()), 0)


def depth_by_queue(queues: Iterable[Queue]) -> dict[int, int]:
    rows = (
        Tally.objects.filter(queue__in=[queue.pk for queue in queues])
        .values("queue")
        .annotate(n=Sum("waiting"))
        .order_by("queue")
    )
    return {row["queue"]: row["n"] for row in rows}
