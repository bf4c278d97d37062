"""Take a lead from a holder who let it breach, and give it to somebody who did not (D2)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import turn_request_without_entry
from queues.models import Entry, Queue
from queues.queries.access import decliners, reps_of
from queues.queries.breachers import breachers
from queues.queries.limits import contact_terms
from queues.queries.segments import rotation_of
from routing.actions.assignment import AssignmentRequest, reassign, take_away
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.models import Assignment, Rep
from routing.queries.availability.status import availability_of
from routing.queries.workload import open_leads_by_user


def give_to_another(held: Assignment, *, at: datetime) -> bool:
    """Reassign through the rotation of a push queue, else to the available colleague with the fewest open leads; never
    to anybody who let a contact limit of this lead run out before. False if nobody else is available.

    The new holder gets the terms that the queue has now, and a clock that begins now.
    """
    queue = last_queue(held)
    if queue is None:
        return False
    not_to = {held.holder_id} | breachers(held.lead_id)
    return _by_rotation(held, queue, not_to=not_to, at=at) or _by_load(held, queue, not_to=not_to, at=at)


def _by_rotation(held: Assignment, queue: Queue, *, not_to: Collection[int], at: datetime) -> bool:
    if not queue.is_push or queue.rotation is None:
        return False
    try:
        with transaction.atomic():
            lock_rotations([queue.pk])
            take_away(held, ended_how=Assignment.Ended.BREACHED, by=None, at=at)
            request = turn_request_without_entry(held.lead, queue, excluding=not_to)
            take_turns(rotation_of(held.lead_id, queue) or queue.rotation, [request], at=at, how=Assignment.How.BREACH)
    except NobodyAvailable:
        return False
    return True


def _by_load(held: Assignment, queue: Queue, *, not_to: Collection[int], at: datetime) -> bool:
    colleague = least_loaded(queue, at=at, excluding={*not_to, *decliners(held.lead_id)})
    if colleague is None:
        return False
    request = AssignmentRequest(
        lead=held.lead,
        holder_id=colleague.user_id,
        how=Assignment.How.BREACH,
        place_name=held.place_name,
        receipt={"kind": "breach", "from": held.holder_id, "because": "least_loaded", "limit": held.contact_minutes},
        terms=contact_terms(queue, held.lead.lead_type),
    )
    reassign(held, request=request, ended_how=Assignment.Ended.BREACHED, by=None, at=at)
    return True


def least_loaded(queue: Queue, *, at: datetime, excluding: Collection[int] = ()) -> Rep | None:
    """The available rep of the queue with the fewest open leads; ties go by id."""
    people = [person for person in reps_of(queue) if person.user_id not in excluding]
    states = availability_of(people, at=at)
    free = [person for person in people if states[person.pk].is_available]
    load = open_leads_by_user(person.user_id for person in free)
    return min(free, key=lambda person: (load[person.user_id], person.pk), default=None)


def last_queue(held: Assignment) -> Queue | None:
    """The queue that the lead was in last."""
    entry = Entry.objects.filter(lead=held.lead_id).select_related("queue").order_by("-entered_at", "-pk").first()
    return entry.queue if entry else None
