"""Keep the stored order and clocks true when something they depend on changes (B7)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.live import announce
from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.segments import choose_again
from queues.actions.entries.counts import count_in, count_out
from queues.actions.entries.placement import band_of, order_keys, priority_tiers, wait_due
from queues.decisions.placement import tier_for
from queues.models import Entry, Queue
from queues.models.entry import EntryQuerySet

AT_ONCE = 250
WRITTEN = ["tier", "key1", "key2", "key3", "band", "wait_due_at"]


@transaction.atomic
def reorder_leads(leads: Sequence[Lead], *, at: datetime, are_changed: bool = True) -> int:
    """These leads changed, or what tiers look at did: their waiting entries get the place and the longest wait that
    follow. Lists are told of leads that changed even when their places did not: they show scores."""
    found = Entry.objects.waiting().filter(lead__in=[lead.pk for lead in leads])
    entries = list(_with_facts(found).order_by("pk"))
    changed = _write_anew(entries, at)
    if are_changed:
        announce(*{entry.queue.topic for entry in entries})
    return changed


def reorder_queue(queue: Queue, *, at: datetime) -> int:
    """The queue's own order, hot score, bands or longest wait changed: every waiting entry is written anew, in chunks
    with a transaction each, so that nobody who takes a lead meanwhile waits long."""
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            line = Entry.objects.waiting().filter(queue=queue, pk__gt=last)
            chunk = list(_with_facts(line).order_by("pk")[:AT_ONCE])
            if not chunk:
                return changed
            changed += _write_anew(chunk, at)
            last = chunk[-1].pk


def reorder_by_tiers(*, at: datetime) -> int:
    """The priority tiers changed: every queue that follows them is written anew (B4, B7)."""
    queues = Queue.objects.filter(order=Queue.Order.PRIORITY).order_by("pk")
    return sum(reorder_queue(queue, at=at) for queue in queues)


def _with_facts(entries: EntryQuerySet) -> EntryQuerySet:
    """Locked, with all that tiers look at."""
    return entries.select_related("lead__source", "lead__account", "queue").select_for_update(of=("self",))


def _write_anew(entries: Sequence[Entry], at: datetime) -> int:
    by_tiers = any(entry.queue.order == Queue.Order.PRIORITY for entry in entries)
    tiers = priority_tiers() if by_tiers else []
    facts = rule_facts([entry.lead for entry in entries]) if tiers else {}
    changed: list[tuple[Entry, int]] = []
    names: set[str] = set()
    for entry in entries:
        before, was = {name: getattr(entry, name) for name in WRITTEN}, entry.band
        if entry.queue.order == Queue.Order.PRIORITY:
            entry.tier = tier_for(facts[entry.lead_id], tiers) if tiers else 0
        entry.key1, entry.key2, entry.key3 = order_keys(
            entry.queue, entry.lead, tier=entry.tier, is_front=entry.is_front
        )
        entry.band = band_of(entry.queue, entry.since_at, at=at)
        if entry.wait_breached_at is None:
            entry.wait_due_at = wait_due(entry.queue, entry.lead, since_at=entry.since_at, entered_at=entry.entered_at)
        if found := {name for name in WRITTEN if getattr(entry, name) != before[name]}:
            changed.append((entry, was))
            names |= found
    Entry.objects.bulk_update(choose_again([entry for entry in entries if entry.queue.is_push]), ["rotation", "steps"])
    if changed:
        Entry.objects.bulk_update([entry for entry, _was in changed], sorted(names))
        _recount_bands(changed)
        announce(*{entry.queue.topic for entry, _was in changed})
    return len(changed)


def _recount_bands(changed: Sequence[tuple[Entry, int]]) -> None:
    """The tally counts what stands on the rows (B6)."""
    moved = [(entry, was) for entry, was in changed if entry.band != was]
    for queue_id in sorted({entry.queue_id for entry, _was in moved}):
        count_out(queue_id, bands=Counter(was for entry, was in moved if entry.queue_id == queue_id))
        count_in(queue_id, bands=Counter(entry.band for entry, _was in moved if entry.queue_id == queue_id))
