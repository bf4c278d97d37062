"""Serve queues: leads go to the owners of their accounts, and to a rotation, first in order first (B2, F6, G1)."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from leads.models import Lead
from queues.actions.claims.guards import is_kept
from queues.actions.dispatch.owners import serve_owners
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.decisions.ordering import Place
from queues.models import Entry, Queue
from queues.queries.access import decliners
from queues.queries.counts import tally
from queues.queries.waiting import first_places, rotations_asked, rows_for
from routing.actions.rotation.turns import NobodyAvailable, Wish, take_turns
from routing.models import Assignment, Rotation
from routing.queries.rotation.openings import possible_turns

log = logging.getLogger(__name__)
AT_ONCE = 50
A_FEW = 5


def serve(queue: Queue, *, at: datetime, most: int = AT_ONCE) -> list[Assignment]:
    """Hand out waiting leads: those of known accounts to their owners (G1), then up to `most` of a push or hybrid queue
    through its rotation; nobody available means that they wait (F6)."""
    if not queue.is_active:
        return []
    done = serve_owners(queue, at=at, most=most)
    if not queue.is_push or queue.rotation_id is None:
        return done
    for rotation, barred in rotations_asked(queue):
        try:
            done += _serve(queue, rotation, barred, at=at, most=most)
        except NobodyAvailable:
            continue
    return done


@transaction.atomic
def _serve(queue: Queue, rotation: Rotation, barred: Q | None, *, at: datetime, most: int) -> list[Assignment]:
    """`barred` are leads of other rotations and of owners. The rotation row is locked before the line is read, so that
    two servers never offer the same leads."""
    lock_rotations([queue.pk])
    counts = tally(queue, at=at)
    turns = possible_turns(rotation, at=at) if counts.waiting > A_FEW else None
    if turns == 0:
        raise NobodyAvailable
    places = first_places(queue, at=at, limit=most, counts=counts, barred=barred)
    if turns is not None:
        places = places[: turns + _given_back(places)]
    entries = rows_for(places)
    locked = {
        entry.pk
        for entry in Entry.objects.waiting()
        .filter(pk__in=[entry.pk for entry in entries])
        .select_related("lead")
        .select_for_update(skip_locked=True, no_key=True, of=("self", "lead"))
        .order_by("pk")
        if not is_kept(entry, queue, None, at=at)
    }
    free = [entry for entry in entries if entry.pk in locked]
    if not free:
        return []
    prefetch_related_objects(free, "lead__declines")
    return take_turns(rotation, [wish_of(entry, queue) for entry in free], at=at)


def _given_back(places: Sequence[Place]) -> int:
    """How many of these somebody gave back. A long line stands because hardly anybody can be given a lead, and every
    arrival asks again: no more rows are read than can be given, and those that may have to be passed over on top."""
    given_back = Entry.objects.filter(pk__in=[place.entry.id for place in places], lead__declines__isnull=False)
    return given_back.values("lead").distinct().count()


def wish_of(entry: Entry, queue: Queue) -> Wish:
    """Not to who gave it back, unless nobody else is left (C4)."""
    turned_down = () if entry.is_open_to_decliners else [decline.user_id for decline in entry.lead.declines.all()]
    return _wish(entry.lead, queue, not_to=turned_down, steps=entry.steps)


def wish_for(lead: Lead, queue: Queue, *, besides: Collection[int]) -> Wish:
    """For a lead that waits nowhere: not to these people, nor to who gave it back."""
    return _wish(lead, queue, not_to=[*besides, *decliners(lead.pk)])


def _wish(lead: Lead, queue: Queue, *, not_to: Collection[int], steps: Sequence[dict] = ()) -> Wish:
    return Wish(
        lead=lead,
        place_name=queue.name,
        contact_minutes=queue.contact_minutes,
        not_to=frozenset(not_to),
        trail=tuple(steps),
    )


def serve_waiting(*, at: datetime, queue_ids: Collection[int] | None = None) -> int:
    """Serve every push queue in which somebody waits, and every queue in which a lead is meant for the owner of its
    account, until nobody is left or available."""
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
            if len(done) < AT_ONCE:
                break
    return served
