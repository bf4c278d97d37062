"""Act on longest waits that ran out (D1)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads.models import Activity
from queues.actions.clocks.escalations import escalate
from queues.actions.clocks.sweeping import run_due
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import turn_requests
from queues.models import Breach, Entry, Escalation, Queue
from routing.actions.rotation.turns import NobodyAvailable, take_turns
from routing.models import Assignment


def expire_waits(*, at: datetime) -> int:
    """Leads that waited longer than their type may (D1) go to the manager or to the rotation, as the queue says."""
    late = Entry.objects.waiting().filter(wait_due_at__lt=at, wait_breached_at__isnull=True)
    return run_due(late, lambda pk: _act_on_wait(pk, at=at), order="wait_due_at")


@transaction.atomic
def _act_on_wait(pk: int, *, at: datetime) -> int:
    entry = lock_entry(Entry.objects.waiting().filter(pk=pk, wait_due_at__lt=at, wait_breached_at__isnull=True))
    if entry is None:
        return 0
    entry.wait_breached_at = at
    entry.save(update_fields=["wait_breached_at"])
    record_breach(entry, Breach.Clock.WAIT, due_at=entry.wait_due_at, act=entry.queue.on_wait_breach, at=at)
    queue = entry.queue
    if queue.on_wait_breach == Queue.OnWaitBreach.ASSIGN and queue.rotation is not None:
        try:
            with transaction.atomic():
                lock_rotations([queue.pk])
                take_turns(
                    entry.rotation or queue.rotation, turn_requests([entry], queue), at=at, how=Assignment.How.WAIT
                )
                return 1
        except NobodyAvailable:
            pass
    escalate(entry.lead, queue=queue, kind=Escalation.Kind.WAIT, broke_at=entry.wait_due_at, at=at)
    return 1


def lock_entry(rows: QuerySet[Entry]) -> Entry | None:
    return (
        rows.select_for_update(skip_locked=True, no_key=True, of=("self", "lead"))
        .select_related("queue__rotation", "rotation", "lead")
        .first()
    )


def record_breach(entry: Entry, clock: Breach.Clock, *, due_at: datetime, act: str, at: datetime) -> None:
    Breach.objects.create(clock=clock, lead=entry.lead, entry=entry, due_at=due_at, at=at, act=act)
    Activity.objects.create(
        lead=entry.lead,
        kind=Activity.Kind.BREACHED,
        at=at,
        details={"clock": clock, "queue": entry.queue.name, "act": act},
    )
