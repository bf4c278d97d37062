"""What a run does with one lead of the review desk, and how that is undone (A6, A9)."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django.contrib.auth.models import User

from config.live import announce
from leads.actions.not_duplicates import mark_not_duplicates, undo_not_duplicates
from leads.models import Activity, Lead
from leads.queries.merging import possible_duplicates_of
from queues.actions.cleanup.acts import Before, Refusal
from queues.actions.cleanup.undoing import MovedOn
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.entries.placement import QueueIsOff
from queues.actions.intake.parking import REASONS
from queues.actions.intake.state import lock_states, note_full
from queues.actions.review.decisions import (
    AlreadyDecided,
    DecisionCannotBeUndone,
    NoLookalike,
    approve,
    keep_both,
    nurture,
    reapply_rules,
    reject,
    undo_decision,
)
from queues.models import CleanupRun, CleanupStep, Entry, EntryRule, Queue, ReviewItem
from queues.queries.intake import room_in
from queues.queries.stale import LOG_PERIOD
from routing.actions.assignment import lock_lead

Act = CleanupRun.Act
PARKED = "parked"  # what a step says of a lead that waits on the desk for room in the chosen queue


def decide(run: CleanupRun, item_id: int, *, by: User, at: datetime) -> Before:
    """The act of the run for this item, within the caller's transaction; its lead is locked. Returns what the undo and
    the result need. Raises Refusal; then nothing has changed."""
    item = ReviewItem.objects.select_related("lead").filter(pk=item_id).first()
    if item is None or item.closed_at is not None:
        raise Refusal("moved")
    try:
        more = ACTS[run.act](run, item, by=by, at=at)
    except AlreadyDecided:
        raise Refusal("moved") from None
    except NoLookalike:
        raise Refusal("alone") from None
    except QueueIsOff:
        raise Refusal("queue_off") from None
    return {"item": item.pk} | more


def undo(step: CleanupStep, *, by: User, at: datetime) -> None:
    """Within the caller's transaction. Raises MovedOn; then nothing has changed."""
    item = ReviewItem.objects.filter(pk=step.before["item"]).first()
    if item is None:
        raise MovedOn
    if step.before.get("went") == PARKED:
        _unpark(step, by=by, at=at)
        return
    try:
        undo_decision(item, by=by, at=at, within=LOG_PERIOD)
    except DecisionCannotBeUndone:
        raise MovedOn from None


def serve_queues_of(lead_ids: Collection[int], *, at: datetime) -> None:
    """The leads that entered push queues go to reps now: once for many."""
    waiting = Entry.objects.waiting().filter(lead__in=lead_ids).order_by().values("queue").distinct()
    for queue in Queue.objects.select_related("rotation").filter(pk__in=waiting).order_by("pk"):
        serve(queue, at=at)


def _approve(run: CleanupRun, item: ReviewItem, *, by: User, at: datetime) -> Before:
    """What the queue has no room for is parked for it, unless the person wants all of them in (D5)."""
    queue = run.queue
    if queue is None or not queue.is_active:
        raise QueueIsOff
    if not run.wanted.get("over_limit"):
        lock_rotations([queue.pk])
        if why := _why_full(queue, at=at):
            return _park(item, queue, why, by=by, at=at)
    approve(item, queue=queue, by=by, at=at, serves=False)
    return {"went": Lead.Stage.WAITING.value}


def _why_full(queue: Queue, *, at: datetime) -> ReviewItem.Parked | None:
    room = room_in(queue, 1, at=at)
    if room.is_close:
        lock_states([queue])
        room = room_in(queue, 1, at=at)
    if room.is_crossing:
        note_full(queue, at=at)
    return None if room.entering else room.why or ReviewItem.Parked.FULL


def _park(item: ReviewItem, queue: Queue, why: ReviewItem.Parked, *, by: User, at: datetime) -> Before:
    """The item stays open with its age, and the lead enters by itself when the queue has room."""
    locked = ReviewItem.objects.select_for_update(of=("self",)).select_related("lead").get(pk=item.pk)
    if locked.closed_at is not None:
        raise AlreadyDecided(locked)
    if locked.parked_for_id == queue.pk:
        raise Refusal("parked")
    before: Before = {"went": PARKED, "was": {name: getattr(locked, name) for name in KEPT_OF_ITEM}}
    if others := possible_duplicates_of(locked.lead):
        mark_not_duplicates(locked.lead, others, by=by, at=at)
    locked.reasons, locked.rule, locked.parked_for, locked.parked_why = [REASONS[why].value], None, queue, why
    locked.save(update_fields=KEPT_OF_ITEM)
    details = {"reasons": locked.reasons, "parked_for": queue.name}
    Activity.objects.create(lead=locked.lead, kind=Activity.Kind.REVIEW, at=at, by=by, details=details)
    announce("review", queue.topic)
    return before


def _unpark(step: CleanupStep, *, by: User, at: datetime) -> None:
    lock_lead(step.lead_id)
    items = ReviewItem.objects.select_for_update(of=("self",)).select_related("lead")
    item = items.get(pk=step.before["item"])
    if item.closed_at is not None or item.parked_for_id != step.run.queue_id:
        raise MovedOn
    was = dict(step.before["was"])
    for name, rows in (("rule_id", EntryRule.objects), ("parked_for_id", Queue.objects)):  # deleted since: none
        was[name] = rows.filter(pk=was[name]).values_list("pk", flat=True).first()
    for name, value in was.items():
        setattr(item, name, value)
    item.save(update_fields=KEPT_OF_ITEM)
    undo_not_duplicates(item.lead, decided_at=step.at)
    details = {"from": item.lead.stage}
    Activity.objects.create(lead=item.lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details)
    announce("review")


def _keep_both(run: CleanupRun, item: ReviewItem, *, by: User, at: datetime) -> Before:
    return {"went": str(keep_both(item, by=by, at=at, serves=False).stage)}


def _nurture(run: CleanupRun, item: ReviewItem, *, by: User, at: datetime) -> Before:
    nurture(item, by=by, at=at)
    return {}


def _reject(run: CleanupRun, item: ReviewItem, *, by: User, at: datetime) -> Before:
    reject(item, by=by, at=at, reason=run.reason)
    return {}


def _ask(run: CleanupRun, item: ReviewItem, *, by: User, at: datetime) -> Before:
    return {"went": str(reapply_rules(item, by=by, at=at, serves=False).stage)}


KEPT_OF_ITEM = ["reasons", "rule_id", "parked_for_id", "parked_why"]
ACTS: Mapping[str, Callable[..., Before]] = {
    Act.MOVE: _approve,
    Act.APART: _keep_both,
    Act.NURTURE: _nurture,
    Act.REJECT: _reject,
    Act.ASK: _ask,
}
