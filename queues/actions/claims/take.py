"""Claim leads from queues: take next, batch, pick (C2). Two reps never get the same lead."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Value, When

from leads.models import Lead
from queues.actions.claims.guards import check_batch_size, check_not_reserved, is_reserved, remaining_claims
from queues.actions.claims.statement import claim_by_statement
from queues.decisions.ordering import Position
from queues.decisions.urgency import urgency
from queues.models import Entry, Queue, Tally
from queues.queries.counts import queue_counts
from queues.queries.guards import full_queues, reserved_entries
from queues.queries.limits import contact_terms, type_limits
from queues.queries.rules import tier_names
from queues.queries.waiting import first_positions
from routing.actions.assignment import AssignmentRequest, assign_many, lock_lead
from routing.models import Assignment

FIRST_WINDOW = 8  # so many positions are read first; twice as many each time none of them is free


class QueueIsEmpty(Exception):
    """No lead waits in the queue for this user (L8)."""


class NotYourQueue(Exception):
    """The user may not take leads from this queue (B1, C9)."""


class NotPickable(Exception):
    """The queue allows no picking, or the lead is not among the first N positions (cherry-pick guard, C2)."""


class AlreadyTaken(Exception):
    """The lead has left the queue. `assignment` says who took it and when, if somebody did."""

    def __init__(self, assignment: Assignment | None) -> None:
        self.assignment = assignment
        super().__init__("already taken")


def take_next(queue: Queue, *, by: User, at: datetime) -> Assignment:
    """Claim the first lead in order that this user may take, with its receipt."""
    return _take_next_by_statement(queue.slug, by=by, at=at) or take_next_by_orm(queue, by=by, at=at)


def take_next_at(slug: str, *, by: User, at: datetime) -> Assignment:
    """take_next() by the address of the queue, so that the plain case on PostgreSQL need not read the queue first.

    Raises Queue.DoesNotExist.
    """
    taken = _take_next_by_statement(slug, by=by, at=at)
    return taken or take_next_by_orm(Queue.objects.get(slug=slug), by=by, at=at)


def _take_next_by_statement(slug: str, *, by: User, at: datetime) -> Assignment | None:
    if connection.vendor != "postgresql":
        return None
    return claim_by_statement(slug, by=by, at=at, slots=Tally.SLOTS)


@transaction.atomic
def take_next_by_orm(queue: Queue, *, by: User, at: datetime) -> Assignment:
    """take_next() through the ORM: always on SQLite; on PostgreSQL where statement.py does not apply."""
    check_can_claim(queue, by, at=at)
    remaining_claims(queue, by)
    entry, position, depth = _lock_first(queue, by, at=at)
    return _claim([(entry, position)], depth, queue, how=Assignment.How.TAKE_NEXT, by=by, at=at)[0]


def take_next_of(queues: Sequence[Queue], *, by: User, at: datetime) -> Assignment:
    """Claim from the most urgent of these queues. Queues at whose limit of uncontacted leads the user is come last, and
    raise TooManyUncontacted."""
    full = full_queues(queues, by)
    for left in ([each for each in queues if each.pk not in full], [each for each in queues if each.pk in full]):
        while (queue := most_urgent_queue(left, by=by, at=at)) is not None:
            try:
                return take_next(queue, by=by, at=at)
            except QueueIsEmpty:
                left.remove(queue)
    raise QueueIsEmpty


def most_urgent_queue(queues: Sequence[Queue], *, by: User, at: datetime) -> Queue | None:
    """The queue with the most urgent first lead (decisions.urgency)."""
    heads: dict[int, Queue] = {}
    for queue in queues:
        reserved = reserved_entries(queue, by, at=at)
        for position in first_positions(queue, at=at, limit=1, for_rep=by, excluding=reserved):
            heads[position.entry.id] = queue
    if len(heads) <= 1:
        return next(iter(heads.values()), None)
    due = dict(Entry.objects.filter(pk__in=heads).values_list("pk", "wait_due_at").order_by("pk"))
    first = min(due, key=lambda pk: urgency(due[pk], heads[pk].position, heads[pk].pk, at=at))
    return heads[first]


@transaction.atomic
def take_batch(queue: Queue, *, count: int, by: User, at: datetime) -> list[Assignment]:
    """Claim `count` leads; fewer if fewer wait (L8), or if the limit of uncontacted leads allows fewer. Raises
    BatchOutsideLimits if the queue gives no batch of this size (L14), TakeNextOnly if it gives none at all."""
    check_can_claim(queue, by, at=at)
    check_batch_size(queue, count)
    left = remaining_claims(queue, by)
    wanted = count if left is None else min(count, left)
    taken: list[tuple[Entry, Position]] = []
    depth = 0
    while len(taken) < wanted:
        try:
            entry, position, depth_now = _lock_first(queue, by, at=at, excluding=[entry.pk for entry, _place in taken])
        except QueueIsEmpty:
            break
        depth = depth or depth_now
        taken.append((entry, position))
    if not taken:
        raise QueueIsEmpty
    return _claim(taken, depth, queue, how=Assignment.How.BATCH, by=by, at=at)


@transaction.atomic
def pick(entry: Entry, *, by: User, at: datetime) -> Assignment:
    """Claim one lead from the list, only where the queue allows it and only among its first N positions (C2)."""
    queue = entry.queue
    check_can_claim(queue, by, at=at)
    if not queue.picks_within:
        raise NotPickable
    remaining_claims(queue, by)
    lock_lead(entry.lead_id)
    locked = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("lead__source", "lead__account", "queue", "reserved_by")
        .get(pk=entry.pk)
    )
    if locked.left_at is not None:
        raise AlreadyTaken(newest_assignment(entry))
    check_not_reserved(locked, by, at=at)
    positions = first_positions(queue, at=at, limit=queue.picks_within, for_rep=by)
    position = next((position for position in positions if position.entry.id == entry.pk), None)
    if position is None:
        raise NotPickable
    depth = queue_counts(queue, at=at).waiting
    return _claim([(locked, position)], depth, queue, how=Assignment.How.PICK, by=by, at=at)[0]


def check_can_claim(queue: Queue, user: User, *, at: datetime) -> None:
    """Raise NotYourQueue unless the user may claim, sees the queue, and the queue is open for claims."""
    if not user.has_perm("queues.claim_entry") or queue.dispatch == Queue.Dispatch.PUSH:
        raise NotYourQueue
    if not Queue.objects.active().visible_to(user, at=at).filter(pk=queue.pk).exists():
        raise NotYourQueue


def newest_assignment(entry: Entry) -> Assignment | None:
    """The newest assignment of the lead of this entry, which says who took it."""
    return (
        Assignment.objects.filter(lead=entry.lead_id).select_related("holder").order_by("-assigned_at", "-pk").first()
    )


def _lock_first(queue: Queue, by: User, *, at: datetime, excluding: Sequence[int] = ()) -> tuple[Entry, Position, int]:
    """Lock the first free entry in order. Rows that others have locked are skipped. Only if all waiting rows are locked
    do we wait for one of them: so nobody reads "nothing waits" while a claim that may fail holds the last lead."""
    window = FIRST_WINDOW + len(excluding)
    while True:
        counts = queue_counts(queue, at=at)
        reserved = reserved_entries(queue, by, at=at)
        line = first_positions(queue, at=at, limit=window, counts=counts, for_rep=by, excluding=reserved)
        positions = [position for position in line if position.entry.id not in excluding]
        if not positions:
            raise QueueIsEmpty
        found = _lock_one(positions, by, at=at, skip_locked=True)
        if found is None and len(line) < window:
            if excluding:
                raise QueueIsEmpty  # a batch that holds locks must not wait: two batches could deadlock
            found = _lock_one(positions[:1], by, at=at, skip_locked=False)
        if found is not None:
            entry, position = found
            return entry, position, counts.waiting
        window *= 2


def _lock_one(
    positions: Sequence[Position], by: User, *, at: datetime, skip_locked: bool
) -> tuple[Entry, Position] | None:
    """Lock the lead at the first of these positions that is free, then its entry in the next statement.

    The lead comes first because all other actions lock the lead first. The two are not locked in one statement, because
    SKIP LOCKED would leave one lock behind on a row that it skips.
    """
    numbers = {position.entry.id: position for position in positions}
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
    if entry is None or is_reserved(entry, entry.queue, by, at=at):
        return None
    return entry, numbers[entry.pk]


def _claim(
    taken: Sequence[tuple[Entry, Position]], depth: int, queue: Queue, *, how: Assignment.How, by: User, at: datetime
) -> list[Assignment]:
    tiers, limits = tier_names(queue), type_limits([queue.pk])
    requests = [
        AssignmentRequest(
            lead=entry.lead,
            holder_id=by.pk,
            how=how,
            place_name=queue.name,
            receipt=claim_receipt(queue, entry, position, depth, how=how, at=at, tiers=tiers),
            terms=contact_terms(queue, entry.lead.lead_type, limits),
        )
        for entry, position in taken
    ]
    return assign_many(requests, by=by, at=at)


def claim_receipt(
    queue: Queue,
    entry: Entry,
    position: Position,
    depth: int,
    *,
    how: Assignment.How,
    at: datetime,
    tiers: Mapping[int, str] | None = None,
) -> dict:
    """The receipt: the position of the lead and why (C6). Pass `tiers` for a batch, so that they are read once."""
    if tiers is None:
        tiers = tier_names(queue)
    return {
        "kind": "claim",
        "how": how,
        "queue": queue.name,
        "place": position.number,
        "of": depth,
        "reason": position.reason,
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
