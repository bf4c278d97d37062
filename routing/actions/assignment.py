"""Give leads to people and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from config.bulk_insert import bulk_insert
from config.live import announce
from leads.actions.stages import change_stage
from leads.decisions.stages import RETURN_REASONS, gives_turn_back
from leads.models import Activity, Lead
from routing.actions.notifications import Message, notify, notify_each
from routing.actions.rotation.credits import refund_assignment
from routing.decisions.contact_terms import ContactTerms
from routing.models import Assignment, Notification, Turn
from routing.queries.work_time import contact_clocks
from routing.signals import holder_changed


class LeadHasHolder(Exception):
    """Somebody already holds the lead; `assignment` says who and since when."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        super().__init__(f"lead {assignment.lead_id} is held")


class NotTheHolder(Exception):
    """This person does not hold the lead (any more)."""


class ReasonMissing(Exception):
    """A lead can be returned only with one of the known reasons (C4)."""


@dataclass(frozen=True)
class AssignmentRequest:
    """One lead for one person, with the reason that the receipt shows (C6). `why`: more for its line of the timeline
    and for the message."""

    lead: Lead
    holder_id: int
    how: str
    place_name: str = ""
    receipt: dict = field(default_factory=dict)
    terms: ContactTerms = ContactTerms()
    turn: Turn | None = None
    why: dict = field(default_factory=dict)


@transaction.atomic
def assign_many(requests: Sequence[AssignmentRequest], *, by: User | None, at: datetime) -> list[Assignment]:
    """Start one assignment for each request; the contact clock starts now (D2). `by` is None for rotations and
    rules."""
    clocks = contact_clocks([(request.terms, request.holder_id) for request in requests], at=at)
    assignments = bulk_insert(
        Assignment,
        [
            Assignment(
                lead=request.lead,
                holder_id=request.holder_id,
                how=request.how,
                place_name=request.place_name,
                turn=request.turn,
                receipt=request.receipt,
                assigned_at=at,
                assigned_by=by,
                place_id=request.terms.place_id,
                contact_minutes=request.terms.minutes,
                clock_id=clock.calendar_id,
                remind_at=clock.remind_at,
                contact_due_at=clock.due_at,
                first_due_at=clock.due_at,
            )
            for request, clock in zip(requests, clocks, strict=True)
        ],
    )
    change_stage([request.lead for request in requests], Lead.Stage.HELD, at=at)
    bulk_insert(
        Activity,
        [
            Activity(
                lead=request.lead,
                kind=Activity.Kind.ASSIGNED,
                at=at,
                by=by,
                details={
                    "assignment": assignment.pk,
                    "holder": request.holder_id,
                    "how": request.how,
                    "place": request.place_name,
                    "turn": request.receipt.get("turn"),
                }
                | request.why,
            )
            for request, assignment in zip(requests, assignments, strict=True)
        ],
    )
    notify_each(
        [
            Message(
                assignment.holder_id,
                kind=Notification.Kind.ASSIGNED,
                key=f"assigned-{assignment.pk}",
                lead_id=assignment.lead_id,
                details={"how": assignment.how, "place": assignment.place_name} | request.why,
            )
            for request, assignment in zip(requests, assignments, strict=True)
            if by is None or assignment.holder_id != by.pk
        ],
        at=at,
    )
    announce(*{f"holder-{request.holder_id}" for request in requests})
    holder_changed.send(Assignment, assignments=assignments, at=at)
    return assignments


@transaction.atomic
def assign(request: AssignmentRequest, *, by: User | None, at: datetime) -> Assignment:
    """Like assign_many, for one lead; raises LeadHasHolder when somebody else got it first."""
    lock_lead(request.lead.pk)
    held = Assignment.objects.open().filter(lead=request.lead).select_related("holder").first()
    if held is not None:
        raise LeadHasHolder(held)
    return assign_many([request], by=by, at=at)[0]


@transaction.atomic
def end_assignment(assignment: Assignment, *, how: str, by: User | None, at: datetime, reason: str = "") -> Assignment:
    """End an open assignment; the caller decides what happens to the lead. Locks the lead first, then the
    assignment."""
    lock_lead(assignment.lead_id)
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("lead", "turn").get(pk=assignment.pk)
    if not locked.is_open:
        raise NotTheHolder
    locked.ended_at, locked.ended_how, locked.ended_by, locked.end_reason = at, how, by, reason
    locked.save(update_fields=["ended_at", "ended_how", "ended_by", "end_reason"])
    announce(f"holder-{locked.holder_id}")
    return locked


@transaction.atomic
def return_lead(assignment: Assignment, *, reason: str, note: str, by: User | None, at: datetime) -> Assignment:
    """Return a lead to its queue, with a required reason (C4). Reasons such as duplicate refund a rotation turn."""
    if reason not in RETURN_REASONS:
        raise ReasonMissing
    ended = end_assignment(assignment, how=Assignment.Ended.RETURNED, by=by, at=at, reason=reason)
    lead = ended.lead
    change_stage([lead], Lead.Stage.CAPTURED, at=at)
    Activity.objects.create(
        lead=lead,
        kind=Activity.Kind.RETURNED,
        at=at,
        by=by,
        details={
            "assignment": ended.pk,
            "reason": reason,
            "note": note,
            "turn_back": gives_turn_back(reason) and spent_a_turn(ended),
            "skipped": ended.is_skippable,
        },
    )
    holder_changed.send(Assignment, assignments=[ended], at=at)
    if gives_turn_back(reason) and spent_a_turn(ended):  # the rotation is locked last, because the queue may need it
        refund_assignment(ended, reason=reason, by=by, at=at)
    return ended


def spent_a_turn(assignment: Assignment) -> bool:
    """The lead came by a turn, or counted as one (F6c)."""
    return assignment.turn_id is not None or bool((assignment.receipt or {}).get("counted"))


@transaction.atomic
def reassign(
    assignment: Assignment, *, request: AssignmentRequest, ended_how: str, by: User | None, at: datetime
) -> Assignment:
    """Move a lead from one holder to another without going back to a queue; the former holder gets a message."""
    take_away(assignment, ended_how=ended_how, by=by, at=at)
    return assign_many([request], by=by, at=at)[0]


@transaction.atomic
def take_away(assignment: Assignment, *, ended_how: str, by: User | None, at: datetime) -> Assignment:
    """End an assignment in favour of somebody else, with a message to the holder; the caller assigns the lead at
    once."""
    ended = end_assignment(assignment, how=ended_how, by=by, at=at)
    Activity.objects.create(
        lead=ended.lead,
        kind=Activity.Kind.RELEASED,
        at=at,
        by=by,
        details={"assignment": ended.pk, "holder": ended.holder_id, "how": ended_how},
    )
    if by is None or ended.holder_id != by.pk:
        notify_former_holder(ended, at=at)
    return ended


def notify_former_holder(ended: Assignment, *, at: datetime) -> None:
    """A lead is gone. One assignment can end twice, because an undo opens it again; so the key names the time as
    well."""
    notify(
        [ended.holder_id],
        kind=Notification.Kind.TAKEN_AWAY,
        key=f"taken-{ended.pk}-{ended.ended_at:%Y%m%d%H%M%S%f}",
        at=at,
        lead_id=ended.lead_id,
        details={"how": ended.ended_how},
    )


def lock_lead(pk: int) -> None:
    """Every action that moves a lead takes this lock first, so that two actions on one lead cannot deadlock.

    SQLite has no row locks; there a transaction locks the whole file from its first statement (config/databases.py).
    """
    if connection.features.has_select_for_update:
        Lead.objects.select_for_update(no_key=True).only("pk").get(pk=pk)
