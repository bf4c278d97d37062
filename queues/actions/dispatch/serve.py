"""Serve queues: assign waiting leads to the owners of their accounts and through rotations, in order (B2, F6, G1)."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.models import BackgroundJob
from leads.models import Lead
from queues.actions.claims.guards import is_reserved
from queues.actions.dispatch.owners import serve_owners
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.decisions.ordering import Position
from queues.models import Entry, Queue
from queues.queries.access import decliners
from queues.queries.counts import queue_counts
from queues.queries.waiting import entries_at, first_positions, rotations_with_blocked
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.models import Assignment, Rotation
from routing.queries.rotation.openings import remaining_turns

log = logging.getLogger(__name__)
SERVE = "serve"
CHUNK_SIZE = 50
SHORT_QUEUE = 5


def serve(queue: Queue, *, at: datetime, limit: int = CHUNK_SIZE) -> list[Assignment]:
    """Assign waiting leads: those of known accounts to their owners (G1), then up to `limit` of a push or hybrid queue
    through each of its rotations. If nobody is available they wait (F6)."""
    if not queue.is_active:
        return []
    done = serve_owners(queue, at=at, limit=limit)
    if not queue.is_push or queue.rotation_id is None:
        return done
    for rotation, blocked in rotations_with_blocked(queue):
        try:
            done += _serve_rotation(queue, rotation, blocked, at=at, limit=limit)
        except NobodyAvailable:
            continue
    return done


@transaction.atomic
def _serve_rotation(
    queue: Queue, rotation: Rotation, blocked: Q | None, *, at: datetime, limit: int
) -> list[Assignment]:
    """`blocked` matches leads of other rotations and of owners. The rotation is locked before the queue is read, so
    that two processes never offer the same leads."""
    lock_rotations([queue.pk])
    counts = queue_counts(queue, at=at)
    turns = remaining_turns(rotation, at=at) if counts.waiting > SHORT_QUEUE else None
    if turns == 0:
        raise NobodyAvailable
    positions = first_positions(queue, at=at, limit=limit, counts=counts, blocked=blocked)
    if turns is not None:
        positions = positions[: turns + _declined_count(positions)]
    entries = entries_at(positions)
    locked = {
        entry.pk
        for entry in Entry.objects.waiting()
        .filter(pk__in=[entry.pk for entry in entries])
        .select_related("lead")
        .select_for_update(skip_locked=True, no_key=True, of=("self", "lead"))
        .order_by("pk")
        if not is_reserved(entry, queue, None, at=at)
    }
    free = [entry for entry in entries if entry.pk in locked]
    if not free:
        return []
    prefetch_related_objects(free, "lead__declines")
    return take_turns(rotation, [turn_request(entry, queue) for entry in free], at=at)


def _declined_count(positions: Sequence[Position]) -> int:
    """How many of these leads somebody gave back. A queue is long because hardly anybody can be given a lead, and every
    arrival calls this again: so no more rows are read than can be assigned, plus those that may have to be skipped."""
    given_back = Entry.objects.filter(
        pk__in=[position.entry.id for position in positions], lead__declines__isnull=False
    )
    return given_back.values("lead").distinct().count()


def turn_request(entry: Entry, queue: Queue) -> TurnRequest:
    """The request for a waiting lead: not to reps who gave it back, unless nobody else is left (C4)."""
    declined_by = () if entry.is_open_to_decliners else [decline.user_id for decline in entry.lead.declines.all()]
    return _turn_request(entry.lead, queue, not_to=declined_by, steps=entry.steps)


def turn_request_without_entry(lead: Lead, queue: Queue, *, excluding: Collection[int]) -> TurnRequest:
    """The request for a lead that is in no queue: not to these users, nor to reps who gave it back."""
    return _turn_request(lead, queue, not_to=[*excluding, *decliners(lead.pk)])


def _turn_request(lead: Lead, queue: Queue, *, not_to: Collection[int], steps: Sequence[dict] = ()) -> TurnRequest:
    return TurnRequest(
        lead=lead,
        place_name=queue.name,
        contact_minutes=queue.contact_minutes,
        not_to=frozenset(not_to),
        trail=tuple(steps),
    )


def serve_waiting(*, at: datetime, queue_ids: Collection[int] | None = None) -> int:
    """Serve every push queue in which leads wait, and every queue in which leads wait for owners of accounts, until no
    lead is left or nobody is available."""
    waiting = Entry.objects.waiting().filter(queue=OuterRef("pk"))
    pushed = ~Q(dispatch=Queue.Dispatch.PULL) & Exists(waiting)
    queues = Queue.objects.active().select_related("rotation")
    queues = queues.filter(pushed | Exists(waiting.filter(owner__isnull=False)))
    if queue_ids is not None:
        queues = queues.filter(pk__in=queue_ids)
    served, found = 0, list(queues.order_by("pk"))
    if connection.in_atomic_block:  # several rotations in one transaction are locked in one order
        lock_rotations([queue.pk for queue in found])
    for queue in found:
        while True:
            done = serve(queue, at=at)
            served += len(done)
            if len(done) < CHUNK_SIZE:
                break
    return served


def serve_in_background(queue: Queue, *, by: User | None, at: datetime) -> BackgroundJob:
    """Hand out everything that can be handed out now, in a background job."""
    return start_job(SERVE, subject=queue.topic, subject_name=queue.name, arguments={"queue": queue.pk}, by=by, at=at)


def serve_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of a serve job. It commits by itself, and two of them at once never give the same lead twice."""
    queue = Queue.objects.active().select_related("rotation").filter(pk=arguments["queue"]).first()
    done = serve(queue, at=at) if queue is not None else []
    return Chunk(len(done), after, is_last=len(done) < CHUNK_SIZE)


def serve_after(arguments: Arguments, *, by: User | None, at: datetime) -> None:
    """The end of a reorder job: hand leads out, if the change of settings asks for it."""
    queue = Queue.objects.filter(pk=arguments["queue"]).first()
    if queue is not None and arguments.get("serve"):
        serve_in_background(queue, by=by, at=at)
