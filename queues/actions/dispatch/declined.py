"""Leads that everybody who is available gave back stand with the manager until somebody decides (C4, C7)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from queues.actions.clocks.escalations import escalate
from queues.models import Entry, Escalation, Queue
from queues.queries.access import decliners, reps_of
from queues.queries.needs import needs_all_declined, waiting_needs
from queues.queries.waiting import rotations_with_blocked
from routing.models import Rotation
from routing.queries.availability.status import availability_of
from routing.queries.rotation.lead_requirements import required_skill
from routing.queries.rotation.openings import Openings, openings

MAX_AT_ONCE = 100


def escalate_if_all_declined(entry: Entry, *, at: datetime) -> None:
    """Call it when a lead that somebody gave back is in its queue again. From a queue that pushes, those of its
    rotation can be given the lead; where reps take leads themselves, the reps of the queue as well."""
    queue, rotation = entry.queue, entry.rotation or entry.queue.rotation
    takers = set()
    if queue.is_push and rotation is not None:
        takers = _takers(entry, rotation, openings(rotation, at=at))
    _escalate(entry, takers | _free_reps(queue, at=at), decliners(entry.lead_id), at=at)


def escalate_declined(queue: Queue, *, at: datetime) -> None:
    """The same later on, because by now others are available than when the lead came back. What a manager has decided
    about since then is left alone."""
    needs = [text for text in waiting_needs(queue) if not text.endswith("|")]
    if not needs or queue.rotation is None:
        return
    reps = _free_reps(queue, at=at)
    known = Escalation.objects.filter(Q(closed_at__isnull=True) | Q(opened_at__gte=OuterRef("entered_at")))
    fresh = Entry.objects.waiting().filter(~Exists(known.filter(lead=OuterRef("lead"))), queue=queue, needs__gt="")
    for rotation, _blocked in rotations_with_blocked(queue):
        now = openings(rotation, at=at)
        rows = fresh.filter(needs__in=needs_all_declined(needs, rotation, now)).select_related("queue", "lead__source")
        for entry in rows.in_base_order()[:MAX_AT_ONCE]:
            _escalate(entry, _takers(entry, rotation, now) | reps, decliners(entry.lead_id), at=at)


def _takers(entry: Entry, rotation: Rotation, now: Openings) -> set[int]:
    return {each.user_id for each in now.holders(required_skill(rotation, entry.lead))}


def _free_reps(queue: Queue, *, at: datetime) -> set[int]:
    if queue.dispatch == Queue.Dispatch.PUSH:
        return set()
    people = list(reps_of(queue, at=at))
    states = availability_of(people, at=at)
    return {person.user_id for person in people if states[person.pk].is_available}


def _escalate(entry: Entry, available: Collection[int], declined: Collection[int], *, at: datetime) -> None:
    if available and set(available) <= set(declined):
        escalate(entry.lead, queue=entry.queue, kind=Escalation.Kind.DECLINED, broke_at=at, at=at)
