"""Reads what a queue's guards ask of a rep: leads not yet contacted, and who looks closer at what (C4c)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from queues.models import Entry, Queue
from routing.models import Assignment

# how a rep comes to hold a lead that the guard counts: by a claim of his or her own, or pushed by Assign next
COUNTED = (
    Assignment.How.TAKE_NEXT,
    Assignment.How.PICK,
    Assignment.How.BATCH,
    Assignment.How.ASSIGN_NEXT,
)


def uncontacted(queues: Collection[Queue], user_ids: Collection[int]) -> QuerySet[Assignment]:
    """Leads of these queues that these people hold and have not contacted yet."""
    return Assignment.objects.uncontacted().filter(holder__in=user_ids, how__in=COUNTED, entry__queue__in=queues)


def full_queues(queues: Collection[Queue], user) -> dict[int, int]:
    """The queues that give this person nothing until some leads are contacted: how many, by queue. No query where no
    queue has the guard."""
    guarded = {queue.pk: queue.uncontacted_limit for queue in queues if queue.uncontacted_limit}
    if not guarded:
        return {}
    rows = uncontacted(list(guarded), [user.pk]).values("entry__queue").annotate(n=Count("pk")).order_by("entry__queue")
    counts = {row["entry__queue"]: row["n"] for row in rows}
    return {pk: counts[pk] - limit + 1 for pk, limit in guarded.items() if counts.get(pk, 0) >= limit}


SKIPS_OF = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Skips:
    """How often one person gave leads of one blind queue back before any contact in 30 days, and why."""

    user_id: int
    queue: str
    reasons: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return sum(n for _reason, n in self.reasons)


def skips(user_ids: Collection[int], *, at: datetime, queue: Queue | None = None) -> list[Skips]:
    """One query, by the index of what a person closed; the person with the most first, reasons too."""
    rows = Assignment.objects.filter(
        holder__in=user_ids,
        ended_at__gt=at - SKIPS_OF,
        ended_how=Assignment.Ended.RETURNED,
        first_contact_at__isnull=True,
        receipt__blind=True,
    )
    if queue is not None:
        rows = rows.filter(entry__queue=queue)
    counted = rows.values("holder", "entry__queue__name", "end_reason").annotate(n=Count("pk"))
    found: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for row in counted.order_by("holder", "entry__queue__name", "-n", "end_reason"):
        key = (row["holder"], row["entry__queue__name"] or "")
        found.setdefault(key, []).append((row["end_reason"], row["n"]))
    told = [Skips(user_id, name, tuple(reasons)) for (user_id, name), reasons in found.items()]
    return sorted(told, key=lambda each: (-each.count, each.user_id, each.queue))


def reserved_entries(queue: Queue, user, *, at: datetime) -> frozenset[int]:
    """Waiting entries at which somebody else looks closer now; no query where looking does not reserve."""
    if not queue.is_reserving:
        return frozenset()
    others = Entry.objects.waiting().filter(queue=queue).reserved(at).exclude(reserved_by=user)
    return frozenset(others.values_list("pk", flat=True).order_by("pk"))
