"""Undo what a run did with many leads of the review desk, in one transaction and a fixed number of statements (A9).

It does what undo_decision() does for one lead; who calls it tries lead by lead if it raises anything.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.bulk_update import bulk_update
from config.live import announce
from leads.actions.not_duplicates import undo_not_duplicates
from leads.actions.stages import change_stage
from leads.models import Activity, Lead, NotDuplicate
from queues.actions.entries.leaving import announce_departures
from queues.actions.review.decisions import SET_ASIDE
from queues.actions.review.together import CLOSING, lock_leads_of
from queues.models import CleanupRun, CleanupStep, Entry, ReviewItem

Closed = ReviewItem.Closed


@transaction.atomic
def undo_together(run: CleanupRun, step_ids: Sequence[int], *, by: User, at: datetime) -> list[int]:
    """The leads that were approved, set aside or parked. Returns the steps that are left for undo_decision()."""
    found = {step.pk: step for step in CleanupStep.objects.filter(pk__in=step_ids).order_by("pk")}
    leads = lock_leads_of([step.lead_id for step in found.values()])
    rows = CleanupStep.objects.select_for_update(of=("self",)).filter(pk__in=found, undone_at=None, stayed=False)
    steps = list(rows.order_by("pk"))
    wanted = [step.before.get("item", 0) for step in steps]
    items = {
        item.pk: item
        for item in ReviewItem.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    }
    entries = _untouched(steps)
    back: list[tuple[CleanupStep, ReviewItem, Lead]] = []
    others: list[int] = []
    for step in steps:
        item, lead = items.get(step.before.get("item", 0)), leads.get(step.lead_id)
        if item is None or lead is None or not _is_simple(item, lead, entries.get(step.lead_id)):
            others.append(step.pk)
            continue
        back.append((step, item, lead))
    if back:
        _reopen(back, [entries[lead.pk] for _step, _item, lead in back if lead.pk in entries], by=by, at=at)
    return others


def _untouched(steps: Sequence[CleanupStep]) -> dict[int, Entry]:
    """The waiting entries of these leads that nothing has happened to since."""
    rows = Entry.objects.waiting().filter(
        lead__in=[step.lead_id for step in steps], wait_breached_at__isnull=True, escalated_at__isnull=True
    )
    rows = rows.select_for_update(of=("self",)).select_related("queue").order_by("pk")
    return {entry.lead_id: entry for entry in rows}


def _is_simple(item: ReviewItem, lead: Lead, entry: Entry | None) -> bool:
    if item.closed_at is None or lead.stage_at != item.closed_at:
        return False
    if item.closed_how == Closed.APPROVED:
        return lead.stage == Lead.Stage.WAITING and entry is not None and entry.entered_at == item.closed_at
    return item.closed_how in SET_ASIDE and lead.stage == SET_ASIDE[item.closed_how]


def _reopen(
    back: Sequence[tuple[CleanupStep, ReviewItem, Lead]], entries: Sequence[Entry], *, by: User, at: datetime
) -> None:
    if entries:
        announce_departures(entries)
        Entry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    _mark_again(back)
    Activity.objects.bulk_create(
        [
            Activity(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})
            for _step, _item, lead in back
        ]
    )
    change_stage([lead for _step, _item, lead in back], Lead.Stage.REVIEW, at=at)
    for step, item, _lead in back:
        item.closed_at, item.closed_by, item.closed_how, step.undone_at = None, None, "", at
    bulk_update(ReviewItem, [item for _step, item, _lead in back], CLOSING)
    bulk_update(CleanupStep, [step for step, _item, _lead in back], ["undone_at"])
    announce("review")


def _mark_again(back: Sequence[tuple[CleanupStep, ReviewItem, Lead]]) -> None:
    closed_at = {lead.pk: item.closed_at for _step, item, lead in back}
    decided = NotDuplicate.objects.filter(lead__in=closed_at).order_by("pk").values_list("lead", "at")
    marked = {lead_id for lead_id, moment in decided if moment == closed_at[lead_id]}
    for _step, item, lead in back:
        if lead.pk in marked and item.closed_at is not None:
            undo_not_duplicates(lead, decided_at=item.closed_at)
