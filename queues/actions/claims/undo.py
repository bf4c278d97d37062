"""Undo an assignment within five minutes: the lead stands in its queue as before (C4b)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from config.live import announce, announce_restored
from leads.actions.stages import change_stage
from leads.models import Lead
from queues.actions.entries.counts import count_in
from queues.actions.entries.reordering import reorder_leads
from queues.models import Entry, Escalation, ReviewItem
from routing.actions.assignment import NotTheHolder
from routing.actions.undo import TooLateToUndo, WorkedSince, take_back
from routing.models import Assignment
from routing.queries.assignments import UNDO_WITHIN, batch_of


class QueueIsGone(Exception):
    """The queue that the lead would go back to is switched off, or the lead never stood in one."""


class SkipInstead(Exception):
    """The lead came unseen from a blind queue: its holder gives it back with a reason, or a manager undoes it (C4c)."""


@transaction.atomic
def undo_assignment(assignment: Assignment, *, by, at: datetime) -> Assignment:
    """Take a claim, a turn or a manager's decision back, by who made it or a manager: place, turn and clocks are as
    before, and what it had closed is open again. The door asks who may.

    A lead that a rotation had pushed waits again; the next sweep or arrival serves it anew. Raises what take_back()
    raises, QueueIsGone and SkipInstead; then nothing has changed.
    """
    if assignment.is_skippable and assignment.holder_id == by.pk:
        raise SkipInstead
    undone, before = take_back(assignment, by=by, at=at)
    if before is None:
        _wait_again(undone)
        reorder_leads([undone.lead], at=at)  # it may have come back with a higher score meanwhile (B7)
    _reopen(undone)
    return undone


@dataclass
class BatchUndone:
    """What became of a batch: these wait again, and these stay because they were worked on since. Those that had gone
    another way before are in neither."""

    undone: list[Assignment] = field(default_factory=list)
    stayed: list[Assignment] = field(default_factory=list)


def undo_batch(one: Assignment, *, by, at: datetime) -> BatchUndone:
    """Undo all leads that were taken with this one in a batch.

    A transaction for each, so that nobody who works on two of them waits for both; what a crash leaves is undone by the
    next click. Raises TooLateToUndo and QueueIsGone, which hold for all of a batch.
    """
    if at - one.assigned_at > UNDO_WITHIN:
        raise TooLateToUndo
    found = BatchUndone()
    for each in batch_of(one):
        try:
            found.undone.append(undo_assignment(each, by=by, at=at))
        except WorkedSince:
            found.stayed.append(each)
        except NotTheHolder:
            continue
    return found


def _wait_again(undone: Assignment) -> None:
    entry = Entry.objects.select_for_update(of=("self",)).select_related("queue").filter(assignment=undone).first()
    if entry is None or not entry.queue.is_active:
        raise QueueIsGone
    entry.left_at, entry.left_how, entry.assignment = None, "", None
    entry.save(update_fields=["left_at", "left_how", "assignment"])
    count_in(entry.queue_id, bands=Counter([entry.band]))
    change_stage([undone.lead], Lead.Stage.WAITING, at=entry.entered_at)
    announce_restored(entry.queue.topic, entry.pk)


def _reopen(undone: Assignment) -> None:
    """What this assignment settled by being made."""
    then = {"lead": undone.lead_id, "closed_at": undone.assigned_at}
    newest = Escalation.objects.filter(**then).order_by("-pk").values_list("pk", flat=True)[:1]
    if Escalation.objects.filter(pk__in=list(newest)).update(closed_at=None, closed_how="", closed_by=None):
        announce("escalations")
    reviews = ReviewItem.objects.filter(**then, closed_how=ReviewItem.Closed.CLOSED).order_by("-pk")
    ids = list(reviews.values_list("pk", flat=True)[:1])
    if ReviewItem.objects.filter(pk__in=ids).update(closed_at=None, closed_how="", closed_by=None):
        announce("review")
