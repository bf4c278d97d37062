"""Move stale leads: to nurture, to the recycling pool, to the archive; and undo a step (D6)."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from leads.actions.stages import StageRefused, close_lead, restore_stage, stage_snapshot
from leads.models import Activity, Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active, send_to_review
from queues.decisions.placement import ReviewReason
from queues.models import Entry, Queue, StaleStep
from queues.queries.limits import stale_days
from queues.queries.stale import MOVES_FROM, STAGES, can_be_undone, stale_entries, stale_in
from routing.actions.assignment import lock_lead

log = logging.getLogger(__name__)
CHUNK_SIZE = 500
Step = StaleStep.Step


class StepCannotBeUndone(Exception):
    """The lead has moved on since, or thirty days are over."""


def clear_stale(*, at: datetime) -> dict[str, int]:
    """After 7 days to nurture, 14 to the recycling pool, 30 to the archive, or as queues and types say. Each step is
    logged, and runs once even if the night runs twice. A lead takes one step a night."""
    leads = {step: stale_in(step, at=at) for step in (Step.ARCHIVE, Step.RECYCLE)}
    done = {step: _move_all(found, step, at=at) for step, found in leads.items()}
    waiting = Lead.objects.filter(pk__in=stale_entries(at=at).order_by().values("lead")).order_by("pk")
    done[Step.NURTURE] = _move_all(waiting, Step.NURTURE, at=at)
    return {step.value: done[step] for step in Step}


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
def _move(lead: Lead, step: StaleStep.Step, *, at: datetime) -> None:
    lock_lead(lead.pk)
    lead.refresh_from_db()
    entry = Entry.objects.waiting().filter(lead=lead).select_related("queue").order_by("pk").first()
    last = StaleStep.objects.filter(lead=lead, undone_at__isnull=True).select_related("queue")
    before = last.order_by("-at", "-pk").first() if step != Step.NURTURE else None
    queue = entry.queue if entry is not None else before.queue if before is not None else None
    days, since = stale_days(queue, lead.lead_type), entry.since_at if entry is not None else lead.stage_at
    stays_since = max(since, entry.entered_at) if entry is not None else since  # after an undo the days begin again
    due = {
        Step.NURTURE: stays_since + timedelta(days=days.nurture),
        Step.RECYCLE: (before and before.next_at) or lead.stage_at + timedelta(days=days.recycle),
        Step.ARCHIVE: (before and before.next_at) or lead.stage_at + timedelta(days=days.archive),
    }[step]
    row = StaleStep(lead=lead, queue=queue, entry=entry, step=step, at=at, due_at=due, before=_snapshot(lead, entry))
    row.next_at = {
        Step.NURTURE: at + timedelta(days=days.recycle),
        Step.RECYCLE: at + timedelta(days=days.archive),
    }.get(step)
    told = {"days": (at - since).days}
    close_lead(lead, stage=STAGES[step], by=None, at=at, reason="stale", details=told, only_from=MOVES_FROM[step])
    StaleStep.objects.filter(lead=lead, next_at__isnull=False).update(next_at=None)
    row.save(force_insert=True)


def _snapshot(lead: Lead, entry: Entry | None) -> dict[str, object]:
    """What undo_step() needs."""
    if entry is None:
        return {**stage_snapshot(lead)}
    since = entry.since_at.astimezone(UTC).isoformat()
    return {**stage_snapshot(lead), "since_at": since, "is_front": entry.is_front, "rule": entry.rule_id}


@transaction.atomic
def undo_step(step: StaleStep, *, by: User, at: datetime) -> StaleStep:
    """Back to its queue with its old time of entry; to the review desk if the queue is off. From the pool or the
    archive back to the stage before, for its days again. Raises StepCannotBeUndone."""
    lock_lead(step.lead_id)
    locked = StaleStep.objects.select_for_update(of=("self",)).select_related("lead", "queue", "entry").get(pk=step.pk)
    lead, before = locked.lead, locked.before
    if not can_be_undone(locked, at=at):
        raise StepCannotBeUndone
    locked.undone_at, locked.undone_by, locked.next_at = at, by, None
    locked.save(update_fields=["undone_at", "undone_by", "next_at"])
    Activity.objects.create(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details={"from": lead.stage})
    if locked.step != Step.NURTURE:
        restore_stage(lead, {**before, "stage_at": at.isoformat()})
        return locked
    _back_to_queue(locked, by=by, at=at)
    return locked


def _back_to_queue(step: StaleStep, *, by: User, at: datetime) -> None:
    lead, before, queue = step.lead, step.before, step.queue
    try:
        if queue is None or not queue.is_active:
            raise QueueIsOff
        lock_rotations([queue.pk])
        arrival = Arrival(
            lead,
            rule_facts([lead])[lead.pk],
            since_at=datetime.fromisoformat(before["since_at"]),
            rule_id=step.entry.rule_id if step.entry is not None else None,
            trail=step.entry.trail if step.entry is not None else [],
            is_front=bool(before.get("is_front")),
            is_recycled=step.entry.is_recycled if step.entry is not None else False,
        )
        enter_if_active(queue, [arrival], at=at, by=by)
        serve(Queue.objects.select_related("rotation").get(pk=queue.pk), at=at)
    except QueueIsOff:
        send_to_review([(lead, [ReviewReason.QUEUE_OFF], None)], at=at)
