"""Take back what a manager decided about an escalation: within five minutes, or as long as it is snoozed (C7, C4b)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.decisions.stages import OPEN
from leads.models import Activity
from queues.actions.claims.undo import QueueIsGone, SkipInstead, undo_assignment
from queues.actions.entries.reordering import reorder_leads
from queues.models import Entry, Escalation
from queues.queries.access import is_offered_again
from routing.actions.assignment import NotTheHolder, lock_lead
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo
from routing.models import Assignment
from routing.queries.assignments import UNDO_WITHIN

Closed, Kind = Escalation.Closed, Escalation.Kind
GIVEN = (Closed.TAKEN_OVER, Closed.REASSIGNED)
STAYS = (QueueIsGone, SkipInstead, NotTheHolder, AlreadyWorkedOn, TooLateToUndo)


class DecisionStands(Exception):
    """Too late, or what followed from the decision has gone on; nothing has changed."""


@transaction.atomic
def undo_decision(escalation: Escalation, *, by: User, at: datetime) -> Escalation:
    """The escalation stands before managers again: the lead is with its former holder or at its old place in the
    queue."""
    lock_lead(escalation.lead_id)
    rows = Escalation.objects.select_for_update(of=("self",)).select_related("lead", "queue")
    locked = rows.get(pk=escalation.pk)
    decision = locked.closed_how
    if locked.closed_at is None:
        _wake(locked, at=at)
    elif locked.closed_by_id is None or at - locked.closed_at > UNDO_WITHIN:
        raise DecisionStands
    elif locked.closed_how in GIVEN:
        _take_back(locked, by=by, at=at)
        locked.refresh_from_db()
        return locked
    else:
        _reopen(locked, at=at)
    details = {"decision": decision} if decision else {}
    Activity.objects.create(lead=locked.lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    announce("escalations")
    return locked


def _wake(locked: Escalation, *, at: datetime) -> None:
    if locked.snoozed_until is None or locked.snoozed_until <= at:
        raise DecisionStands
    locked.snoozed_until, locked.snooze_reason = None, ""
    locked.save(update_fields=["snoozed_until", "snooze_reason"])


def _take_back(locked: Escalation, *, by: User, at: datetime) -> None:
    """Undoing the assignment opens what it had closed."""
    given = Assignment.objects.open().filter(lead=locked.lead_id, assigned_at=locked.closed_at).first()
    if given is None:
        raise DecisionStands
    try:
        undo_assignment(given, by=by, at=at)
    except STAYS as why:
        raise DecisionStands from why


def _reopen(locked: Escalation, *, at: datetime) -> None:
    if Escalation.objects.filter(lead=locked.lead_id, closed_at__isnull=True).exists():
        raise DecisionStands
    if locked.closed_how == Closed.FRONT:
        _back_in_line(locked, at=at)
    elif locked.closed_how != Closed.DISMISSED or not _is_still_asked(locked):
        raise DecisionStands
    locked.closed_at, locked.closed_how, locked.closed_by = None, "", None
    locked.save(update_fields=["closed_at", "closed_how", "closed_by"])


def _is_still_asked(locked: Escalation) -> bool:
    """What was left as it is still is so: the lead waits for somebody, or its holder for the first contact."""
    held = Assignment.objects.open().filter(lead=locked.lead_id).first()
    if held is None:
        return locked.kind != Kind.CONTACT and locked.lead.stage in OPEN
    is_same = locked.closed_at is not None and held.assigned_at <= locked.closed_at
    return is_same and locked.kind in (Kind.CONTACT, Kind.NOBODY) and held.first_contact_at is None


def _back_in_line(locked: Escalation, *, at: datetime) -> None:
    rows = Entry.objects.waiting().filter(lead=locked.lead_id, is_front=True).select_related("queue")
    entry = rows.select_for_update(of=("self",)).first()
    if entry is None:
        raise DecisionStands
    entry.is_front = False
    entry.is_open_to_decliners = is_offered_again(locked.lead_id, entry.queue, at=at)
    entry.save(update_fields=["is_front", "is_open_to_decliners"])
    reorder_leads([locked.lead], at=at)
