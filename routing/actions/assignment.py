"""Give leads to people and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from config.live import announce
from leads.actions.stages import change_stage
from leads.decisions.stages import RETURN_REASONS, gives_turn_back
from leads.models import Activity, Lead
from routing.actions.notifications import notify
from routing.actions.rotation.credits import give_back
from routing.models import Assignment, Notification, Turn
from routing.signals import holder_changed


class LeadHasHolder(Exception):
    """Somebody holds the lead already; `assignment` says who, since when."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        super().__init__(f"lead {assignment.lead_id} is held")


class NotTheHolder(Exception):
    """The lead is no longer (or never was) in this person's hands."""


class ReasonMissing(Exception):
    """A lead goes back only with one of the known reasons (C4)."""


@dataclass(frozen=True)
class Gift:
    """One lead for one person, with the reason that the receipt will show (C6)."""

    lead: Lead
    holder_id: int
    how: str
    place_name: str = ""
    receipt: dict = field(default_factory=dict)
    contact_minutes: int = 120
    turn: Turn | None = None


@transaction.atomic
def assign_many(gifts: Sequence[Gift], *, by, at: datetime) -> list[Assignment]:
    """Begin one assignment for each gift; the contact clock starts now (D2). `by` is None for rotations and rules."""
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(
                lead=gift.lead,
                holder_id=gift.holder_id,
                how=gift.how,
                place_name=gift.place_name,
                turn=gift.turn,
                receipt=gift.receipt,
                assigned_at=at,
                assigned_by=by,
                contact_minutes=gift.contact_minutes,
                contact_due_at=at + timedelta(minutes=gift.contact_minutes),
                first_due_at=at + timedelta(minutes=gift.contact_minutes),
            )
            for gift in gifts
        ]
    )
    change_stage([gift.lead for gift in gifts], Lead.Stage.HELD, at=at)
    Activity.objects.bulk_create(
        [
            Activity(
                lead=gift.lead,
                kind=Activity.Kind.ASSIGNED,
                at=at,
                by=by,
                details={
                    "assignment": assignment.pk,
                    "holder": gift.holder_id,
                    "how": gift.how,
                    "place": gift.place_name,
                    "turn": gift.receipt.get("turn"),
                },
            )
            for gift, assignment in zip(gifts, assignments, strict=True)
        ]
    )
    for assignment in assignments:
        if by is None or assignment.holder_id != by.pk:
            notify(
                [assignment.holder_id],
                kind=Notification.Kind.ASSIGNED,
                key=f"assigned-{assignment.pk}",
                at=at,
                lead_id=assignment.lead_id,
                details={"how": assignment.how, "place": assignment.place_name},
            )
    announce(*{f"holder-{gift.holder_id}" for gift in gifts})
    holder_changed.send(Assignment, assignments=assignments, at=at)
    return assignments


@transaction.atomic
def assign(gift: Gift, *, by, at: datetime) -> Assignment:
    """Like assign_many, for one lead; refuses with LeadHasHolder when somebody was faster."""
    lock_lead(gift.lead.pk)
    held = Assignment.objects.open().filter(lead=gift.lead).select_related("holder").first()
    if held is not None:
        raise LeadHasHolder(held)
    return assign_many([gift], by=by, at=at)[0]


@transaction.atomic
def end_assignment(assignment: Assignment, *, how: str, by, at: datetime, reason: str = "") -> Assignment:
    """End an open assignment; the caller says what becomes of the lead. Locks go lead first, then assignment."""
    lock_lead(assignment.lead_id)
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("lead", "turn").get(pk=assignment.pk)
    if not locked.is_open:
        raise NotTheHolder
    locked.ended_at, locked.ended_how, locked.ended_by, locked.end_reason = at, how, by, reason
    locked.save(update_fields=["ended_at", "ended_how", "ended_by", "end_reason"])
    announce(f"holder-{locked.holder_id}")
    return locked


@transaction.atomic
def return_lead(assignment: Assignment, *, reason: str, note: str, by, at: datetime) -> Assignment:
    """Back to its queue with a required reason (C4); reasons such as duplicate give a rotation turn back."""
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
    if gives_turn_back(reason) and spent_a_turn(ended):  # the rotation is locked last, as the queue may need it
        give_back(ended, reason=reason, by=by, at=at)
    return ended


def spent_a_turn(assignment: Assignment) -> bool:
    """It came by a turn, or counted as one (F6c)."""
    return assignment.turn_id is not None or bool((assignment.receipt or {}).get("counted"))


@transaction.atomic
def reassign(assignment: Assignment, *, gift: Gift, ended_how: str, by, at: datetime) -> Assignment:
    """From one holder to another without a stop in a queue; the former holder is told."""
    take_away(assignment, ended_how=ended_how, by=by, at=at)
    return assign_many([gift], by=by, at=at)[0]


@transaction.atomic
def take_away(assignment: Assignment, *, ended_how: str, by, at: datetime) -> Assignment:
    """End an assignment for somebody else's sake and tell who held the lead; the caller gives it on at once."""
    ended = end_assignment(assignment, how=ended_how, by=by, at=at)
    Activity.objects.create(
        lead=ended.lead,
        kind=Activity.Kind.RELEASED,
        at=at,
        by=by,
        details={"assignment": ended.pk, "holder": ended.holder_id, "how": ended_how},
    )
    if by is None or ended.holder_id != by.pk:
        notify(
            [ended.holder_id],
            kind=Notification.Kind.TAKEN_AWAY,
            key=f"taken-{ended.pk}",
            at=at,
            lead_id=ended.lead_id,
            details={"how": ended_how},
        )
    return ended


def lock_lead(pk: int) -> None:
    """The first lock of everything that moves a lead, so that two acts on one lead never wait for each other.

    SQLite has no row locks: a transaction there holds the whole file from its first statement (config/databases.py).
    """
    if connection.features.has_select_for_update:
        Lead.objects.select_for_update(no_key=True).only("pk").get(pk=pk)
