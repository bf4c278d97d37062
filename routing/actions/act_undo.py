"""Take back, or correct, what a holder did with a lead: a contact, a note, a snooze (M7)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.models import Activity, Lead
from leads.signals import Change, lead_changed
from routing.actions.assignment import NotTheHolder, lock_lead
from routing.actions.contact import ContactRefused, check_contact
from routing.actions.undo import TooLateToUndo
from routing.decisions.contact import ContactRefusal, first_contact, next_step
from routing.models import Assignment
from routing.queries.acts import acts_of, shown_act, stopped_clock, undone_by_act
from routing.queries.assignments import UNDO_WITHIN
from routing.queries.work_time import clock_of

Kind = Activity.Kind
FIELDS = [
    "first_contact_at",
    "contact_seconds",
    "contact_due_at",
    "remind_at",
    "follow_up_at",
    "follow_up",
]


class ActIsUndone(Exception):
    """This was taken back already."""


@transaction.atomic
def undo_act(act: Activity, *, by: User, at: datetime) -> Activity:
    """Within five minutes the clock to first contact and the next step are as if this contact or snooze had not been.
    A note is taken back also when the lead is with somebody else by now. The view checks who may.

    Raises ActIsUndone, TooLateToUndo, and NotTheHolder when the lead has left the person who did it.
    """
    held = _locked(act, needs_holder=act.kind != Kind.NOTED)
    if at - act.at > UNDO_WITHIN:
        raise TooLateToUndo
    details = {"activity": act.pk, "was": act.kind}
    undone = Activity.objects.create(lead_id=act.lead_id, kind=Kind.UNDONE, at=at, by=by, details=details)
    if held is not None:
        _follow_acts(held, at=at)
    return undone


@transaction.atomic
def correct_contact(act: Activity, *, kind: str, outcome: str, made_at: datetime, by: User, at: datetime) -> Activity:
    """Set how a contact was made, what came of it and when, at any time while the same holder has the lead. The clock
    is as if it had been logged so: a wrong number starts it again from where it was, an earlier time counts.

    Raises ContactRefused, ActIsUndone, NotTheHolder.
    """
    check_contact(kind=kind, outcome=outcome)
    held = _locked(act, needs_holder=True)
    if held is None or act.kind != Kind.CONTACTED:
        raise NotTheHolder
    before = shown_act(act)
    if (before.kind, before.outcome, before.made_at) == (kind, outcome, made_at):
        raise ContactRefused(ContactRefusal.SAME)
    if not held.assigned_at <= made_at <= at:
        raise ContactRefused(ContactRefusal.TIME)
    details = {
        "activity": act.pk,
        "kind": kind,
        "outcome": outcome,
        "made_at": made_at.isoformat(),
        "before": {"kind": before.kind, "outcome": before.outcome, "made_at": before.made_at.isoformat()},
    }
    corrected = Activity.objects.create(lead_id=act.lead_id, kind=Kind.CORRECTED, at=at, by=by, details=details)
    _follow_acts(held, at=at)
    return corrected


def _locked(act: Activity, *, needs_holder: bool) -> Assignment | None:
    """The open assignment during which the person did it, if it still lasts."""
    lock_lead(act.lead_id)
    if undone_by_act([act.pk]):
        raise ActIsUndone
    rows = Assignment.objects.open().filter(lead=act.lead_id, holder=act.by_id, assigned_at__lte=act.at)
    held = rows.select_for_update(of=("self",)).select_related("lead").first()
    if held is None and needs_holder:
        raise NotTheHolder
    return held


def _follow_acts(held: Assignment, *, at: datetime) -> None:
    """Clock and next step follow from the acts that stand."""
    acts = acts_of(held)
    first, before = first_contact(acts), held.first_contact_at
    if first is None and before is not None:
        due_at, held.remind_at = stopped_clock(held)
        held.first_contact_at, held.contact_seconds, held.contact_due_at = None, None, due_at
    elif first is not None:
        if held.breaches and held.clock_from_at is not None and first < held.clock_from_at:
            raise ContactRefused(ContactRefusal.RAN_OUT)
        held.first_contact_at, held.contact_due_at, held.remind_at = first, None, None
        held.contact_seconds = int(clock_of(held.clock_id).between(held.assigned_at, first).total_seconds())
    held.follow_up_at, held.follow_up = next_step(acts)
    held.save(update_fields=FIELDS)
    announce(f"holder-{held.holder_id}")
    if (first is None) != (before is None):
        what = Change.CONTACTED if before is None else Change.CONTACT_UNDONE
        lead_changed.send(Lead, leads=[held.lead], what=what, at=at)
