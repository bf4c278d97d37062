"""Take leads out of queues: take next, batch, pick (C2). Two people never get the same lead."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Case, IntegerField, Value, When

from leads.models import Lead
from queues.actions.claims.guards import TakeNextOnly, check_free, is_kept, room
from queues.actions.claims.statement import claim_at_once
from queues.decisions.ordering import Place
from queues.decisions.urgency import urgency
from queues.models import Entry, Queue, Tally
from queues.queries.counts import tally
from queues.queries.guards import full_queues, reserved_entries
from queues.queries.rules import tiers_of
from queues.queries.waiting import first_places
from routing.actions.assignment import AssignmentRequest, assign_many, lock_lead
from routing.models import Assignment

WINDOW = 8  # how far behind the head a claim looks before it reads again


class QueueIsEmpty(Exception):
    """Nothing waits in the queue for this person (L8)."""


class NotYourQueue(Exception):
    """The person may not take from this queue (B1, C9)."""


class NotPickable(Exception):
    """The queue allows no picking, or the lead stands behind the first N places (cherry-pick guard, C2)."""


class TakenMeanwhile(Exception):
    """The lead has left the queue; `assignment` says who took it and when, if somebody did."""

    def __init__(self, assignment: Assignment | None) -> None:
        self.assignment = assignment
        super().__init__("taken meanwhile")


def take_next(queue: Queue, *, by, at: datetime) -> Assignment:
    """The first lead in order that this person may have, with its receipt."""
    return _at_once(queue.slug, by=by, at=at) or take_next_step_by_step(queue, by=by, at=at)


def take_next_at(slug: str, *, by, at: datetime) -> Assignment:
    """take_next of the queue with this address, which the plain case on PostgreSQL need not read first.

    Queue.DoesNotExist when there is none.
    """
    taken = _at_once(slug, by=by, at=at)
    return taken or take_next_step_by_step(Queue.objects.get(slug=slug), by=by, at=at)


def _at_once(slug: str, *, by, at: datetime) -> Assignment | None:
    if connection.vendor != "postgresql":
        return None
    return claim_at_once(slug, by=by, at=at, slots=Tally.SLOTS)


@transaction.atomic
def take_next_step_by_step(queue: Queue, *, by, at: datetime) -> Assignment:
    """take_next through the ORM: the only way on SQLite, and the long way on PostgreSQL (claim_statement.py)."""
    check_reach(queue, by)
    room(queue, by)
    entry, place, depth = _lock_first(queue, by, at=at)
    return _claim([(entry, place)], depth, queue, how=Assignment.How.TAKE_NEXT, by=by, at=at)[0]


def take_next_of(queues: Sequence[Queue], *, by, at: datetime) -> Assignment:
    """From all these queues, the head that most_urgent() names; queues that want first contacts before are asked last,
    and say so with TooManyUncontacted."""
    full = full_queues(queues, by)
    for left in ([each for each in queues if each.pk not in full], [each for each in queues if each.pk in full]):
        while (queue := most_urgent(left, by=by, at=at)) is not None:
            try:
                return take_next(queue, by=by, at=at)
            except QueueIsEmpty:
                left.remove(queue)
    raise QueueIsEmpty


def most_urgent(queues: Sequence[Queue], *, by, at: datetime) -> Queue | None:
    """The queue with the most urgent head (decisions.urgency)."""
    heads: dict[int, Queue] = {}
    for queue in queues:
        kept = reserved_entries(queue, by, at=at)
        for place in first_places(queue, at=at, limit=1, for_rep=by, besides=kept):
            heads[place.entry.id] = queue
    if len(heads) <= 1:
        return next(iter(heads.values()), None)
    due = dict(Entry.objects.filter(pk__in=heads).values_list("pk", "wait_due_at").order_by("pk"))
    first = min(due, key=lambda pk: urgency(due[pk], heads[pk].position, heads[pk].pk, at=at))
    return heads[first]


@transaction.atomic
def take_batch(queue: Queue, *, count: int, by, at: datetime) -> list[Assignment]:
    """Up to `count` leads, at most the queue's batch size; fewer when fewer wait (L8), or when more would be left
    uncontacted than the queue allows."""
    check_reach(queue, by)
    if queue.is_blind:
        raise TakeNextOnly
    wanted = max(1, min(count, queue.batch_size))
    left = room(queue, by)
    wanted = wanted if left is None else min(wanted, left)
    taken: list[tuple[Entry, Place]] = []
    depth = 0
    while len(taken) < wanted:
        try:
            entry, place, depth_now = _lock_first(queue, by, at=at, besides=[entry.pk for entry, _place in taken])
        except QueueIsEmpty:
            break
        depth = depth or depth_now
        taken.append((entry, place))
    if not taken:
        raise QueueIsEmpty
    return _claim(taken, depth, queue, how=Assignment.How.BATCH, by=by, at=at)


@transaction.atomic
def pick(entry: Entry, *, by, at: datetime) -> Assignment:
    """One lead from the list, only where the queue allows it and only within its first N places (C2)."""
    queue = entry.queue
    check_reach(queue, by)
    if not queue.picks_within:
        raise NotPickable
    room(queue, by)
    lock_lead(entry.lead_id)
    locked = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("lead__source", "lead__account", "queue", "reserved_by")
        .get(pk=entry.pk)
    )
    if locked.left_at is not None:
        raise TakenMeanwhile(taken_by(entry))
    check_free(locked, by, at=at)
    places = first_places(queue, at=at, limit=queue.picks_within, for_rep=by)
    place = next((place for place in places if place.entry.id == entry.pk), None)
    if place is None:
        raise NotPickable
    depth = tally(queue, at=at).waiting
    return _claim([(locked, place)], depth, queue, how=Assignment.How.PICK, by=by, at=at)[0]


def check_reach(queue: Queue, user) -> None:
    """Only reps who see the queue may take, and only from queues that are open for it."""
    if not user.has_perm("queues.claim_entry") or queue.dispatch == Queue.Dispatch.PUSH:
        raise NotYourQueue
    if not Queue.objects.active().visible_to(user).filter(pk=queue.pk).exists():
        raise NotYourQueue


def taken_by(entry: Entry) -> Assignment | None:
    """Who has the lead of an entry that left the queue."""
    return (
        Assignment.objects.filter(lead=entry.lead_id).select_related("holder").order_by("-assigned_at", "-pk").first()
    )


def _lock_first(queue: Queue, by, *, at: datetime, besides: Sequence[int] = ()) -> tuple[Entry, Place, int]:
    """Lock the first free entry in order. Rows that others are taking at this moment are passed over; only when the
    whole line is in other hands do we wait for one of them, so that a claim that fails leaves nothing behind."""
    window = WINDOW + len(besides)
    while True:
        counts = tally(queue, at=at)
        kept = reserved_entries(queue, by, at=at)
        line = first_places(queue, at=at, limit=window, counts=counts, for_rep=by, besides=kept)
        places = [place for place in line if place.entry.id not in besides]
        if not places:
            raise QueueIsEmpty
        found = _lock_one(places, by, at=at, skip_locked=True)
        if found is None and len(line) < window:
            if besides:
                raise QueueIsEmpty  # who holds leads waits for nobody: two batches would wait for each other
            found = _lock_one(places[:1], by, at=at, skip_locked=False)
        if found is not None:
            entry, place = found
            return entry, place, counts.waiting
        window *= 2


def _lock_one(places: Sequence[Place], by, *, at: datetime, skip_locked: bool) -> tuple[Entry, Place] | None:
    """Lock the lead of the first of these places that is free, and its entry in the next statement.

    The lead comes first because everything else that moves a lead locks it first; a row that SKIP LOCKED passes over
    must leave no lock behind, so the two are never locked in one statement.
    """
    numbers = {place.entry.id: place for place in places}
    rank = Case(
        *(When(entries__pk=pk, then=Value(step)) for step, pk in enumerate(numbers)), output_field=IntegerField()
    )
    waiting = Lead.objects.filter(entries__pk__in=numbers, entries__left_at__isnull=True).order_by(rank, "pk")
    lead = waiting.only("pk").select_for_update(skip_locked=skip_locked, no_key=True, of=("self",)).first()
    if lead is None:
        return None
    entry = (
        Entry.objects.waiting()
        .filter(lead=lead.pk, pk__in=numbers)
        .select_related("lead__source", "lead__account", "queue")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )
    if entry is None or is_kept(entry, entry.queue, by, at=at):
        return None
    return entry, numbers[entry.pk]


def _claim(
    taken: Sequence[tuple[Entry, Place]], depth: int, queue: Queue, *, how: str, by, at: datetime
) -> list[Assignment]:
    tiers = tiers_of(queue)
    requests = [
        AssignmentRequest(
            lead=entry.lead,
            holder_id=by.pk,
            how=how,
            place_name=queue.name,
            receipt=place_receipt(queue, entry, place, depth, how=how, at=at, tiers=tiers),
            contact_minutes=queue.contact_minutes,
        )
        for entry, place in taken
    ]
    return assign_many(requests, by=by, at=at)


def place_receipt(
    queue: Queue,
    entry: Entry,
    place: Place,
    depth: int,
    *,
    how: str,
    at: datetime,
    tiers: Mapping[int, str] | None = None,
) -> dict:
    """Where the lead stood and why (C6). `tiers`, by number, saves reading them for every lead of a batch."""
    if tiers is None:
        tiers = tiers_of(queue)
    return {
        "kind": "claim",
        "how": how,
        "queue": queue.name,
        "place": place.number,
        "of": depth,
        "reason": place.reason,
        "order": queue.order,
        "score": entry.lead.score,
        "tier": tiers.get(entry.tier, ""),
        "blind": queue.is_blind,
        "waited_seconds": int((at - entry.since_at).total_seconds()),
        "hot_above": queue.hot_score,
        "bands": [
            [queue.first_band_hours, queue.first_band_percent],
            [queue.second_band_hours, queue.second_band_percent],
        ],
    }
