"""Update the stored order and clocks when something they depend on changes (B7)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.bulk_update import bulk_update
from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.live import announce
from config.models import BackgroundJob
from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.segments import rechoose_rotations
from queues.actions.entries.counts import count_in, count_out
from queues.actions.entries.placement import band_of, order_keys, priority_tiers
from queues.decisions.placement import tier_for
from queues.models import Entry, Queue
from queues.models.entry import EntryQuerySet
from queues.queries.limits import type_limits, wait_clock, wait_due

REORDER = "reorder"
CHUNK_SIZE = 250
ORDER_FIELDS = ["tier", "key1", "key2", "key3", "band", "wait_due_at"]


@transaction.atomic
def reorder_leads(leads: Sequence[Lead], *, at: datetime, are_changed: bool = True) -> int:
    """These leads changed, or something that tiers depend on did: update position and longest wait of their entries. If
    the leads changed, open lists reload even if no position changed, because they show scores."""
    found = Entry.objects.waiting().filter(lead__in=[lead.pk for lead in leads])
    entries = list(_with_facts(found).order_by("pk"))
    changed = _rewrite(entries, at)
    if are_changed:
        announce(*{entry.queue.topic for entry in entries})
    return changed


def reorder_queue(queue: Queue, *, at: datetime, by: User | None = None, then_serve: bool = False) -> BackgroundJob:
    """Something that positions, clocks or rotations of the whole queue depend on has changed: update every waiting
    entry, in a background job. `then_serve`: hand leads out afterwards."""
    arguments = {"queue": queue.pk, "serve": then_serve or _is_to_be_served(queue)}
    return start_job(REORDER, subject=queue.topic, subject_name=queue.name, arguments=arguments, by=by, at=at)


def reorder_by_tiers(*, at: datetime, by: User | None = None) -> list[BackgroundJob]:
    """The priority tiers changed: update every queue that uses them (B4, B7)."""
    queues = Queue.objects.filter(order=Queue.Order.PRIORITY).order_by("pk")
    return [reorder_queue(queue, at=at, by=by) for queue in queues]


def count_waiting(arguments: Arguments) -> int:
    return Entry.objects.waiting().filter(queue=arguments["queue"]).count()


def reorder_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of a reorder job: the next waiting entries by id."""
    waiting = Entry.objects.waiting().filter(queue=arguments["queue"], pk__gt=after)
    entries = list(_with_facts(waiting).order_by("pk")[:CHUNK_SIZE])
    _rewrite(entries, at)
    return Chunk(len(entries), entries[-1].pk if entries else after, is_last=len(entries) < CHUNK_SIZE)


def _is_to_be_served(queue: Queue) -> bool:
    """An older job, which the new one replaces, would have handed out leads after reordering."""
    older = BackgroundJob.objects.filter(kind=REORDER, subject=queue.topic, finished_at__isnull=True)
    return older.filter(arguments__serve=True).exists()


def _with_facts(entries: EntryQuerySet) -> EntryQuerySet:
    """Locked, with everything that tiers depend on."""
    return entries.select_related("lead__source", "lead__account", "queue").select_for_update(of=("self",))


def _rewrite(entries: Sequence[Entry], at: datetime) -> int:
    by_tiers = any(entry.queue.order == Queue.Order.PRIORITY for entry in entries)
    tiers = priority_tiers() if by_tiers else []
    facts = rule_facts([entry.lead for entry in entries]) if tiers else {}
    clocks = {queue.pk: wait_clock(queue) for queue in {entry.queue for entry in entries}}
    limits = type_limits(clocks)
    changed: list[tuple[Entry, int]] = []
    names: set[str] = set()
    for entry in entries:
        before, was = {name: getattr(entry, name) for name in ORDER_FIELDS}, entry.band
        if entry.queue.order == Queue.Order.PRIORITY:
            entry.tier = tier_for(facts[entry.lead_id], tiers) if tiers else 0
        entry.key1, entry.key2, entry.key3 = order_keys(
            entry.queue, entry.lead, tier=entry.tier, is_front=entry.is_front
        )
        entry.band = band_of(entry.queue, entry.since_at, at=at)
        if entry.wait_breached_at is None and entry.wait_due_at > at:
            due = wait_due(
                entry.queue,
                entry.lead,
                clocks[entry.queue_id],
                limits,
                since_at=entry.since_at,
                entered_at=entry.entered_at,
            )
            entry.wait_due_at = due if due == entry.wait_due_at else max(due, at)
        if found := {name for name in ORDER_FIELDS if getattr(entry, name) != before[name]}:
            changed.append((entry, was))
            names |= found
    bulk_update(Entry, rechoose_rotations(entries), ["rotation", "steps", "needs"])
    if changed:
        bulk_update(Entry, [entry for entry, _was in changed], sorted(names))
        _recount_bands(changed)
        announce(*{entry.queue.topic for entry, _was in changed})
    return len(changed)


def _recount_bands(changed: Sequence[tuple[Entry, int]]) -> None:
    """Update the stored counts of the age bands (B6)."""
    moved = [(entry, was) for entry, was in changed if entry.band != was]
    for queue_id in sorted({entry.queue_id for entry, _was in moved}):
        count_out(queue_id, bands=Counter(was for entry, was in moved if entry.queue_id == queue_id))
        count_in(queue_id, bands=Counter(entry.band for entry, _was in moved if entry.queue_id == queue_id))
