"""How many leads wait in a queue, how many of them are aged, and how deep queues are (B6, E5)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from queues.decisions.ordering import QueueCounts
from queues.models import Entry, Queue, Tally


def queue_counts(queue: Queue, *, at: datetime) -> QueueCounts:
    """Waiting and aged leads now: the stored counts, plus the leads that crossed an age band since the last sweep."""
    return counts_by_queue([queue], at=at)[queue.pk]


def counts_by_queue(queues: Sequence[Queue], *, at: datetime) -> dict[int, QueueCounts]:
    """queue_counts() for several queues; one query for those with the same bands, which usually are all."""
    alike: dict[tuple[timedelta, timedelta], list[int]] = defaultdict(list)
    for queue in queues:
        alike[queue.bands.first_after, queue.bands.second_after].append(queue.pk)
    found: dict[int, QueueCounts] = {}
    for (first_after, second_after), pks in alike.items():
        columns = stored("waiting"), aged_first(first_after, at=at), aged_second(second_after, at=at)
        for pk, waiting, first, second in Queue.objects.filter(pk__in=pks).values_list("pk", *columns).order_by("pk"):
            found[pk] = QueueCounts(waiting=max(waiting, 0), aged_first=max(first, 0), aged_second=max(second, 0))
    return found


def aged_first(after: timedelta, *, at: datetime) -> Combinable:
    """How many leads are in the first age band or beyond, in a statement about queues: the stored count, and what has
    crossed the band since the last sweep."""
    return stored("aged_first") + counted(_waiting_here().filter(band=0, since_at__lte=at - after))


def aged_second(after: timedelta, *, at: datetime) -> Combinable:
    """As aged_first(), for the second band."""
    crossed = _waiting_here().filter(band__in=(0, 1), since_at__lte=at - after)
    return stored("aged_second") + counted(crossed)


def stored(name: str) -> Coalesce:
    """The sum of this column of the tallies, in a statement about queues."""
    sums = Tally.objects.filter(queue=OuterRef("pk")).order_by().values("queue").annotate(n=Sum(name)).values("n")
    return Coalesce(Subquery(sums, output_field=IntegerField()), 0)


def _waiting_here() -> QuerySet[Entry]:
    return Entry.objects.waiting().filter(queue=OuterRef("pk"))


def counted(rows: QuerySet[Entry]) -> Coalesce:
    """How many of these there are, in a statement about queues; the rows are those of OuterRef("pk"). In a plain count
    the planner expects many rows of a long queue and starts parallel workers for a few."""
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
