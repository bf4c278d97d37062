"""How old the leads of queues are, how many are late, and which clock of a queue runs out next (C7, E6, D1, B6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery

from queues.decisions.ordering import Bands, QueueCounts
from queues.models import Entry, Queue
from queues.queries.counts import aged_first, aged_second, counted, stored

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRESH = 4 * HOUR


@dataclass(frozen=True, slots=True)
class QueueAges:
    """Half-open bands (L1): `fresh` is younger than 4 h, `warm` from 4 to 24 h, `old` 24 h and more, and `very_old`
    two days and more. `late` are over their longest wait. `next_breach_at` is when the next clock of a waiting lead
    runs out, its wait or its age. `counts` are those of counts_by_queue()."""

    counts: QueueCounts
    depth: int
    fresh: int
    warm: int
    old: int
    very_old: int
    late: int
    oldest_at: datetime | None
    next_breach_at: datetime | None


def queue_ages(queues: Iterable[Queue], *, at: datetime) -> dict[int, QueueAges]:
    """By queue; one query for those with the same bands, which usually are all. Each number is a range of an index, and
    where the first band begins at 24 h, what is old is known from the stored counts."""
    alike: dict[tuple[Bands, int], list[int]] = defaultdict(list)
    for queue in queues:
        alike[queue.bands, queue.escalate_after_hours].append(queue.pk)
    found: dict[int, QueueAges] = {}
    for (bands, hours), pks in alike.items():
        found |= _ages_of(pks, bands, hours * HOUR, at=at)
    return found


def _ages_of(pks: Sequence[int], bands: Bands, escalate_after: timedelta, *, at: datetime) -> dict[int, QueueAges]:
    line = Entry.objects.waiting().filter(queue=OuterRef("pk"))
    here = Entry.objects.filter(queue=OuterRef("pk"))
    asked = {DAY, 2 * DAY, bands.first_after, bands.second_after}
    rows = (
        Queue.objects.filter(pk__in=pks)
        .annotate(
            **{_column(age): _older(line, age, bands, at=at) for age in asked},
            depth=stored("waiting"),
            fresh=counted(line.filter(since_at__gt=at - FRESH)),
            late=counted(line.filter(wait_due_at__lt=at)),
            oldest_at=_first(line, "since_at"),
            next_wait_at=_first(here.wait_running(at), "wait_due_at"),
            next_since_at=_first(here.age_running(escalate_after, at), "since_at"),
        )
        .values("id", "depth", "fresh", "late", "oldest_at", "next_wait_at", "next_since_at", *map(_column, asked))
        .order_by("pk")
    )
    return {row["id"]: _ages(row, bands, escalate_after) for row in rows}


def _column(age: timedelta) -> str:
    return f"older_{age // HOUR}"


def _ages(row: Mapping[str, Any], bands: Bands, escalate_after: timedelta) -> QueueAges:
    since, depth, old = row["next_since_at"], max(row["depth"], 0), row[_column(DAY)]
    due = [row["next_wait_at"], since and since + escalate_after]
    first, second = row[_column(bands.first_after)], row[_column(bands.second_after)]
    return QueueAges(
        counts=QueueCounts(waiting=depth, aged_first=max(first, 0), aged_second=max(second, 0)),
        depth=depth,
        fresh=row["fresh"],
        warm=max(row["depth"] - row["fresh"] - old, 0),
        old=old,
        very_old=row[_column(2 * DAY)],
        late=row["late"],
        oldest_at=row["oldest_at"],
        next_breach_at=min((moment for moment in due if moment is not None), default=None),
    )


def _older(line: QuerySet[Entry], age: timedelta, bands: Bands, *, at: datetime):
    """How many are this old or older: the stored count and what has crossed the band since the last sweep."""
    if age == bands.first_after:
        return aged_first(age, at=at)
    if age == bands.second_after:
        return aged_second(age, at=at)
    return counted(line.filter(since_at__lte=at - age))


def _first(rows: QuerySet[Entry], moment: str) -> Subquery:
    return Subquery(rows.order_by(moment).values(moment)[:1], output_field=DateTimeField())
