"""Serve queues: assign waiting leads to the owners of their accounts and through rotations, in order (B2, F6, G1)."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.models import BackgroundJob
from leads.models import Lead
from queues.actions.claims.guards import is_reserved
from queues.actions.dispatch.declined import escalate_declined
from queues.actions.dispatch.first_givable import first_givable, keep_needs_current
from queues.actions.dispatch.owners import serve_owners
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.decisions.ordering import QueueCounts
from queues.models import Entry, Queue
from queues.queries.access import decliners
from queues.queries.counts import queue_counts
from queues.queries.guards import reserved_entries
from queues.queries.limits import TypeLimits, contact_terms, type_limits
from queues.queries.waiting import first_positions, rotations_with_blocked
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.rotation.versions import publish_due_of
from routing.models import Assignment, Rotation
from routing.queries.rotation.openings import openings

log = logging.getLogger(__name__)
SERVE = "serve"
CHUNK_SIZE = 200  # half a second under the lock of the rotation; fifty at a time cost half as much again
SHORT_QUEUE = 5
MAX_PASSES = 20
UNREAD = ("trail", "lead__message", "lead__score_parts", "lead__problems", "lead__extra")  # texts that no turn asks for


def serve(queue: Queue, *, at: datetime, limit: int = CHUNK_SIZE) -> list[Assignment]:
    """Assign waiting leads: those of known accounts to their owners (G1), then up to `limit` of a push or hybrid queue
    through each of its rotations. If nobody is available they wait (F6)."""
    if not queue.is_active:
        return []
    done = serve_owners(queue, at=at, limit=limit)
    if not queue.is_push or queue.rotation_id is None:
        return done
    rotations = dict(rotations_with_blocked(queue))
    for rotation in rotations:
        try:
            done += _serve_rotation(queue, rotation, rotations, at=at, limit=limit)
        except NobodyAvailable:
            continue
    return done


@transaction.atomic
def _serve_rotation(
    queue: Queue, rotation: Rotation, rotations: Mapping[Rotation, Q | None], *, at: datetime, limit: int
) -> list[Assignment]:
    """`rotations` has, for each, what matches the leads of the others and of owners. The rotation is locked before the
    queue is read, so that two processes never offer the same leads."""
    lock_rotations([queue.pk])
    counts = queue_counts(queue, at=at)
    if counts.waiting > SHORT_QUEUE:
        return _serve_long(queue, rotation, rotations, counts, at=at, limit=limit)
    positions = first_positions(queue, at=at, limit=limit, counts=counts, blocked=rotations[rotation])
    free = lock_free([position.entry.id for position in positions], queue, at=at)
    return take_turns(rotation, turn_requests(free, queue), at=at) if free else []


def _serve_long(
    queue: Queue,
    rotation: Rotation,
    rotations: Collection[Rotation],
    counts: QueueCounts,
    *,
    at: datetime,
    limit: int,
) -> list[Assignment]:
    """A queue is long because hardly anybody can be given a lead, and every arrival calls this again. So it asks first
    who is free and what is needed, and reads only leads that somebody free may have.

    A lead can turn out to have no taker: the only one with the skill is at the cap after the lead before it, or another
    process holds it. Then those behind it are tried.
    """
    if publish_due_of(rotation, at=at):
        rotation.refresh_from_db()
    now = openings(rotation, at=at)
    if now.turns == 0:
        return []
    keep_needs_current(queue, rotations, at=at)
    given: list[Assignment] = []
    tried = set(reserved_entries(queue, None, at=at))
    for number in range(MAX_PASSES):
        wanted = limit - len(given) if now.turns is None else min(limit - len(given), now.turns)
        current = queue_counts(queue, at=at) if number else counts
        ids = first_givable(queue, {rotation: now}, current, at=at, limit=wanted, excluding=tried)
        new = _take_turns(rotation, lock_free(ids, queue, at=at), queue, at=at)
        given += new
        is_last = len(ids) < wanted and len(new) == len(ids)
        if is_last or len(given) == limit or (now := openings(rotation, at=at)).turns == 0:
            break
        tried.update(ids)
    return given


def _take_turns(rotation: Rotation, entries: Sequence[Entry], queue: Queue, *, at: datetime) -> list[Assignment]:
    try:
        return take_turns(rotation, turn_requests(entries, queue), at=at) if entries else []
    except NobodyAvailable:
        return []


def lock_free(ids: Sequence[int], queue: Queue, *, at: datetime) -> list[Entry]:
    """Lock these entries and their leads, and return them in this order; without those that others hold or have
    reserved."""
    rows = Entry.objects.waiting().filter(pk__in=ids).select_related("lead__account").defer(*UNREAD)
    locked = {
        entry.pk: entry
        for entry in rows.select_for_update(skip_locked=True, no_key=True, of=("self", "lead")).order_by("pk")
        if not is_reserved(entry, queue, None, at=at)
    }
    free = [locked[pk] for pk in ids if pk in locked]
    prefetch_related_objects(free, "lead__declines", "lead__source")
    return free


def turn_requests(entries: Sequence[Entry], queue: Queue) -> list[TurnRequest]:
    """The requests for waiting leads: not to reps who gave one back, unless a manager moved it to the front (C4)."""
    limits, found = type_limits([queue.pk]), []
    for entry in entries:
        declined_by = () if entry.is_open_again else [decline.user_id for decline in entry.lead.declines.all()]
        found.append(_turn_request(entry.lead, queue, limits, not_to=declined_by, steps=entry.steps))
    return found


def turn_request_without_entry(lead: Lead, queue: Queue, *, excluding: Collection[int]) -> TurnRequest:
    """The request for a lead that is in no queue: not to these users, who had it, nor to reps who gave it back."""
    gave_back = set(decliners(lead.pk))
    request = _turn_request(lead, queue, type_limits([queue.pk]), not_to=[*excluding, *gave_back])
    return replace(request, had_it=frozenset(excluding) - gave_back)


def _turn_request(
    lead: Lead, queue: Queue, limits: TypeLimits, *, not_to: Collection[int], steps: Sequence[dict] = ()
) -> TurnRequest:
    return TurnRequest(
        lead=lead,
        place_name=queue.name,
        terms=contact_terms(queue, lead.lead_type, limits),
        not_to=frozenset(not_to),
        trail=tuple(steps),
    )


def serve_waiting(*, at: datetime, queue_ids: Collection[int] | None = None) -> int:
    """Serve every push queue in which leads wait, and every queue in which leads wait for owners of accounts, until no
    lead is left or nobody is available."""
    if queue_ids is not None and not queue_ids:
        return 0
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
        if queue_ids is None:  # somebody came or went, not only a lead
            escalate_declined(queue, at=at)
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
