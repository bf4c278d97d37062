"""Set old leads aside, at night or by hand: nurture, recycling pool, archive; and undo a step (D6, D7)."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from leads.actions.stages import StageRefusal, StageRefused, close_lead, restore_stage
from leads.models import Activity, Lead
from queues.actions.entries.coming_back import LeadIsLookedAt, come_back, place_of, snapshot
from queues.actions.review.decisions import Closed, close_item
from queues.decisions.stale import StaleDays
from queues.models import ReviewItem, StaleStep
from queues.queries.limits import stale_days
from queues.queries.stale import MOVES_FROM, OPEN_STAGES, STAGES, can_be_undone, stale_entries, stale_in
from routing.actions.assignment import lock_lead, notify_former_holder

log = logging.getLogger(__name__)
CHUNK_SIZE = 500
Step = StaleStep.Step
NIGHTLY = (Step.NURTURE, Step.RECYCLE, Step.ARCHIVE)
CLOSED: dict[str, ReviewItem.Closed] = {Step.NURTURE: Closed.NURTURED, Step.REJECT: Closed.REJECTED}


class StepCannotBeUndone(Exception):
    """The lead has moved on since, or thirty days are over."""


def clear_stale(*, at: datetime) -> dict[str, int]:
    """After 7 days to nurture, 14 to the recycling pool, 30 to the archive, or as queues and types say. Each step is
    logged, and runs once even if the night runs twice. A lead takes one step a night."""
    leads = {step: stale_in(step, at=at) for step in (Step.ARCHIVE, Step.RECYCLE)}
    done = {step: _move_all(found, step, at=at) for step, found in leads.items()}
    waiting = Lead.objects.filter(pk__in=stale_entries(at=at).order_by().values("lead")).order_by("pk")
    done[Step.NURTURE] = _move_all(waiting, Step.NURTURE, at=at)
    return {step.value: done[step] for step in NIGHTLY}


def _move_all(leads: QuerySet[Lead], step: StaleStep.Step, *, at: datetime) -> int:
    """In chunks, until none is left; one that cannot be moved is tried once a night."""
    moved, seen = 0, 0
    while chunk := list(leads.filter(pk__gt=seen).order_by("pk")[:CHUNK_SIZE]):
        moved += move(chunk, step, at=at)
        seen = chunk[-1].pk
    return moved


def move(leads: Sequence[Lead], step: StaleStep.Step, *, at: datetime) -> int:
    """Skips leads that were taken or came back since the list was read."""
    moved = 0
    for lead in leads:
        try:
            _move(lead, step, at=at)
        except StageRefused:
            continue
        except Exception:
            log.exception("the old lead %s could not be moved", lead.pk)
            continue
        moved += 1
    return moved


@transaction.atomic
def set_aside(lead: Lead, step: StaleStep.Step, *, by: User, at: datetime, reason: str = "") -> StaleStep:
    """By hand, for any open lead (D7): one that waits, is on the review desk, or is held by a rep, who is told. Raises
    StageRefused, LeadIsLookedAt."""
    lock_lead(lead.pk)
    lead.refresh_from_db()
    if lead.stage not in OPEN_STAGES:
        raise StageRefused(StageRefusal.MOVED)
    place = place_of(lead)
    if place.is_looked_at(at):
        raise LeadIsLookedAt
    queue, entry, item, held = place.queue, place.entry, place.item, place.held
    before = snapshot(lead, place)
    row = StaleStep(lead=lead, queue=queue, entry=entry, step=step, at=at, by=by, due_at=at, before=before)
    if item is not None:
        close_item(item, CLOSED.get(step, Closed.CLOSED), by=by, at=at)
    close_lead(lead, stage=STAGES[step], by=by, at=at, reason=reason or "cleanup", only_from=lead.stage)
    if held is not None and held.holder_id != by.pk:
        held.refresh_from_db()
        notify_former_holder(held, at=at)
    _record(row, stale_days(queue, lead.lead_type))
    return row


@transaction.atomic
def _move(lead: Lead, step: StaleStep.Step, *, at: datetime) -> None:
    lock_lead(lead.pk)
    lead.refresh_from_db()
    place = place_of(lead)
    entry = place.entry
    last = StaleStep.objects.filter(lead=lead, at=lead.stage_at, undone_at__isnull=True).select_related("queue")
    before = last.order_by("-at", "-pk").first() if step != Step.NURTURE else None
    queue = entry.queue if entry is not None else before.queue if before is not None else None
    days, since = stale_days(queue, lead.lead_type), entry.since_at if entry is not None else lead.stage_at
    stays_since = max(since, entry.entered_at) if entry is not None else since  # after an undo the days begin again
    due = {
        Step.NURTURE: stays_since + timedelta(days=days.nurture),
        Step.RECYCLE: (before and before.next_at) or lead.stage_at + timedelta(days=days.recycle),
        Step.ARCHIVE: (before and before.next_at) or lead.stage_at + timedelta(days=days.archive),
    }[step]
    row = StaleStep(lead=lead, queue=queue, entry=entry, step=step, at=at, due_at=due, before=snapshot(lead, place))
    told = {"days": (at - since).days}
    close_lead(lead, stage=STAGES[step], by=None, at=at, reason="stale", details=told, only_from=MOVES_FROM[step])
    _record(row, days)


def _record(row: StaleStep, days: StaleDays) -> None:
    """The step, and when the next one is due."""
    row.next_at = {
        Step.NURTURE: row.at + timedelta(days=days.recycle),
        Step.RECYCLE: row.at + timedelta(days=days.archive),
    }.get(StaleStep.Step(row.step))
    StaleStep.objects.filter(lead=row.lead, next_at__isnull=False).update(next_at=None)
    row.save(force_insert=True)


@transaction.atomic
def undo_step(step: StaleStep, *, by: User, at: datetime) -> StaleStep:
    """Back to its queue with its old time of entry; to the review desk if the queue is off. From the pool or the
    archive back to the stage before, for its days again. What a person set aside goes back to the desk or to its
    holder. Raises StepCannotBeUndone."""
    lock_lead(step.lead_id)
    locked = StaleStep.objects.select_for_update(of=("self",)).select_related("lead", "queue", "entry").get(pk=step.pk)
    lead, before = locked.lead, locked.before
    if not can_be_undone(locked, at=at):
        raise StepCannotBeUndone
    locked.undone_at, locked.undone_by, locked.next_at = at, by, None
    locked.save(update_fields=["undone_at", "undone_by", "next_at"])
    if before.get("stage", Lead.Stage.WAITING) in OPEN_STAGES:
        come_back(lead, before, queue=locked.queue, entry=locked.entry, by=by, at=at)
    else:
        Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})
        restore_stage(lead, {**before, "stage_at": at.isoformat()})
    return locked
