"""How old the leads of queues are, how many are late, and which clock of a queue runs out next (C7, E6, D1, B6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from queues.decisions.ordering import Bands
from queues.models import Entry, Queue, Tally
from queues.queries.counts import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRESH = 4 * HOUR


@dataclass(frozen=True, slots=True)
class QueueAges:
    """Half-open bands (L1): `fresh` is younger than 4 h, `warm` from 4 to 24 h, `old` 24 h and more, and `very_old`
    two days and more. `late` are over their longest wait. `next_breach_at` is when the next clock of a waiting lead
    runs out, its wait or its age."""

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
    rows = (
        Queue.objects.filter(pk__in=pks)
        .annotate(
            depth=_stored("waiting"),
            fresh=counted(line.filter(since_at__gt=at - FRESH)),
            old=_older(line, DAY, bands, at=at),
            very_old=_older(line, 2 * DAY, bands, at=at),
            late=counted(line.filter(wait_due_at__lt=at)),
            oldest_at=_first(line, "since_at"),
            next_wait_at=_first(here.wait_running(at), "wait_due_at"),
            next_since_at=_first(here.age_running(escalate_after, at), "since_at"),
        )
        .values("id", "depth", "fresh", "old", "very_old", "late", "oldest_at", "next_wait_at", "next_since_at")
        .order_by("pk")
    )
    return {row["id"]: _ages(row, escalate_after) for row in rows}


def _ages(row: Mapping[str, Any], escalate_after: timedelta) -> QueueAges:
    since = row["next_since_at"]
    due = [row["next_wait_at"], since and since + escalate_after]
    return QueueAges(
        depth=max(row["depth"], 0),
        fresh=row["fresh"],
        warm=max(row["depth"] - row["fresh"] - row["old"], 0),
        old=row["old"],
        very_old=row["very_old"],
        late=row["late"],
        oldest_at=row["oldest_at"],
        next_breach_at=min((moment for moment in due if moment is not None), default=None),
    )


def _older(line: QuerySet[Entry], age: timedelta, bands: Bands, *, at: datetime):
    """How many are this old or older: the stored count and what has crossed the band since the last sweep."""
    crossed = line.filter(since_at__lte=at - age)
    if age == bands.first_after:
        return _stored("aged_first") + counted(crossed.filter(band=0))
    if age == bands.second_after:
        return _stored("aged_second") + counted(crossed.filter(band__in=(0, 1)))
    return counted(crossed)


def _stored(name: str) -> Coalesce:
    sums = Tally.objects.filter(queue=OuterRef("pk")).order_by().values("queue").annotate(n=Sum(name)).values("n")
    return Coalesce(Subquery(sums, output_field=IntegerField()), 0)


def _first(rows: QuerySet[Entry], moment: str) -> Subquery:
    return Subquery(rows.order_by(moment).values(moment)[:1], output_field=DateTimeField())
