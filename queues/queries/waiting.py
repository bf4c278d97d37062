"""The waiting entries of a queue in order, and which of them a person may take (B3-B6, B8)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from queues.decisions.ordering import Position, QueueCounts, WaitingLead, head_positions
from queues.models import Decline, Entry, Queue
from queues.queries.counts import queue_counts
from routing.models import Rotation

KEYS = ("pk", "key1", "key2", "key3", "since_at")
READ_FACTOR = 4  # reads so many times more positions when those read so far are not enough


def waiting(queue: Queue) -> QuerySet[Entry]:
    """The waiting entries of a queue, in base order (before age bands)."""
    return Entry.objects.waiting().filter(queue=queue).in_base_order()


def waiting_entry(lead_id: int) -> Entry | None:
    return Entry.objects.waiting().filter(lead=lead_id).select_related("queue").first()


def first_positions(
    queue: Queue,
    *,
    at: datetime,
    limit: int,
    offset: int = 0,
    counts: QueueCounts | None = None,
    for_rep: User | None = None,
    excluding: Collection[int] = (),
    blocked: Q | None = None,
) -> list[Position]:
    """The head of the queue in order (B8): base order and age bands, read from two indexes.

    Leaves out the entries in `excluding`, those that match `blocked`, and with `for_rep` those that this rep may not
    take; numbers stay those of the whole queue. The cost grows with the positions asked for and left out before them,
    not with the depth.
    """
    counts = counts if counts is not None else queue_counts(queue, at=at)
    blocked = blocked if for_rep is None else _blocked_for(queue, for_rep, at=at)
    wanted, read, allowed_count = offset + limit, offset + limit + len(excluding), None
    while True:
        positions, left_out = _head(queue, read, counts, blocked, at=at)
        left_out.update(excluding)
        allowed = [position for position in positions if position.entry.id not in left_out]
        if len(allowed) < wanted and len(positions) == read and allowed_count is None:
            allowed_count = _count_allowed(queue, blocked, excluding, limit=wanted, at=at)
        if len(positions) < read or len(allowed) >= (wanted if allowed_count is None else allowed_count):
            return allowed[offset:wanted]
        read *= READ_FACTOR


def _head(
    queue: Queue, limit: int, counts: QueueCounts, blocked: Q | None, *, at: datetime
) -> tuple[list[Position], set[int]]:
    """The first positions of the whole queue, and which of the entries read are blocked."""
    left_out: set[int] = set()
    entries = Entry.objects.waiting().filter(queue=queue)
    keys = KEYS
    if blocked is not None:
        entries, keys = entries.annotate(is_blocked=ExpressionWrapper(blocked, BooleanField())), (*KEYS, "is_blocked")
    base = entries.in_base_order().values_list(*keys)[: limit + min(limit, counts.aged_first)]
    aged = ()
    if counts.aged_first:
        aged = entries.filter(since_at__lte=at - queue.bands.first_after).oldest_first().values_list(*keys)[:limit]
    positions = head_positions(
        _streamed(base, left_out),
        _streamed(aged, left_out),
        counts,
        order_name=queue.order,
        bands=queue.bands,
        at=at,
        limit=limit,
    )
    return positions, left_out


def _streamed(rows: Iterable[tuple], left_out: set[int]) -> Iterator[WaitingLead]:
    for pk, key1, key2, key3, since_at, *is_blocked in rows:
        if is_blocked == [True]:
            left_out.add(pk)
        yield WaitingLead(id=pk, keys=(key1, key2, key3), since_at=since_at)


def _blocked_for(queue: Queue, user: User, *, at: datetime) -> Q:
    """Waiting entries that this user may not take now.

    Those that the user gave back, unless they are open to decliners (C4); and in a hybrid queue those that entered
    less than the opening time ago. Exactly at the opening time they are open (B2, L1).
    """
    blocked = Q(Exists(Decline.objects.filter(lead=OuterRef("lead"), user=user)), is_open_to_decliners=False)
    if queue.dispatch == Queue.Dispatch.HYBRID:
        blocked |= Q(entered_at__gt=_open_since(queue, at=at))
    return blocked


def given_back_by_all(user_ids: Collection[int]) -> Q:
    """Entries whose leads all of these users gave back, unless they are open to decliners (C4)."""
    declines = Decline.objects.filter(lead=OuterRef("lead"), user__in=user_ids).order_by().values("lead")
    count = Coalesce(Subquery(declines.annotate(n=Count("pk")).values("n")), 0)
    return Q(GreaterThanOrEqual(count, len(user_ids)), is_open_to_decliners=False)


def _open_since(queue: Queue, *, at: datetime) -> datetime:
    return at - timedelta(minutes=queue.opens_after_minutes)


def _count_allowed(queue: Queue, blocked: Q | None, excluding: Collection[int], *, limit: int, at: datetime) -> int:
    """How many entries are allowed, counted up to `limit`. Uses the index by age: `since_at` is never after
    `entered_at`, so a hybrid queue in which nothing is open yet is not read at all."""
    entries = Entry.objects.waiting().filter(queue=queue).exclude(pk__in=excluding)
    if blocked is not None:
        entries = entries.filter(~blocked)
        if queue.dispatch == Queue.Dispatch.HYBRID:
            entries = entries.filter(since_at__lte=_open_since(queue, at=at))
    return len(entries.oldest_first().values_list("pk")[:limit])


def rotations_with_blocked(queue: Queue) -> list[tuple[Rotation, Q | None]]:
    """The rotations that leads of this queue wait for, its own first, each with the entries that it must leave: those
    that wait for another rotation (F7) or for the owner of their account (G1)."""
    for_owner = Q(owner__isnull=False) if queue.asks_owner else None
    chosen = Entry.objects.waiting().filter(queue=queue, rotation=OuterRef("pk"))
    other_rotations = list(Rotation.objects.filter(Exists(chosen)).order_by("pk"))
    if not other_rotations:
        return [(queue.rotation, for_owner)]
    own = ~Q(rotation=None) & ~Q(rotation=queue.rotation)
    found = [(queue.rotation, own)]
    found += [(each, Q(rotation=None) | ~Q(rotation=each)) for each in other_rotations if each.pk != queue.rotation_id]
    return [(rotation, blocked if for_owner is None else blocked | for_owner) for rotation, blocked in found]


def entries_at(positions: Sequence[Position]) -> list[Entry]:
    """The entries at these positions with their leads, in the same order; one query."""
    rows = Entry.objects.select_related("lead__source", "lead__account", "queue", "reserved_by").in_bulk(
        [position.entry.id for position in positions]
    )
    found = []
    for position in positions:
        entry = rows.get(position.entry.id)
        if entry is not None:
            entry.position = position
            found.append(entry)
    return found
