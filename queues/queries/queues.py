"""Read the queues: the one order, counts, who may see what."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from queues.decisions.ordering import Place, Tally, Waiting, head_places
from queues.models import Decline, Entry, Escalation, Queue, ReviewItem
from queues.models import Tally as TallyRow
from routing.models import Assignment, Rep, Rotation
from routing.queries.assignments import LARGEST_ID

KEYS = ("pk", "key1", "key2", "key3", "since_at")
FARTHER = 4  # times as many places are read when those that were read are not open


def waiting(queue: Queue) -> QuerySet[Entry]:
    """The entries of a queue that wait, in base order (before age bands)."""
    return Entry.objects.waiting().filter(queue=queue).in_base_order()


def tally(queue: Queue, *, at: datetime) -> Tally:
    """Waiting and aged leads now: the slots, plus what crossed an age since the last sweep (by index)."""
    return tallies([queue], at=at)[queue.pk]


def tallies(queues: Sequence[Queue], *, at: datetime) -> dict[int, Tally]:
    """tally() for several queues; two queries for each queue that has anybody waiting, one for all the slots."""
    rows = (
        TallyRow.objects.filter(queue__in=[queue.pk for queue in queues])
        .values("queue")
        .annotate(n=Sum("waiting"), n1=Sum("aged_first"), n2=Sum("aged_second"))
        .order_by("queue")
    )
    sums = {row["queue"]: (row["n"], row["n1"], row["n2"]) for row in rows}
    found = {}
    for queue in queues:
        n, n1, n2 = sums.get(queue.pk, (0, 0, 0))
        if n > 0:
            crossed = _crossings(queue, at=at)
            n1, n2 = n1 + crossed[0], n2 + crossed[1]
        found[queue.pk] = Tally(waiting=max(n, 0), aged_first=max(n1, 0), aged_second=max(n2, 0))
    return found


def _crossings(queue: Queue, *, at: datetime) -> tuple[int, int]:
    """How many leads reached an age since the last sweep. Counted below the queue's own row: asked plainly, the planner
    would expect a good part of a long line and start helpers for what are a few rows."""
    bands = queue.bands
    fresh = Entry.objects.waiting().filter(queue=OuterRef("pk"))
    first = fresh.filter(band=0, since_at__lte=at - bands.first_after)
    second = fresh.filter(band__in=(0, 1), since_at__lte=at - bands.second_after)
    return Queue.objects.filter(pk=queue.pk).values_list(_counted(first), _counted(second)).order_by("pk").get()


def _counted(rows: QuerySet[Entry]) -> Coalesce:
    counted = rows.order_by().values("queue").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def first_places(
    queue: Queue,
    *,
    at: datetime,
    limit: int,
    offset: int = 0,
    counts: Tally | None = None,
    for_rep=None,
    besides: Collection[int] = (),
    barred: Q | None = None,
) -> list[Place]:
    """The head of the line in the one order (B8): base order and age bands, read from two indexes.

    With `for_rep`, what this person may not take is passed over, and so are the entries `besides` and what is `barred`;
    the numbers stay those of the whole line. What is read grows with the places asked for and those passed over before
    them, not with the depth.
    """
    counts = counts if counts is not None else tally(queue, at=at)
    barred = barred if for_rep is None else _barred(queue, for_rep, at=at)
    wanted, read, open_ones = offset + limit, offset + limit + len(besides), None
    while True:
        places, passed = _head(queue, read, counts, barred, at=at)
        passed.update(besides)
        allowed = [place for place in places if place.entry.id not in passed]
        if len(allowed) < wanted and len(places) == read and open_ones is None:
            open_ones = _open_ones(queue, barred, besides, most=wanted, at=at)
        if len(places) < read or len(allowed) >= (wanted if open_ones is None else open_ones):
            return allowed[offset:wanted]
        read *= FARTHER


def _head(queue: Queue, most: int, counts: Tally, barred: Q | None, *, at: datetime) -> tuple[list[Place], set[int]]:
    """The first places of the whole line, and which of the entries read are barred."""
    passed: set[int] = set()
    line = Entry.objects.waiting().filter(queue=queue)
    keys = KEYS
    if barred is not None:
        line, keys = line.annotate(is_barred=ExpressionWrapper(barred, BooleanField())), (*KEYS, "is_barred")
    base = line.in_base_order().values_list(*keys)[: most + min(most, counts.aged_first)]
    aged = ()
    if counts.aged_first:
        aged = line.filter(since_at__lte=at - queue.bands.first_after).oldest_first().values_list(*keys)[:most]
    places = head_places(
        _streamed(base, passed),
        _streamed(aged, passed),
        counts,
        order_name=queue.order,
        bands=queue.bands,
        at=at,
        limit=most,
    )
    return places, passed


def _streamed(rows: Iterable[tuple], passed: set[int]) -> Iterator[Waiting]:
    for pk, key1, key2, key3, since_at, *is_barred in rows:
        if is_barred == [True]:
            passed.add(pk)
        yield Waiting(id=pk, keys=(key1, key2, key3), since_at=since_at)


def _barred(queue: Queue, user, *, at: datetime) -> Q:
    """Waiting entries that this person may not take now.

    Those he or she gave back while others are left for them (C4), and in a hybrid queue those that its rotation has
    had for less than the opening time; exactly at it they are open (B2, L1).
    """
    barred = Q(Exists(Decline.objects.filter(lead=OuterRef("lead"), user=user)), is_open_to_decliners=False)
    if queue.dispatch == Queue.Dispatch.HYBRID:
        barred |= Q(entered_at__gt=_opens_with(queue, at=at))
    return barred


def rotations_asked(queue: Queue) -> list[tuple[Rotation, Q | None]]:
    """The rotations that leads of this queue wait for, its own first, each with what waits for somebody else: for
    another rotation (F7), or for the owner of its account (G1)."""
    kept = Q(owner__isnull=False) if queue.asks_owner else None
    chosen = Entry.objects.waiting().filter(queue=queue, rotation=OuterRef("pk"))
    others = list(Rotation.objects.filter(Exists(chosen)).order_by("pk"))
    if not others:
        return [(queue.rotation, kept)]
    own = ~Q(rotation=None) & ~Q(rotation=queue.rotation)
    asked = [(queue.rotation, own)]
    asked += [(each, Q(rotation=None) | ~Q(rotation=each)) for each in others if each.pk != queue.rotation_id]
    return [(rotation, barred if kept is None else barred | kept) for rotation, barred in asked]


def _opens_with(queue: Queue, *, at: datetime) -> datetime:
    return at - timedelta(minutes=queue.opens_after_minutes)


def _open_ones(queue: Queue, barred: Q | None, besides: Collection[int], *, most: int, at: datetime) -> int:
    """How many entries are not barred, counted up to `most`. By the index of ages: nobody waits since after entering,
    so that a line of which nothing is open yet is not read at all."""
    line = Entry.objects.waiting().filter(queue=queue).exclude(pk__in=besides)
    if barred is not None:
        line = line.filter(~barred)
        if queue.dispatch == Queue.Dispatch.HYBRID:
            line = line.filter(since_at__lte=_opens_with(queue, at=at))
    return len(line.oldest_first().values_list("pk")[:most])


def entry_in_reach(user, pk: int) -> Entry | None:
    """A stay in one of the queues from which this person may take; over or not."""
    if pk > LARGEST_ID:
        return None
    return Entry.objects.select_related("queue").filter(queue__in=my_queues(user).values("pk"), pk=pk).first()


def my_queues(user) -> QuerySet[Queue]:
    """The queues from which this person may take (C1)."""
    return Queue.objects.active().visible_to(user).exclude(dispatch=Queue.Dispatch.PUSH).order_by("position", "pk")


def rows_for(places: Sequence[Place]) -> list[Entry]:
    """The entries of these places with their leads, in the same order; one query."""
    rows = Entry.objects.select_related("lead__source", "lead__account", "queue", "reserved_by").in_bulk(
        [place.entry.id for place in places]
    )
    found = []
    for place in places:
        entry = rows.get(place.entry.id)
        if entry is not None:
            entry.place = place
            found.append(entry)
    return found


def people_of(queue: Queue) -> QuerySet[Rep]:
    """Active reps who may take from this queue."""
    reps = Rep.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    if queue.team_id:
        return reps.filter(teams=queue.team_id)
    if queue.region:
        return reps.filter(teams__region=queue.region).distinct()
    return reps


def depth_by_queue(queues: Iterable[Queue]) -> dict[int, int]:
    rows = (
        TallyRow.objects.filter(queue__in=[queue.pk for queue in queues])
        .values("queue")
        .annotate(n=Sum("waiting"))
        .order_by("queue")
    )
    return {row["queue"]: row["n"] for row in rows}


def decliners(lead_id: int) -> frozenset[int]:
    return frozenset(Decline.objects.filter(lead=lead_id).values_list("user", flat=True).order_by("user"))


def review_count() -> int:
    return ReviewItem.objects.filter(closed_at__isnull=True).count()


def open_escalations(user, *, at: datetime) -> QuerySet[Escalation]:
    """What this manager must decide now, longest ago first (C7); what is snoozed comes back by itself."""
    return (
        escalations_of(user)
        .filter(closed_at__isnull=True)
        .filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at))
        .order_by("broke_at", "pk")
    )


def escalations_of(user) -> QuerySet[Escalation]:
    """All escalations within this person's reach: of leads that own people hold, and while nobody holds the lead,
    of the own queues. What was decided stays in reach of the queue: who comes second reads who was first (L8)."""
    if user.has_perm("queues.operate_queue"):
        return Escalation.objects.all()
    if not user.has_perm("queues.watch_queue"):
        return Escalation.objects.none()
    held = Assignment.objects.open().filter(lead=OuterRef("lead"))
    mine = held.filter(Q(holder=user) | Q(holder__rep__teams__managers=user))
    of_my_queues = Q(queue__in=Queue.objects.managed_by(user).values("pk"))
    waits_with_me = ~Q(Exists(held)) & (of_my_queues | Q(queue__isnull=True))
    return Escalation.objects.filter(Q(Exists(mine)) | waits_with_me | (Q(closed_at__isnull=False) & of_my_queues))


def open_escalation_count(user, *, at: datetime) -> int:
    return open_escalations(user, at=at).count()


def waiting_entry(lead_id: int) -> Entry | None:
    return Entry.objects.waiting().filter(lead=lead_id).select_related("queue").first()


def live_topics(user) -> set[str]:
    """What this person's pages may be told of: names only, never content, and only of what is theirs (C9, C10)."""
    topics = {f"inbox-{user.pk}", f"holder-{user.pk}"}
    if user.has_perm("queues.claim_entry"):
        topics |= {queue.topic for queue in Queue.objects.active().visible_to(user)}
    if user.has_perm("queues.watch_queue"):
        topics |= {queue.topic for queue in Queue.objects.managed_by(user)} | {"people", "escalations"}
    if user.has_perm("queues.operate_queue"):
        topics |= {queue.topic for queue in Queue.objects.all()} | {"people", "escalations", "review", "uploads"}
    return topics
