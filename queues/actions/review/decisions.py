"""Decide about leads on the review desk: approve, keep both, nurture, reject, reapply the rules; one or many (A6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.actions.not_duplicates import mark_not_duplicates, undo_not_duplicates
from leads.actions.stages import change_stage, close_lead
from leads.models import Activity, Lead
from leads.queries.leads import rule_facts
from leads.queries.merging import possible_duplicates_of
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.entries.leaving import undo_placement
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active, place_leads
from queues.actions.entries.reordering import reorder_leads
from queues.models import Entry, Queue, ReviewItem
from queues.queries.intake import came_back
from queues.queries.waiting import waiting_entry
from routing.actions.assignment import lock_lead
from routing.queries.assignments import UNDO_WITHIN

Closed = ReviewItem.Closed
SET_ASIDE: dict[str, Lead.Stage] = {Closed.NURTURED: Lead.Stage.NURTURE, Closed.REJECTED: Lead.Stage.REJECTED}
PLACED = (Closed.APPROVED, Closed.KEPT, Closed.ASKED)


class AlreadyDecided(Exception):
    """Somebody else has decided about this lead; `item` says who, how and when."""

    def __init__(self, item: ReviewItem) -> None:
        self.item = item
        super().__init__("already decided")


class NoLookalike(Exception):
    """The lead resembles no other lead, so there are no two leads to keep."""


class DecisionCannotBeUndone(Exception):
    """Five minutes are over, or the lead has moved on since."""


@dataclass(frozen=True, slots=True)
class BulkDecision:
    """The result of one act on many items: done, already decided by somebody else, without a lookalike, and how many
    were left for another reason, by its code."""

    done: list[ReviewItem]
    already_decided: list[ReviewItem]
    without_lookalike: list[ReviewItem]
    left: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def approve(item: ReviewItem, *, queue: Queue, by: User, at: datetime, serves: bool = True) -> ReviewItem:
    """Into a queue. Its age counts from now, as it has not waited for a rep before; a parked lead keeps its age (L9).
    If it resembles another lead, the two are recorded as different from now on. Without `serves` the caller serves the
    queue, once for many leads."""
    if not queue.is_active:
        raise QueueIsOff
    locked = close_item(item, Closed.APPROVED, by=by, at=at)
    if others := possible_duplicates_of(locked.lead):
        mark_not_duplicates(locked.lead, others, by=by, at=at)
    facts = rule_facts([locked.lead])[locked.lead_id]
    lock_rotations([queue.pk])
    since_at = locked.opened_at if locked.parked_why else at
    is_recycled = bool(came_back([locked]))
    arrival = Arrival(locked.lead, facts, since_at=since_at, trail=locked.trail, is_recycled=is_recycled)
    enter_if_active(queue, [arrival], at=at, by=by)
    if serves:
        serve(queue, at=at)
    return locked


@transaction.atomic
def keep_both(item: ReviewItem, *, by: User, at: datetime, serves: bool = True) -> Lead:
    """Record the two as different for good, and apply the rules again without the resemblance (A3)."""
    locked = close_item(item, Closed.KEPT, by=by, at=at)
    others = possible_duplicates_of(locked.lead)
    if not others:
        raise NoLookalike
    mark_not_duplicates(locked.lead, others, by=by, at=at)
    return place_again(locked, at=at, serves=serves)


@transaction.atomic
def nurture(item: ReviewItem, *, by: User, at: datetime, note: str = "") -> ReviewItem:
    locked = close_item(item, Closed.NURTURED, by=by, at=at)
    close_lead(locked.lead, stage=Lead.Stage.NURTURE, by=by, at=at, note=note)
    return locked


@transaction.atomic
def reject(item: ReviewItem, *, by: User, at: datetime, reason: str = "", note: str = "") -> ReviewItem:
    locked = close_item(item, Closed.REJECTED, by=by, at=at)
    close_lead(locked.lead, stage=Lead.Stage.REJECTED, by=by, at=at, reason=reason, note=note)
    return locked


@transaction.atomic
def reapply_rules(item: ReviewItem, *, by: User, at: datetime, serves: bool = True) -> Lead:
    """Apply the current entry rules, after a correction or a change of the rules. They may send the lead back to the
    desk, with new reasons and its old age (A5, A8)."""
    closed = close_item(item, Closed.ASKED, by=by, at=at)
    return place_again(closed, at=at, waited_since=closed.opened_at if closed.parked_why else None, serves=serves)


def place_again(closed: ReviewItem, *, at: datetime, waited_since: datetime | None = None, serves: bool = True) -> Lead:
    """Apply the rules to a lead whose item was just closed. On the desk it keeps its age; in a queue its age counts
    from now, or from `waited_since` (L9)."""
    lead = Lead.objects.select_related("source", "account").get(pk=closed.lead_id)
    place_leads([lead], at=at)
    ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).update(opened_at=closed.opened_at)
    entry = waiting_entry(lead.pk)
    if entry is not None and waited_since is not None:
        Entry.objects.filter(pk=entry.pk).update(since_at=waited_since)
        reorder_leads([lead], at=at)
    if entry is not None and serves:
        serve(entry.queue, at=at)
    lead.refresh_from_db()
    return lead


@transaction.atomic
def undo_decision(item: ReviewItem, *, by: User, at: datetime, within: timedelta = UNDO_WITHIN) -> ReviewItem:
    """Back on the desk as before, with its age and reasons: within five minutes, and from a queue as long as nobody
    took the lead. What the decision recorded about its resemblance is undone too. A decision about many leads has more
    time: `within`."""
    lock_lead(item.lead_id)
    locked = ReviewItem.objects.select_for_update(of=("self",)).select_related("lead").get(pk=item.pk)
    lead = locked.lead
    if locked.closed_at is None or not _can_come_back(locked, closed_at=locked.closed_at, at=at, within=within):
        raise DecisionCannotBeUndone
    undo_not_duplicates(lead, decided_at=locked.closed_at)
    reopen_item(locked, by=by, at=at)
    return locked


def _can_come_back(closed: ReviewItem, *, closed_at: datetime, at: datetime, within: timedelta) -> bool:
    lead, is_fresh = closed.lead, at - closed_at <= within
    if closed.closed_how in PLACED:
        return (is_fresh or lead.stage == Lead.Stage.WAITING) and undo_placement(lead, placed_at=closed_at)
    return is_fresh and SET_ASIDE.get(closed.closed_how) == lead.stage and lead.stage_at == closed_at


def reopen_item(closed: ReviewItem, *, by: User, at: datetime) -> None:
    """Open the item again, as if it had never been decided. The lead is locked and not in a queue."""
    lead = closed.lead
    Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})
    change_stage([lead], Lead.Stage.REVIEW, at=at)
    closed.closed_at, closed.closed_by, closed.closed_how = None, None, ""
    closed.save(update_fields=["closed_at", "closed_by", "closed_how"])
    announce("review")


def decide_many(items: Sequence[ReviewItem], *, act: Callable[..., object], **details: Any) -> BulkDecision:
    """The same act on many items, each in its own transaction: one that is already decided, or has no lookalike, does
    not stop the others."""
    done, already_decided, without_lookalike = [], [], []
    for item in items:
        try:
            act(item, **details)
            done.append(item)
        except AlreadyDecided as found:
            already_decided.append(found.item)
        except NoLookalike:
            without_lookalike.append(item)
    return BulkDecision(done, already_decided, without_lookalike)


def close_item(item: ReviewItem, how: ReviewItem.Closed, *, by: User, at: datetime) -> ReviewItem:
    """Close an item that nobody else has decided; its lead is locked first. Raises AlreadyDecided."""
    lock_lead(item.lead_id)
    locked = ReviewItem.objects.select_for_update(of=("self",)).select_related("lead", "closed_by").get(pk=item.pk)
    if locked.closed_at is not None:
        raise AlreadyDecided(locked)
    locked.closed_at, locked.closed_by, locked.closed_how = at, by, how
    locked.save(update_fields=["closed_at", "closed_by", "closed_how"])
    announce("review")
    return locked
