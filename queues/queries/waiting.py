"""The waiting entries of a queue in the one order, and what a person may not take of them (B3-B6, B8)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from queues.decisions.ordering import Place, Tally, Waiting, head_places
from queues.models import Decline, Entry, Queue
from queues.queries.counts import tally
from routing.models import Rotation

KEYS = ("pk", "key1", "key2", "key3", "since_at")
FARTHER = 4  # times as many places are read when those that were read are not open


def waiting(queue: Queue) -> QuerySet[Entry]:
    """The entries of a queue that wait, in base order (before age bands)."""
    return Entry.objects.waiting().filter(queue=queue).in_base_order()


def waiting_entry(lead_id: int) -> Entry | None:
    return Entry.objects.waiting().filter(lead=lead_id).select_related("queue").first()


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
