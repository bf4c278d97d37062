"""Reads what a queue's guards ask: leads not yet contacted, who looks closer at what, who can be given a lead (C4c)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery

from queues.decisions.assign_next import Candidate
from queues.models import Entry, Queue
from queues.queries.access import decliners, people_of
from routing.models import Assignment, Rep
from routing.queries.availability.status import availability_of
from routing.queries.workload import open_load

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
    """Waiting entries at which somebody else looks closer now (`user` None: anybody); no query where looking does not
    reserve."""
    if not queue.is_reserving:
        return frozenset()
    others = Entry.objects.waiting().filter(queue=queue).reserved(at)
    others = others.exclude(reserved_by=user) if user is not None else others
    return frozenset(others.values_list("pk", flat=True).order_by("pk"))


def assignable(queue: Queue, entry: Entry, *, at: datetime) -> tuple[dict[int, Rep], list[Candidate]]:
    """The queue's people by rep id, and what decisions.assigning needs to know of each for this lead; six queries for
    any number of people."""
    given = Assignment.objects.standing().filter(holder=OuterRef("user")).order_by("-assigned_at", "-pk")
    people = {rep.pk: rep for rep in people_of(queue).annotate(last_at=Subquery(given.values("assigned_at")[:1]))}
    states = availability_of(people.values(), at=at)
    ids = [rep.user_id for rep in people.values()]
    load = open_load(ids)
    rows = uncontacted([queue], ids).values("holder").annotate(n=Count("pk")).order_by("holder")
    silent = {row["holder"]: row["n"] for row in rows} if queue.uncontacted_limit else {}
    declined = frozenset() if entry.is_open_to_decliners else decliners(entry.lead_id)
    return people, [
        Candidate(
            rep_id=rep.pk,
            is_available=states[rep.pk].is_available,
            reason=states[rep.pk].reason,
            has_declined=rep.user_id in declined,
            open_leads=load[rep.user_id],
            capacity=rep.capacity,
            uncontacted=silent.get(rep.user_id, 0),
            last_at=rep.last_at,
        )
        for rep in people.values()
    ]
