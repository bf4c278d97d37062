"""Take a lead from its holder, and give it to somebody who has not let it breach (D2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.web.people import display_name
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import turn_request_without_entry
from queues.models import Entry, Queue
from queues.queries.access import decliners, reps_of
from queues.queries.breachers import breachers
from queues.queries.limits import terms_of
from queues.queries.segments import rotation_of
from routing.actions.assignment import AssignmentRequest, reassign, take_away
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.models import Assignment, Rep
from routing.queries.availability.status import availability_of
from routing.queries.workload import open_leads_by_user


@dataclass(frozen=True)
class _Move:
    """How the assignment before ends, how the new one begins, and who asked for it; `receipt` is for a colleague who is
    chosen by load."""

    ended_how: Assignment.Ended
    how: Assignment.How
    by: User | None
    receipt: dict


def give_to_another(held: Assignment, *, at: datetime) -> bool:
    """Reassign through the rotation of a push queue, else to the available colleague with the fewest open leads; never
    to anybody who let a contact limit of this lead run out before. False if nobody else is available.

    The new holder gets the terms that the queue has now, and a clock that begins now.
    """
    receipt = {"kind": "breach", "from": held.holder_id, "because": "least_loaded", "limit": held.contact_minutes}
    move = _Move(Assignment.Ended.BREACHED, Assignment.How.BREACH, None, receipt)
    return _give(held, last_queue(held), move, at=at) is not None


def hand_on(held: Assignment, queue: Queue | None, *, by: User, at: datetime) -> Assignment | None:
    """The same, because a manager wants it; None if nobody else is available."""
    receipt = {"kind": "decision", "how": Assignment.How.HANDED_ON, "by": display_name(by)}
    move = _Move(Assignment.Ended.REASSIGNED, Assignment.How.HANDED_ON, by, receipt)
    return _give(held, queue, move, at=at)


def _give(held: Assignment, queue: Queue | None, move: _Move, *, at: datetime) -> Assignment | None:
    if queue is None:
        return None
    not_to = {held.holder_id} | breachers(held.lead_id)
    return _by_rotation(held, queue, move, not_to=not_to, at=at) or _by_load(held, queue, move, not_to=not_to, at=at)


def _by_rotation(
    held: Assignment, queue: Queue, move: _Move, *, not_to: Collection[int], at: datetime
) -> Assignment | None:
    if not queue.is_push or queue.rotation is None:
        return None
    try:
        with transaction.atomic():
            lock_rotations([queue.pk])
            take_away(held, ended_how=move.ended_how, by=move.by, at=at)
            request = turn_request_without_entry(held.lead, queue, excluding=not_to)
            rotation = rotation_of(held.lead_id, queue) or queue.rotation
            return take_turns(rotation, [request], at=at, how=move.how, by=move.by)[0]
    except NobodyAvailable:
        return None


def _by_load(
    held: Assignment, queue: Queue, move: _Move, *, not_to: Collection[int], at: datetime
) -> Assignment | None:
    colleague = least_loaded(queue, at=at, excluding={*not_to, *decliners(held.lead_id)})
    if colleague is None:
        return None
    request = AssignmentRequest(
        lead=held.lead,
        holder_id=colleague.user_id,
        how=move.how,
        place_name=held.place_name,
        receipt=move.receipt,
        terms=terms_of(queue, held.lead.lead_type),
    )
    return reassign(held, request=request, ended_how=move.ended_how, by=move.by, at=at)


def least_loaded(queue: Queue, *, at: datetime, excluding: Collection[int] = ()) -> Rep | None:
    """The available rep of the queue with the fewest open leads; ties go by id."""
    people = [person for person in reps_of(queue, at=at) if person.user_id not in excluding]
    states = availability_of(people, at=at)
    free = [person for person in people if states[person.pk].is_available]
    load = open_leads_by_user(person.user_id for person in free)
    return min(free, key=lambda person: (load[person.user_id], person.pk), default=None)


def last_queue(held: Assignment) -> Queue | None:
    """The queue that the lead was in last."""
    entry = Entry.objects.filter(lead=held.lead_id).select_related("queue").order_by("-entered_at", "-pk").first()
    return entry.queue if entry else None
