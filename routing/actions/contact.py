"""What a holder does with a lead: log a contact, add a note, plan the next step, snooze (C4)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.models import Activity, Lead
from leads.signals import Change, lead_changed
from routing.actions.assignment import NotTheHolder, lock_lead
from routing.decisions.contact import ContactKind, ContactOutcome, ContactRefusal, FollowUp, planned_by
from routing.models import Assignment
from routing.queries.work_time import clock_of

MAX_AHEAD = timedelta(days=366)


class ContactRefused(Exception):
    """`code` says what is wrong."""

    def __init__(self, code: ContactRefusal) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def log_contact(
    assignment: Assignment,
    *,
    kind: str,
    outcome: str,
    note: str,
    by: User,
    at: datetime,
    follow_up_at: datetime | None = None,
) -> Activity:
    """Any attempt except a wrong number stops the contact clock, because the rep has done what was due. The activity
    keeps what an undo needs: the next step, and when contact was due."""
    check_contact(kind=kind, outcome=outcome)
    if follow_up_at is not None:
        check_follow_up(follow_up_at, at=at)
    held = _locked(assignment)
    details = {"assignment": held.pk, "kind": kind, "outcome": outcome, "note": note}
    details |= {"follow_up_at": follow_up_at.isoformat()} if follow_up_at else {}
    is_first = held.first_contact_at is None and outcome != ContactOutcome.WRONG_NUMBER
    if is_first:
        details |= {"due_at": _text(held.contact_due_at), "remind_at": _text(held.remind_at)}
        held.first_contact_at, held.contact_due_at, held.remind_at = at, None, None
        held.contact_seconds = int(clock_of(held.clock_id).between(held.assigned_at, at).total_seconds())
    held.follow_up_at = follow_up_at
    held.follow_up = planned_by(outcome) if follow_up_at else ""
    held.save(
        update_fields=[
            "first_contact_at",
            "contact_seconds",
            "contact_due_at",
            "remind_at",
            "follow_up_at",
            "follow_up",
        ]
    )
    activity = Activity.objects.create(
        lead_id=held.lead_id,
        kind=Activity.Kind.CONTACTED,
        at=at,
        by=by,
        details=details,
    )
    announce(f"holder-{held.holder_id}")
    if is_first:
        lead_changed.send(Lead, leads=[held.lead], what=Change.CONTACTED, at=at)
    return activity


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@transaction.atomic
def snooze(assignment: Assignment, *, until: datetime, by: User, at: datetime) -> Activity:
    """Put a lead aside until a time; this does not stop the contact clock."""
    return _come_up(assignment, FollowUp.SNOOZED, until=until, by=by, at=at, details={})


@transaction.atomic
def plan_follow_up(assignment: Assignment, *, until: datetime, by: User, at: datetime) -> Activity:
    """Plan the next step with a lead; this does not stop the contact clock."""
    return _come_up(assignment, FollowUp.STEP, until=until, by=by, at=at, details={"planned": True})


def _come_up(
    assignment: Assignment, what: FollowUp, *, until: datetime, by: User, at: datetime, details: dict
) -> Activity:
    check_follow_up(until, at=at)
    held = _locked(assignment)
    held.follow_up_at, held.follow_up = until, what
    held.save(update_fields=["follow_up_at", "follow_up"])
    activity = Activity.objects.create(
        lead_id=held.lead_id, kind=Activity.Kind.SNOOZED, at=at, by=by, details={"until": until.isoformat(), **details}
    )
    announce(f"holder-{held.holder_id}")
    return activity


@transaction.atomic
def add_note(assignment: Assignment, *, text: str, by: User, at: datetime) -> Activity:
    """Add a note of the holder; it does not count as contact."""
    held = _locked(assignment)
    activity = Activity.objects.create(
        lead_id=held.lead_id, kind=Activity.Kind.NOTED, at=at, by=by, details={"text": text}
    )
    announce(f"holder-{held.holder_id}")
    return activity


def check_contact(*, kind: str, outcome: str) -> None:
    """Raise ContactRefused unless both are known."""
    if kind not in tuple(ContactKind):
        raise ContactRefused(ContactRefusal.KIND)
    if outcome not in tuple(ContactOutcome):
        raise ContactRefused(ContactRefusal.OUTCOME)


def check_follow_up(moment: datetime, *, at: datetime) -> None:
    """A follow-up must be in the future, and within a year."""
    if moment <= at:
        raise ContactRefused(ContactRefusal.PAST)
    if moment > at + MAX_AHEAD:
        raise ContactRefused(ContactRefusal.FAR)


def _locked(assignment: Assignment) -> Assignment:
    lock_lead(assignment.lead_id)
    held = Assignment.objects.select_for_update(of=("self",)).select_related("lead").get(pk=assignment.pk)
    if not held.is_open:
        raise NotTheHolder
    return held
