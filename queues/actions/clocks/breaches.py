"""Act on clocks that ran out: contact steps (D2), longest waits (D1), the age ladder (B6).

Every sweep asks "past due?", takes one row in one transaction, looks again under the lock, acts and records. The
breach row is unique for its clock, so that a sweep may run twice, late, or beside itself.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from config.live import announce
from leads.models import Activity
from queues.actions.clocks.escalations import escalate
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import turn_request, turn_request_without_entry
from queues.actions.entries.counts import mark_crossings
from queues.decisions.escalation import BreachAct, Step, contact_steps, next_step, steps_due
from queues.models import Breach, Entry, Escalation, Queue
from queues.queries.access import decliners, reps_of
from queues.queries.breachers import breachers
from queues.queries.limits import contact_terms
from queues.queries.segments import rotation_of
from routing.actions.assignment import AssignmentRequest, reassign, take_away
from routing.actions.notifications import notify
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.models import Assignment, Notification, Rep
from routing.queries.availability.status import availability_of
from routing.queries.people import manager_ids_of_holder
from routing.queries.workload import open_leads_by_user

CHUNK_SIZE = 500


def escalate_overdue(*, at: datetime) -> int:
    """Carry out every contact step that is overdue, in order: remind, notify the manager, reassign (D2)."""
    ids = list(
        Assignment.objects.overdue(at).order_by("contact_due_at", "pk").values_list("pk", flat=True)[:CHUNK_SIZE]
    )
    return sum(_act_on_contact(pk, at=at) for pk in ids) + _retry_stuck(at=at)


def _retry_stuck(*, at: datetime) -> int:
    """Leads that could not be reassigned at their third breach go to a colleague as soon as one is available."""
    stuck = Assignment.objects.uncontacted().filter(breaches__gt=0, contact_due_at__isnull=True)
    ids = list(stuck.order_by("assigned_at", "pk").values_list("pk", flat=True)[:CHUNK_SIZE])
    return sum(_retry_one(pk, at=at) for pk in ids)


@transaction.atomic
def _retry_one(pk: int, *, at: datetime) -> int:
    held = (
        Assignment.objects.uncontacted()
        .select_for_update(skip_locked=True, no_key=True, of=("self", "lead"))
        .select_related("lead")
        .filter(pk=pk, contact_due_at__isnull=True)
        .first()
    )
    return int(held is not None and _give_to_another(held, broke_at=held.first_due_at or at, at=at))


@transaction.atomic
def _act_on_contact(pk: int, *, at: datetime) -> int:
    held = (
        Assignment.objects.overdue(at)
        .select_for_update(skip_locked=True, no_key=True, of=("self", "lead"))
        .select_related("lead")
        .filter(pk=pk)
        .first()
    )
    if held is None:
        return 0
    # Wall time for every lead type: working hours (`hours`) and limits by lead type (contact_limit) are not wired yet.
    steps = contact_steps(held.assigned_at, timedelta(minutes=held.contact_minutes))
    due = steps_due(steps, held.breaches, at)
    for step in due:
        Breach.objects.create(
            clock=Breach.Clock.CONTACT,
            number=step.number,
            lead=held.lead,
            assignment=held,
            due_at=step.due_at,
            at=at,
            act=step.act,
        )
        Activity.objects.create(
            lead=held.lead,
            kind=Activity.Kind.BREACHED,
            at=at,
            details={"clock": Breach.Clock.CONTACT, "number": step.number, "act": step.act, "holder": held.holder_id},
        )
    held.breaches += len(due)
    following = next_step(steps, held.breaches)
    held.contact_due_at = following.due_at if following else None
    held.save(update_fields=["breaches", "contact_due_at"])
    for step in due:
        _carry_out(step, held, at=at)
    announce(f"holder-{held.holder_id}")
    return len(due)


def _carry_out(step: Step, held: Assignment, *, at: datetime) -> None:
    details = {"label": held.lead.label, "number": step.number, "holder": held.holder_id}
    key = f"contact-{held.pk}-{step.number}"
    if step.act == BreachAct.REMIND:
        notify(
            [held.holder_id], kind=Notification.Kind.CONTACT_DUE, key=key, at=at, lead_id=held.lead_id, details=details
        )
    elif step.act == BreachAct.TELL_MANAGER:
        queue = last_queue(held)
        notify(
            manager_ids_of_holder(held.holder_id),
            kind=Notification.Kind.TEAM_CONTACT_DUE,
            key=key,
            at=at,
            lead_id=held.lead_id,
            details=details,
        )
        escalate(held.lead, queue=queue, kind=Escalation.Kind.CONTACT, broke_at=step.due_at, at=at)
    else:
        _give_to_another(held, broke_at=step.due_at, at=at)


def _give_to_another(held: Assignment, *, broke_at: datetime, at: datetime) -> bool:
    """Reassign through the rotation of a push queue, else to the available colleague with the fewest open leads; never
    to anybody who let a contact limit of this lead run out before. If nobody else is available, the managers are
    notified, and every sweep tries again."""
    queue = last_queue(held)
    not_to = {held.holder_id} | breachers(held.lead_id)
    if queue is None or not (
        _by_rotation(held, queue, not_to=not_to, at=at) or _by_load(held, queue, not_to=not_to, at=at)
    ):
        escalate(held.lead, queue=queue, kind=Escalation.Kind.NOBODY, broke_at=broke_at, at=at)
        return False
    return True


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
    """The new holder gets the terms that the queue has now, not those of the holder before."""
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


def expire_waits(*, at: datetime) -> int:
    """Leads that waited longer than their type may (D1) go to the manager or to the rotation, as the queue says."""
    late = Entry.objects.waiting().filter(wait_due_at__lt=at, wait_breached_at__isnull=True)
    ids = list(late.order_by("wait_due_at", "pk").values_list("pk", flat=True)[:CHUNK_SIZE])
    return sum(_act_on_wait(pk, at=at) for pk in ids)


@transaction.atomic
def _act_on_wait(pk: int, *, at: datetime) -> int:
    entry = _lock_entry(Entry.objects.waiting().filter(pk=pk, wait_due_at__lt=at, wait_breached_at__isnull=True))
    if entry is None:
        return 0
    entry.wait_breached_at = at
    entry.save(update_fields=["wait_breached_at"])
    _record_breach(entry, Breach.Clock.WAIT, due_at=entry.wait_due_at, act=entry.queue.on_wait_breach, at=at)
    queue = entry.queue
    if queue.on_wait_breach == Queue.OnWaitBreach.ASSIGN and queue.rotation is not None:
        try:
            with transaction.atomic():
                lock_rotations([queue.pk])
                take_turns(
                    entry.rotation or queue.rotation, [turn_request(entry, queue)], at=at, how=Assignment.How.WAIT
                )
                return 1
        except NobodyAvailable:
            pass
    escalate(entry.lead, queue=queue, kind=Escalation.Kind.WAIT, broke_at=entry.wait_due_at, at=at)
    return 1


def lift_aged(*, at: datetime) -> int:
    """Update the age bands, and escalate each lead past the last age once (B6)."""
    moved = 0
    for queue in Queue.objects.active().order_by("pk"):
        moved += mark_crossings(queue, at=at)
        last_step = at - timedelta(hours=queue.escalate_after_hours)
        old = Entry.objects.waiting().filter(queue=queue, since_at__lte=last_step, escalated_at__isnull=True)
        for pk in list(old.order_by("since_at", "pk").values_list("pk", flat=True)[:CHUNK_SIZE]):
            moved += _act_on_age(pk, at=at)
    return moved


@transaction.atomic
def _act_on_age(pk: int, *, at: datetime) -> int:
    entry = _lock_entry(Entry.objects.waiting().filter(pk=pk, escalated_at__isnull=True))
    if entry is None:
        return 0
    entry.escalated_at = at
    entry.save(update_fields=["escalated_at"])
    due_at = entry.since_at + timedelta(hours=entry.queue.escalate_after_hours)
    _record_breach(entry, Breach.Clock.AGE, due_at=due_at, act=BreachAct.TELL_MANAGER, at=at)
    escalate(entry.lead, queue=entry.queue, kind=Escalation.Kind.AGE, broke_at=due_at, at=at)
    return 1


def _lock_entry(rows: QuerySet[Entry]) -> Entry | None:
    return (
        rows.select_for_update(skip_locked=True, no_key=True, of=("self", "lead"))
        .select_related("queue__rotation", "rotation", "lead")
        .first()
    )


def _record_breach(entry: Entry, clock: Breach.Clock, *, due_at: datetime, act: str, at: datetime) -> None:
    Breach.objects.create(clock=clock, lead=entry.lead, entry=entry, due_at=due_at, at=at, act=act)
    Activity.objects.create(
        lead=entry.lead,
        kind=Activity.Kind.BREACHED,
        at=at,
        details={"clock": clock, "queue": entry.queue.name, "act": act},
    )
