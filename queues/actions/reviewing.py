"""Decide leads on the review desk: approve, nurture, reject, ask the rules again; one or many at once (A6)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.live import announce
from leads.actions.stages import close_lead
from leads.models import Activity, Lead
from leads.queries import rule_facts
from queues.actions.placement import Arrival, QueueIsOff, enter_open, place
from queues.actions.serving import lock_rotations, serve
from queues.models import Queue, ReviewItem
from queues.queries import waiting_entry
from routing.actions.assignment import lock_lead
from routing.queries import UNDO_WITHIN

UNDOABLE = {ReviewItem.Closed.NURTURED: Lead.Stage.NURTURE, ReviewItem.Closed.REJECTED: Lead.Stage.REJECTED}


class AlreadyDecided(Exception):
    """Somebody decided this lead meanwhile; `item` says who, how and when."""

    def __init__(self, item: ReviewItem) -> None:
        self.item = item
        super().__init__("already decided")


class TooLateToUndo(Exception):
    """Five minutes are over, or something else happened to the lead since."""


@transaction.atomic
def approve(item: ReviewItem, *, queue: Queue, by, at: datetime) -> ReviewItem:
    """Into a queue; its age counts from now, as it never waited for a rep before."""
    if not queue.is_active:
        raise QueueIsOff
    locked = _decide(item, ReviewItem.Closed.APPROVED, by=by, at=at)
    facts = rule_facts([locked.lead])[locked.lead_id]
    lock_rotations([queue.pk])
    enter_open(queue, [Arrival(locked.lead, facts, since_at=at, trail=locked.trail)], at=at, by=by)
    serve(queue, at=at)
    return locked


@transaction.atomic
def nurture(item: ReviewItem, *, by, at: datetime, note: str = "") -> ReviewItem:
    locked = _decide(item, ReviewItem.Closed.NURTURED, by=by, at=at)
    close_lead(locked.lead, stage=Lead.Stage.NURTURE, by=by, at=at, note=note)
    return locked


@transaction.atomic
def reject(item: ReviewItem, *, by, at: datetime, reason: str = "", note: str = "") -> ReviewItem:
    locked = _decide(item, ReviewItem.Closed.REJECTED, by=by, at=at)
    close_lead(locked.lead, stage=Lead.Stage.REJECTED, by=by, at=at, reason=reason, note=note)
    return locked


@transaction.atomic
def ask_again(item: ReviewItem, *, by, at: datetime) -> Lead:
    """Before the entry rules as they are now, after a correction or a change of the rules; they may send the lead
    back to the desk, with new reasons (A5, A8)."""
    locked = _decide(item, ReviewItem.Closed.ASKED, by=by, at=at)
    lead = Lead.objects.select_related("source", "account").get(pk=locked.lead_id)
    place([lead], at=at)
    entry = waiting_entry(lead.pk)
    if entry is not None:
        serve(entry.queue, at=at)
    lead.refresh_from_db()
    return lead


@transaction.atomic
def undo(item: ReviewItem, *, by, at: datetime) -> ReviewItem:
    """Back on the desk as it was before it went to nurture or was rejected, with its age and reasons."""
    lock_lead(item.lead_id)
    locked = ReviewItem.objects.select_for_update(of=("self",)).select_related("lead").get(pk=item.pk)
    lead = locked.lead
    is_fresh = locked.closed_at is not None and at - locked.closed_at <= UNDO_WITHIN
    if not is_fresh or UNDOABLE.get(locked.closed_how) != lead.stage or lead.stage_at != locked.closed_at:
        raise TooLateToUndo
    Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})
    lead.stage, lead.stage_at, lead.closed_reason = Lead.Stage.REVIEW, at, ""
    lead.save(update_fields=["stage", "stage_at", "closed_reason"])
    locked.closed_at, locked.closed_by, locked.closed_how = None, None, ""
    locked.save(update_fields=["closed_at", "closed_by", "closed_how"])
    announce("review")
    return locked


def decide_many(items: Sequence[ReviewItem], *, act, **details) -> tuple[int, list[ReviewItem]]:
    """The same act on many; returns how many were done and those that somebody else had decided already."""
    done, late = 0, []
    for item in items:
        try:
            act(item, **details)
            done += 1
        except AlreadyDecided as found:
            late.append(found.item)
    return done, late


def _decide(item: ReviewItem, how: str, *, by, at: datetime) -> ReviewItem:
    lock_lead(item.lead_id)
    locked = ReviewItem.objects.select_for_update(of=("self",)).select_related("lead", "closed_by").get(pk=item.pk)
    if locked.closed_at is not None:
        raise AlreadyDecided(locked)
    locked.closed_at, locked.closed_by, locked.closed_how = at, by, how
    locked.save(update_fields=["closed_at", "closed_by", "closed_how"])
    announce("review")
    return locked
