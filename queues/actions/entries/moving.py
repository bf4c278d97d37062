"""Move the leads that wait in one queue into another, so that the queue can be switched off; their age stays (L9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from config.live import announce
from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.leaving import tell_gone
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_open
from queues.models import Decline, Entry, Escalation, Queue
from queues.queries.access import people_of

AT_ONCE = 200
MOST = 5_000


class SameQueue(Exception):
    """Leads are moved into another queue than the one they wait in."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many leads were moved, and how many of those that waited are left for another go."""

    count: int
    left: int


def move_waiting(queue: Queue, *, to: Queue, by, at: datetime, most: int = MOST) -> Moved:
    """Every lead that waits in `queue` now stands in `to`, in chunks with a transaction each, so that nobody who takes
    a lead meanwhile waits long; at most `most` of them. Who is taken or arrives meanwhile is nobody's hurry."""
    if queue.pk == to.pk:
        raise SameQueue
    if not to.is_active:
        raise QueueIsOff
    waiting = Entry.objects.waiting().filter(queue=queue).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:most])
    moved = 0
    for start in range(0, len(ids), AT_ONCE):
        moved += _move(ids[start : start + AT_ONCE], queue, to, by=by, at=at)
    return Moved(moved, waiting.filter(pk__gt=ids[-1]).count() if len(ids) == most else 0)


@transaction.atomic
def _move(ids: Sequence[int], queue: Queue, to: Queue, *, by, at: datetime) -> int:
    """Leads first, then what belongs to them; what was taken meanwhile stays with who took it."""
    waiting = Entry.objects.waiting().filter(pk__in=ids, queue=queue)
    rows = Lead.objects.select_for_update(no_key=True, of=("self",)).select_related("source", "account")
    leads = {lead.pk: lead for lead in rows.filter(pk__in=waiting.values("lead").order_by()).order_by("pk")}
    lock_rotations([queue.pk, to.pk])
    entries = [each for each in waiting.select_for_update(of=("self",)).order_by("pk") if each.lead_id in leads]
    if not entries:
        return 0
    for entry in entries:
        entry.left_at, entry.left_how = at, Entry.Left.MOVED
        entry.reserved_until = entry.reserved_by = None
    Entry.objects.bulk_update(entries, ["left_at", "left_how", "reserved_until", "reserved_by"])
    tell_gone(entries)
    facts = rule_facts(list(leads.values()))
    arrivals = [
        Arrival(
            leads[entry.lead_id],
            facts[entry.lead_id],
            since_at=entry.since_at,
            trail=entry.trail,
            is_front=entry.is_front,
            came_from=queue.name,
        )
        for entry in entries
    ]
    _keep_clocks(entries, enter_open(to, arrivals, at=at, by=by), to)
    if Escalation.objects.filter(lead__in=leads, closed_at__isnull=True).update(queue=to):
        announce("escalations")
    transaction.on_commit(partial(serve_waiting, at=at, queue_ids=[to.pk]), robust=True)
    return len(entries)


def _keep_clocks(before: Sequence[Entry], after: Sequence[Entry], to: Queue) -> None:
    """What fired once does not fire again in the new queue; who gave a lead back is asked again only when nobody else
    is left there (C4)."""
    declined: dict[int, set[int]] = {}
    for lead_id, user_id in Decline.objects.filter(lead__in=[each.lead_id for each in after]).values_list(
        "lead", "user"
    ):
        declined.setdefault(lead_id, set()).add(user_id)
    people = set(people_of(to).values_list("user", flat=True)) if declined else set()
    for old, new in zip(before, after, strict=True):
        new.wait_breached_at, new.escalated_at = old.wait_breached_at, old.escalated_at
        new.is_open_to_decliners = new.lead_id in declined and people <= declined[new.lead_id]
    Entry.objects.bulk_update(after, ["wait_breached_at", "escalated_at", "is_open_to_decliners"])
