"""Act on leads that wait too long whatever their type: age bands, and the ladder to the manager (B6)."""

from datetime import datetime, timedelta

from django.db import transaction

from queues.actions.clocks.escalations import escalate
from queues.actions.clocks.sweeping import run_due
from queues.actions.clocks.waits import lock_entry, record_breach
from queues.actions.entries.counts import mark_crossings
from queues.decisions.escalation import BreachAct
from queues.models import Breach, Entry, Escalation, Queue


def lift_aged(*, at: datetime) -> int:
    """Update the age bands, and escalate each lead past the last age once (B6)."""
    moved = 0
    for queue in Queue.objects.active().order_by("pk"):
        moved += mark_crossings(queue, at=at)
        last_step = at - timedelta(hours=queue.escalate_after_hours)
        old = Entry.objects.waiting().filter(queue=queue, since_at__lte=last_step, escalated_at__isnull=True)
        moved += run_due(old, lambda pk: _act_on_age(pk, at=at), order="since_at")
    return moved


@transaction.atomic
def _act_on_age(pk: int, *, at: datetime) -> int:
    entry = lock_entry(Entry.objects.waiting().filter(pk=pk, escalated_at__isnull=True))
    if entry is None:
        return 0
    entry.escalated_at = at
    entry.save(update_fields=["escalated_at"])
    due_at = entry.since_at + timedelta(hours=entry.queue.escalate_after_hours)
    record_breach(entry, Breach.Clock.AGE, due_at=due_at, act=BreachAct.TELL_MANAGER, at=at)
    escalate(entry.lead, queue=entry.queue, kind=Escalation.Kind.AGE, broke_at=due_at, at=at)
    return 1
