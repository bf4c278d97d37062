"""What the guards of a queue need: uncontacted leads, skips, reservations, and who can be given a lead (C4c)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, QuerySet, Subquery

from queues.decisions.assign_next import RepCandidate
from queues.models import Entry, Queue
from queues.queries.access import decliners, reps_of
from routing.models import Assignment, Rep
from routing.queries.availability.status import availability_of
from routing.queries.workload import open_leads_by_user

# the guard counts leads that the rep claimed, or that Assign next gave
COUNTED_HOW = (
    Assignment.How.TAKE_NEXT,
    Assignment.How.PICK,
    Assignment.How.BATCH,
    Assignment.How.ASSIGN_NEXT,
)


def uncontacted(queues: Collection[Queue], user_ids: Collection[int]) -> QuerySet[Assignment]:
    """Leads of these queues that these users hold and have not contacted yet."""
    return Assignment.objects.uncontacted().filter(holder__in=user_ids, how__in=COUNTED_HOW, entry__queue__in=queues)


def full_queues(queues: Collection[Queue], user: User) -> dict[int, int]:
    """The queues at whose limit of uncontacted leads this user is: how many first contacts are needed, by queue. No
    query if no queue has a limit."""
    guarded = {queue.pk: queue.uncontacted_limit for queue in queues if queue.uncontacted_limit}
    if not guarded:
        return {}
    rows = uncontacted(list(guarded), [user.pk]).values("entry__queue").annotate(n=Count("pk")).order_by("entry__queue")
    counts = {row["entry__queue"]: row["n"] for row in rows}
    return {pk: counts[pk] - limit + 1 for pk, limit in guarded.items() if counts.get(pk, 0) >= limit}


@dataclass(frozen=True, slots=True)
class Skips:
    """How often one user gave leads of one blind queue back before first contact in 30 days, and why."""

    user_id: int
    queue: str
    reasons: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return sum(n for _reason, n in self.reasons)


def skips(user_ids: Collection[int], *, since: datetime, queue: Queue | None = None) -> list[Skips]:
    """`since` is where the 30 days begin; one query. Users with the most skips come first; their reasons are ordered in
    the same way."""
    rows = Assignment.objects.filter(
        holder__in=user_ids,
        ended_at__gte=since,
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
    found_skips = [Skips(user_id, name, tuple(reasons)) for (user_id, name), reasons in found.items()]
    return sorted(found_skips, key=lambda each: (-each.count, each.user_id, each.queue))


def reserved_entries(queue: Queue, user: User | None, *, at: datetime) -> frozenset[int]:
    """Waiting entries that somebody else has reserved now (`user` None: anybody). No query if the queue has no
    reservations."""
    if not queue.is_reserving:
        return frozenset()
    others = Entry.objects.waiting().filter(queue=queue).reserved(at)
    others = others.exclude(reserved_by=user) if user is not None else others
    return frozenset(others.values_list("pk", flat=True).order_by("pk"))


def assignment_candidates(queue: Queue, entry: Entry, *, at: datetime) -> tuple[dict[int, Rep], list[RepCandidate]]:
    """The reps of the queue by id, and a RepCandidate for each of them and this lead; six queries for any number of
    reps."""
    given = Assignment.objects.standing().filter(holder=OuterRef("user")).order_by("-assigned_at", "-pk")
    people = {rep.pk: rep for rep in reps_of(queue, at=at).annotate(last_at=Subquery(given.values("assigned_at")[:1]))}
    states = availability_of(people.values(), at=at)
    ids = [rep.user_id for rep in people.values()]
    load = open_leads_by_user(ids)
    rows = uncontacted([queue], ids).values("holder").annotate(n=Count("pk")).order_by("holder")
    silent = {row["holder"]: row["n"] for row in rows} if queue.uncontacted_limit else {}
    declined = frozenset() if entry.is_open_to_decliners else decliners(entry.lead_id)
    return people, [
        RepCandidate(
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
