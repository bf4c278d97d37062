"""Merge a lead on the review desk with the one it resembles, and undo the merge (A3, A6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.actions.merging import Split, lock_leads, merge_leads, split_leads
from leads.actions.stages import restore_stage, stage_snapshot
from leads.models import Lead, Merge
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.entries.leaving import restore_entry, undo_placement
from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import close_item, place_again
from queues.models import Entry, Queue, ReviewItem


@dataclass(frozen=True, slots=True)
class UndoneMerge:
    """An undone merge. `item` is open on the desk again. `moved_on`: the merge had moved the kept lead, which has moved
    on since and stays where it is."""

    split: Split
    item: ReviewItem | None
    moved_on: bool


@transaction.atomic
def merge_on_desk(
    item: ReviewItem, *, other: Lead, keeps_other: bool, picks: Mapping[str, str], by: User, at: datetime
) -> Merge:
    """Merge the lead of this item into `other`, or the other way round. Raises AlreadyDecided or MergeRefused.

    If the lead on the desk is kept, the rules decide about it again without the resemblance, and the time that the
    other lead had waited in a queue counts for it (L9).
    """
    lock_leads(item.lead_id, other.pk)
    if not keeps_other:  # it may enter any queue, and the queue that the other lead leaves is written first
        _lock_all_rotations()
    closed = close_item(item, ReviewItem.Closed.MERGED, by=by, at=at)
    if keeps_other:
        return merge_leads(closed.lead, other, picks=picks, by=by, at=at)
    waited = Entry.objects.waiting().filter(lead=other).values_list("since_at", flat=True).first()
    merge = merge_leads(other, closed.lead, picks=picks, by=by, at=at)
    merge.kept_snapshot = stage_snapshot(closed.lead)
    merge.save(update_fields=["kept_snapshot"])
    place_again(closed, at=at, waited_since=waited)
    return merge


@transaction.atomic
def merge_pair(lead: Lead, other: Lead, *, by: User, at: datetime) -> Merge:
    """Merge a lead, wherever it is, with the one it resembles, which stays unless a rep holds only the newer one. Each
    value is the kept lead's, if it has one. Raises MergeRefused."""
    lock_leads(lead.pk, other.pk)
    _lock_all_rotations()
    item = ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).first()
    if item is not None:
        return merge_on_desk(item, other=other, keeps_other=True, picks={}, by=by, at=at)
    lead.refresh_from_db(fields=["stage"])
    other.refresh_from_db(fields=["stage"])
    keeps_newer = lead.stage == Lead.Stage.HELD != other.stage
    absorbed, kept = (other, lead) if keeps_newer else (lead, other)
    return merge_leads(absorbed, kept, picks={}, by=by, at=at)


@transaction.atomic
def undo_merge(merge: Merge, *, by: User, at: datetime) -> UndoneMerge:
    """Both leads are as before. Raises SplitRefused; then nothing has changed."""
    lock_leads(merge.absorbed_id, merge.kept_id)
    _lock_all_rotations()
    split = split_leads(merge, by=by, at=at)
    moved_on = bool(merge.kept_snapshot) and not _restore_kept(split, by=by, at=at)
    return UndoneMerge(split, _restore_absorbed(split, at=at), moved_on)


def _restore_kept(split: Split, *, by: User, at: datetime) -> bool:
    """Put the kept lead back where it was, if it is still where the merge had sent it. One that was with a partner
    stays ours: the partner was told to leave it."""
    kept, merge = split.kept, split.merge
    if merge.kept_snapshot["stage"] == Lead.Stage.PARTNER or not undo_placement(kept, placed_at=merge.at):
        return False
    item = _closed_by(merge, kept)
    restore_stage(kept, merge.kept_snapshot)
    _reopen(item)
    return True


def _restore_absorbed(split: Split, *, at: datetime) -> ReviewItem | None:
    """Put the absorbed lead back: open on the desk with its reasons and age, or in its queue with its position and age.
    If that queue is off by now, the rules decide."""
    lead, merge = split.absorbed, split.merge
    if lead.stage == Lead.Stage.REVIEW:
        item = _closed_by(merge, lead)
        _reopen(item)
        return item
    if lead.stage != Lead.Stage.WAITING:
        return None
    if restore_entry(lead, left_at=merge.at):
        return None
    place_leads([lead], at=at)
    return ReviewItem.objects.filter(lead=lead, closed_at__isnull=True).first()


def _closed_by(merge: Merge, lead: Lead) -> ReviewItem | None:
    closed = ReviewItem.objects.filter(lead=lead, closed_how=ReviewItem.Closed.MERGED, closed_at=merge.at)
    return closed.order_by("-pk").first()


def _reopen(item: ReviewItem | None) -> None:
    if item is None:
        return
    item.closed_at, item.closed_by, item.closed_how = None, None, ""
    item.save(update_fields=["closed_at", "closed_by", "closed_how"])
    announce("review")


def _lock_all_rotations() -> None:
    lock_rotations(list(Queue.objects.active().order_by("pk").values_list("pk", flat=True)))
