"""What a holder does with a lead: contact, note, snooze."""

from datetime import datetime, timedelta

from django.db import transaction

from config.live import announce
from leads.models import Activity, Lead
from leads.signals import Change, lead_changed
from routing.actions.assignment import NotTheHolder, lock_lead
from routing.models import Assignment

KINDS = ("call", "email", "meeting", "message")
FARTHEST = timedelta(days=366)
OUTCOMES = ("reached", "no_answer", "left_message", "call_back", "wrong_number")


class ContactRefused(Exception):
    """`code` says what is wrong: kind, outcome, past, far."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def log_contact(
    assignment: Assignment,
    *,
    kind: str,
    outcome: str,
    note: str,
    by,
    at: datetime,
    follow_up_at: datetime | None = None,
) -> Activity:
    """Any attempt but a wrong number stops the contact clock: it was the rep's turn to act, and he or she did."""
    if kind not in KINDS:
        raise ContactRefused("kind")
    if outcome not in OUTCOMES:
        raise ContactRefused("outcome")
    if follow_up_at is not None:
        check_moment(follow_up_at, at=at)
    held = _locked(assignment)
    is_first = held.first_contact_at is None and outcome != "wrong_number"
    if is_first:
        held.first_contact_at, held.contact_due_at = at, None
    held.follow_up_at = follow_up_at
    held.follow_up = "call_back" if follow_up_at else ""
    held.save(update_fields=["first_contact_at", "contact_due_at", "follow_up_at", "follow_up"])
    activity = Activity.objects.create(
        lead_id=held.lead_id,
        kind=Activity.Kind.CONTACTED,
        at=at,
        by=by,
        details={"assignment": held.pk, "kind": kind, "outcome": outcome, "note": note},
    )
    announce(f"holder-{held.holder_id}")
    if is_first:
        lead_changed.send(Lead, leads=[held.lead], what=Change.CONTACTED, at=at)
    return activity


@transaction.atomic
def snooze(assignment: Assignment, *, until: datetime, by, at: datetime) -> Assignment:
    """Put a contacted or planned lead aside until a time; the contact clock does not stop for it."""
    check_moment(until, at=at)
    held = _locked(assignment)
    held.follow_up_at, held.follow_up = until, "snoozed"
    held.save(update_fields=["follow_up_at", "follow_up"])
    Activity.objects.create(
        lead_id=held.lead_id, kind=Activity.Kind.SNOOZED, at=at, by=by, details={"until": until.isoformat()}
    )
    announce(f"holder-{held.holder_id}")
    return held


@transaction.atomic
def add_note(assignment: Assignment, *, text: str, by, at: datetime) -> Activity:
    """A note of the holder; it does not count as contact."""
    held = _locked(assignment)
    activity = Activity.objects.create(
        lead_id=held.lead_id, kind=Activity.Kind.NOTED, at=at, by=by, details={"text": text}
    )
    announce(f"holder-{held.holder_id}")
    return activity


def check_moment(moment: datetime, *, at: datetime) -> None:
    """A plan lies ahead, and within a year."""
    if moment <= at:
        raise ContactRefused("past")
    if moment > at + FARTHEST:
        raise ContactRefused("far")


def _locked(assignment: Assignment) -> Assignment:
    lock_lead(assignment.lead_id)
    held = Assignment.objects.select_for_update(of=("self",)).select_related("lead").get(pk=assignment.pk)
    if not held.is_open:
        raise NotTheHolder
    return held
