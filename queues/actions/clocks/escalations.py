"""Open escalations for managers, and carry out what a manager decides (C7)."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from config.web.people import display_name
from leads.models import Activity, Lead
from queues.actions.dispatch.needs import note_needs
from queues.actions.dispatch.rotation_locks import lock_rotation
from queues.models import Entry, Escalation, Queue
from queues.queries.audience import manager_ids_of_queue
from queues.queries.limits import terms_of
from queues.queries.segments import rotation_of
from routing.actions.assignment import AssignmentRequest, LeadHasHolder, assign, lock_lead, reassign
from routing.actions.notifications import notify
from routing.actions.rotation.credits import count_as_turn
from routing.models import Assignment, Notification, Rep, Rotation
from routing.queries.assignments import open_assignment
from routing.queries.people import manager_ids_of_holder
from routing.queries.rotation.lead_requirements import turn_size


class EscalationIsClosed(Exception):
    """The escalation is closed already; it says how and when."""

    def __init__(self, escalation: Escalation) -> None:
        self.escalation = escalation
        super().__init__("closed")


class CannotTakeLeads(Exception):
    """The chosen user cannot be given leads: not active, or no rep."""


class NothingToMove(Exception):
    """The lead is in no queue, so it cannot be moved to the front."""


@transaction.atomic
def escalate(
    lead: Lead,
    *,
    queue: Queue | None,
    kind: Escalation.Kind,
    broke_at: datetime,
    at: datetime,
    are_told: bool = False,
) -> Escalation | None:
    """Open an escalation and notify the managers, unless they `are_told` of it by another message; None if one is open
    for the same reason. A new reason updates the open one and ends its snooze."""
    escalation = Escalation.objects.select_for_update(no_key=True).filter(lead=lead, closed_at__isnull=True).first()
    if escalation is None:
        escalation = Escalation.objects.create(lead=lead, queue=queue, kind=kind, opened_at=at, broke_at=broke_at)
    elif escalation.kind == kind:
        return None
    else:
        escalation.kind, escalation.broke_at, escalation.snoozed_until = kind, broke_at, None
        escalation.save(update_fields=["kind", "broke_at", "snoozed_until"])
    Activity.objects.create(
        lead=lead, kind=Activity.Kind.ESCALATED, at=at, details={"why": kind, "queue": queue.name if queue else ""}
    )
    if not are_told:
        _tell_managers(escalation, lead, queue, at=at)
    announce("escalations")
    return escalation


def _tell_managers(escalation: Escalation, lead: Lead, queue: Queue | None, *, at: datetime) -> None:
    held, kind = open_assignment(lead.pk), escalation.kind
    recipients = manager_ids_of_holder(held.holder_id) if held is not None else manager_ids_of_queue(queue)
    notify(
        recipients,
        kind=Notification.Kind.ESCALATED,
        key=f"escalation-{escalation.pk}-{kind}",
        at=at,
        lead_id=lead.pk,
        details={"why": kind, "label": lead.label},
    )


@transaction.atomic
def take_over(escalation: Escalation, *, by: User, at: datetime) -> Assignment:
    """The manager becomes the holder of the lead."""
    return _give(
        escalation, to_user_id=by.pk, how=Assignment.How.TAKEN_OVER, closed=Escalation.Closed.TAKEN_OVER, by=by, at=at
    )


@transaction.atomic
def reassign_escalated(escalation: Escalation, *, to: Rep, by: User, at: datetime) -> Assignment:
    """Assign the lead to a rep whom the manager chose."""
    if not to.user.is_active:
        raise CannotTakeLeads
    return _give(
        escalation, to_user_id=to.user_id, how=Assignment.How.BY_HAND, closed=Escalation.Closed.REASSIGNED, by=by, at=at
    )


def _give(
    escalation: Escalation, *, to_user_id: int, how: Assignment.How, closed: Escalation.Closed, by: User, at: datetime
) -> Assignment:
    locked = _lock_open(escalation)
    close_escalation(locked, how=closed, by=by, at=at)
    held = open_assignment(locked.lead_id)
    queue = locked.queue
    request = AssignmentRequest(
        lead=locked.lead,
        holder_id=to_user_id,
        how=how,
        place_name=queue.name if queue else "",
        receipt={"kind": "decision", "how": how, "by": display_name(by), "why": locked.kind},
        terms=terms_of(queue, locked.lead.lead_type),
    )
    if held is not None and held.holder_id == to_user_id:
        raise LeadHasHolder(held)
    counts_in = _counting_rotation(locked.lead, queue)
    if counts_in is not None:
        lock_rotation(counts_in)  # before rows of the queue, in the same order as serve()
    if held is None:
        given = assign(request, by=by, at=at)
    else:
        given = reassign(held, request=request, ended_how=Assignment.Ended.REASSIGNED, by=by, at=at)
    if counts_in is not None:
        size = turn_size(counts_in, locked.lead)
        count_as_turn(
            counts_in,
            user_id=to_user_id,
            size=size,
            why="by_hand",
            by=by,
            at=at,
            assignment=given,
            instead_of=held,
        )
    return given


def _counting_rotation(lead: Lead, queue: Queue | None) -> Rotation | None:
    """The rotation in which this assignment counts as a turn, if it counts assignments by managers (F6c)."""
    if queue is None or not queue.is_push:
        return None
    rotation = rotation_of(lead.pk, queue)
    return rotation if rotation is not None and rotation.counts_by_hand else None


@transaction.atomic
def move_to_front(escalation: Escalation, *, by: User, at: datetime) -> Entry:
    """Move the lead to the front of its queue, before every rule of order."""
    locked = _lock_open(escalation)
    rows = Entry.objects.waiting().select_related("queue", "lead__source").filter(lead=locked.lead_id)
    entry = rows.select_for_update(of=("self",)).first()
    if entry is None:
        raise NothingToMove
    entry.is_front, entry.key1, entry.key2, entry.key3 = True, -1, 0, 0
    entry.is_open_to_decliners = True
    note_needs([entry])
    entry.save(update_fields=["is_front", "key1", "key2", "key3", "is_open_to_decliners", "needs"])
    Activity.objects.create(
        lead=locked.lead, kind=Activity.Kind.MOVED, at=at, by=by, details={"queue": entry.queue.name}
    )
    close_escalation(locked, how=Escalation.Closed.FRONT, by=by, at=at)
    announce(entry.queue.topic)
    return entry


@transaction.atomic
def snooze_escalation(escalation: Escalation, *, until: datetime, reason: str, by: User, at: datetime) -> Escalation:
    """Hide the escalation until a time, with a reason; it comes back by itself."""
    locked = _lock_open(escalation)
    locked.snoozed_until, locked.snooze_reason = until, reason
    locked.save(update_fields=["snoozed_until", "snooze_reason"])
    Activity.objects.create(
        lead=locked.lead,
        kind=Activity.Kind.SNOOZED,
        at=at,
        by=by,
        details={"until": until.isoformat(), "reason": reason, "escalation": locked.pk},
    )
    announce("escalations")
    return locked


@transaction.atomic
def dismiss_escalation(escalation: Escalation, *, by: User, at: datetime) -> Escalation:
    """Close the escalation without changing anything."""
    locked = _lock_open(escalation)
    return close_escalation(locked, how=Escalation.Closed.DISMISSED, by=by, at=at)


def close_contact_escalations(leads: Iterable[Lead], *, at: datetime) -> int:
    """First contact was made: close the escalations about it."""
    overdue = Escalation.objects.filter(
        lead__in=[lead.pk for lead in leads], kind=Escalation.Kind.CONTACT, closed_at__isnull=True
    )
    closed = overdue.update(closed_at=at, closed_how=Escalation.Closed.CONTACTED)
    if closed:
        announce("escalations")
    return closed


def reopen_contact_escalations(leads: Iterable[Lead], *, at: datetime) -> int:
    """The first contact that closed them was taken back: they stand before the managers again."""
    reopened = 0
    for lead in leads:
        held, rows = open_assignment(lead.pk), Escalation.objects.filter(lead=lead)
        if held is None or rows.filter(closed_at__isnull=True).exists():
            continue
        settled = rows.filter(closed_how=Escalation.Closed.CONTACTED, closed_at__gte=held.assigned_at)
        newest = settled.order_by("-closed_at", "-pk").values_list("pk", flat=True)[:1]
        reopened += rows.filter(pk__in=list(newest)).update(closed_at=None, closed_how="", closed_by=None)
    if reopened:
        announce("escalations")
    return reopened


def close_escalation(escalation: Escalation, *, how: Escalation.Closed, by: User, at: datetime) -> Escalation:
    escalation.closed_at, escalation.closed_how, escalation.closed_by = at, how, by
    escalation.save(update_fields=["closed_at", "closed_how", "closed_by"])
    announce("escalations")
    return escalation


def _lock_open(escalation: Escalation) -> Escalation:
    lock_lead(escalation.lead_id)
    locked = Escalation.objects.select_for_update(of=("self",)).select_related("lead", "queue").get(pk=escalation.pk)
    if locked.closed_at is not None:
        raise EscalationIsClosed(locked)
    return locked
