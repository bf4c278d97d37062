"""Undo an assignment within five minutes: the lead is in its queue again, as before (C4b)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce, announce_restored
from leads.actions.stages import change_stage
from leads.models import Lead
from queues.actions.entries.counts import count_in
from queues.actions.entries.reordering import reorder_leads
from queues.models import Entry, Escalation, ReviewItem
from routing.actions.assignment import NotTheHolder, notify_former_holder
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo, revert_assignment
from routing.models import Assignment
from routing.queries.assignments import UNDO_WITHIN, batch_of


class QueueIsGone(Exception):
    """The queue to which the lead would return is switched off, or the lead was in no queue."""


class SkipInstead(Exception):
    """The lead came from a blind queue: its holder must skip it with a reason, or a manager undoes it (C4c)."""


@transaction.atomic
def undo_assignment(assignment: Assignment, *, by: User, at: datetime) -> Assignment:
    """Undo a claim, a turn or a manager's decision: position, turn and clocks are as before, and cases that it closed
    are open again. The view checks who may.

    A lead that a rotation had assigned waits again; the next sweep or arrival assigns it. Raises what take_back()
    raises, QueueIsGone and SkipInstead; then nothing has changed.
    """
    if assignment.is_skippable and assignment.holder_id == by.pk:
        raise SkipInstead
    undone, before = revert_assignment(assignment, by=by, at=at)
    if before is None:
        _reopen_entry(undone)
        reorder_leads([undone.lead], at=at)  # its score may have changed in the meantime (B7)
    reopen_cases(undone.lead_id, closed_at=undone.assigned_at)
    if undone.holder_id != by.pk:
        notify_former_holder(undone, at=at)
    return undone


@dataclass
class BatchUndo:
    """The result for a batch: `undone` leads wait again; `stayed` leads were worked on since. Leads that are no longer
    with the holder are in neither list."""

    undone: list[Assignment] = field(default_factory=list)
    stayed: list[Assignment] = field(default_factory=list)


def undo_batch(one: Assignment, *, by: User, at: datetime) -> BatchUndo:
    """Undo all leads that were claimed with this one in a batch.

    Each lead has its own transaction, so that other work waits for one lead at most; after a crash the next click
    undoes the rest. Raises TooLateToUndo and QueueIsGone, which apply to the whole batch.
    """
    if at - one.assigned_at > UNDO_WITHIN:
        raise TooLateToUndo
    found = BatchUndo()
    for each in batch_of(one):
        try:
            found.undone.append(undo_assignment(each, by=by, at=at))
        except AlreadyWorkedOn:
            found.stayed.append(each)
        except NotTheHolder:
            continue
    return found


def _reopen_entry(undone: Assignment) -> None:
    entry = Entry.objects.select_for_update(of=("self",)).select_related("queue").filter(assignment=undone).first()
    if entry is None or not entry.queue.is_active:
        raise QueueIsGone
    entry.left_at, entry.left_how, entry.assignment, entry.waited_seconds = None, "", None, None
    entry.save(update_fields=["left_at", "left_how", "assignment", "waited_seconds"])
    count_in(entry.queue_id, bands=Counter([entry.band]))
    change_stage([undone.lead], Lead.Stage.WAITING, at=entry.entered_at)
    announce_restored(entry.queue.topic, entry.pk)


def reopen_cases(lead_id: int, *, closed_at: datetime) -> None:
    """Open again the escalation and the review item of this lead that were closed at that moment."""
    then = {"lead": lead_id, "closed_at": closed_at}
    newest = Escalation.objects.filter(**then).order_by("-pk").values_list("pk", flat=True)[:1]
    if Escalation.objects.filter(pk__in=list(newest)).update(closed_at=None, closed_how="", closed_by=None):
        announce("escalations")
    reviews = ReviewItem.objects.filter(**then, closed_how=ReviewItem.Closed.CLOSED).order_by("-pk")
    ids = list(reviews.values_list("pk", flat=True)[:1])
    if ReviewItem.objects.filter(pk__in=ids).update(closed_at=None, closed_how="", closed_by=None):
        announce("review")
