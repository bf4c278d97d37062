"""Open a closed lead again, later than its close can be undone: it goes back to where it was (M7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from config.web.people import display_name
from leads.decisions.stages import OPEN
from leads.models import Activity, Lead
from leads.queries.leads import rule_facts
from queues.actions.claims.undo_close import STAGES, has_refunded
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active, send_to_review
from queues.decisions.escalation import next_due
from queues.decisions.placement import ReviewReason
from queues.models import Queue
from queues.queries.limits import steps_of
from queues.queries.reopening import is_reopenable, last_standing, last_stay, may_reopen, open_lead_of_person
from routing.actions.notifications import notify
from routing.actions.rotation.credits import spend_again
from routing.actions.undo import reopen_assignment
from routing.models import Assignment, Notification
from routing.queries.work_time import clock_of

HOLDER_RIGHTS = ("queues.claim_entry", "queues.watch_queue")
REOPENED = "reopened"  # as `how` in the message to its holder


class ReopenRefusal(StrEnum):
    """Why a lead stays closed."""

    MERGED = "merged"
    OPEN = "open"  # somebody was faster, or the person came back
    LEFT = "left"  # it went to nurture, the pool, the archive or a partner
    RIGHT = "right"  # not this person, or not so late
    UNKNOWN = "unknown"  # nothing is known of the person any more
    OTHER = "other"  # the person has another open lead


class ReopenRefused(Exception):
    """`other` is the open lead of the same person."""

    def __init__(self, code: ReopenRefusal, other: Lead | None = None) -> None:
        self.code, self.other = code, other
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Reopened:
    """Where the lead is now: with its holder, in a queue, or else on the review desk."""

    lead: Lead
    held: Assignment | None
    queue: Queue | None


@transaction.atomic
def reopen_lead(lead: Lead, *, reason: str, by: User, at: datetime) -> Reopened:
    """Back to the person who held it last, with a new clock to first contact if nobody was contacted; if that person
    has left, to the queue it came from, with its age (L9); without one, to the review desk. The close counts in no
    figure any more, and a turn that it gave back is spent again. Raises ReopenRefused."""
    rows = Lead.objects.select_related("source", "account").select_for_update(no_key=True, of=("self",))
    locked = rows.get(pk=lead.pk)
    ended, stage = _closed_one(locked), locked.stage
    _check(locked, by=by, at=at)
    details = {"closed": stage, "holder": None, "reason": reason}
    if ended is not None and _can_hold(ended.holder):
        spends = has_refunded(ended)
        _back_to_holder(ended, locked, at=at)
        Activity.objects.create(
            lead=locked, kind=Activity.Kind.UNDONE, at=at, by=by, details=details | {"holder": ended.holder_id}
        )
        _tell(ended, reason=reason, by=by, at=at)
        if spends:  # the rotation is locked last
            spend_again(ended, by=by, at=at)
        return Reopened(locked, ended, None)
    if ended is not None:
        _count_as_no_deal(ended)
    Activity.objects.create(lead=locked, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    return Reopened(locked, None, _wait_again(locked, by=by, at=at))


def _check(lead: Lead, *, by: User, at: datetime) -> None:
    if lead.merged_into_id:
        raise ReopenRefused(ReopenRefusal.MERGED)
    if not is_reopenable(lead):
        raise ReopenRefused(ReopenRefusal.OPEN if lead.stage in OPEN else ReopenRefusal.LEFT)
    if not may_reopen(by, lead, last_standing(lead), at=at):
        raise ReopenRefused(ReopenRefusal.RIGHT)
    if not (lead.email or lead.phone or lead.external_id or lead.full_name):
        raise ReopenRefused(ReopenRefusal.UNKNOWN)
    if other := open_lead_of_person(lead):
        raise ReopenRefused(ReopenRefusal.OTHER, other)


def _closed_one(lead: Lead) -> Assignment | None:
    """The assignment that ended with the close, or with the deal that came to this later; locked."""
    last = last_standing(lead)
    if last is None or last.ended_how not in STAGES:
        return None
    return Assignment.objects.select_for_update(of=("self",)).select_related("holder", "turn").get(pk=last.pk)


def _can_hold(person: User) -> bool:
    return person.is_active and any(person.has_perm(right) for right in HOLDER_RIGHTS)


def _back_to_holder(ended: Assignment, lead: Lead, *, at: datetime) -> None:
    """The time while it was closed counts for nobody: without a contact, the running step begins again now (D2)."""
    ended.lead = lead
    reopen_assignment(ended)
    if ended.first_contact_at is not None:
        return
    limit = timedelta(minutes=ended.contact_minutes)
    step = next_due(clock_of(ended.clock_id), at, steps_of(ended.place_id), ended.breaches, limit)
    ended.clock_from_at, ended.remind_at = at, None
    ended.contact_due_at = step.due_at if step is not None else None
    if not ended.breaches:
        ended.first_due_at = ended.contact_due_at
    ended.save(update_fields=["clock_from_at", "remind_at", "contact_due_at", "first_due_at"])


def _tell(held: Assignment, *, reason: str, by: User, at: datetime) -> None:
    if held.holder_id == by.pk:
        return
    notify(
        [held.holder_id],
        kind=Notification.Kind.ASSIGNED,
        key=f"reopened-{held.pk}-{at:%Y%m%d%H%M%S%f}",
        at=at,
        lead_id=held.lead_id,
        details={"how": REOPENED, "by": display_name(by), "reason": reason},
    )


def _count_as_no_deal(ended: Assignment) -> None:
    """It did not end with what it was closed as, and its holder has left."""
    ended.ended_how, ended.end_reason = Assignment.Ended.CLOSED, ""
    ended.save(update_fields=["ended_how", "end_reason"])


def _wait_again(lead: Lead, *, by: User, at: datetime) -> Queue | None:
    stay = last_stay(lead)
    if stay is None:
        send_to_review([(lead, [ReviewReason.REOPENED], None)], at=at)
        return None
    lock_rotations([stay.queue_id])
    arrival = Arrival(
        lead,
        rule_facts([lead])[lead.pk],
        since_at=stay.since_at,
        rule_id=stay.rule_id,
        trail=stay.trail,
        is_recycled=stay.is_recycled,
    )
    try:
        enter_if_active(stay.queue, [arrival], at=at, by=by)
    except QueueIsOff:
        send_to_review([(lead, [ReviewReason.REOPENED], None)], at=at)
        return None
    serve(Queue.objects.select_related("rotation").get(pk=stay.queue_id), at=at)
    return stay.queue
