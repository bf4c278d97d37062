"""Keep the stored order true when something it depends on changes (B7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.live import announce
from leads.models import Lead
from leads.queries import rule_facts
from queues.actions.placement import order_keys, priority_tiers
from queues.decisions.placement import tier_for
from queues.models import Entry, Queue

AT_ONCE = 1000


@transaction.atomic
def reorder_leads(leads: Sequence[Lead], *, at: datetime) -> int:
    """These leads changed: their waiting entries get the place that follows."""
    entries = Entry.objects.waiting().filter(lead__in=[lead.pk for lead in leads])
    return _write_keys(list(entries.select_related("lead", "queue").select_for_update(of=("self",)).order_by("pk")))


def reorder_queue(queue: Queue, *, at: datetime) -> int:
    """The queue's own order or hot score changed: every waiting entry is written anew, in chunks."""
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            chunk = list(
                Entry.objects.waiting()
                .filter(queue=queue, pk__gt=last)
                .select_related("lead", "queue")
                .select_for_update(of=("self",))
                .order_by("pk")[:AT_ONCE]
            )
            if not chunk:
                return changed
            changed += _write_keys(chunk)
            last = chunk[-1].pk


def _write_keys(entries: Sequence[Entry]) -> int:
    tiers = priority_tiers() if any(entry.queue.order == Queue.Order.PRIORITY for entry in entries) else []
    facts = rule_facts([entry.lead for entry in entries]) if tiers else {}
    changed = []
    for entry in entries:
        tier = tier_for(facts[entry.lead_id], tiers) if tiers else entry.tier
        keys = order_keys(entry.queue, entry.lead, tier=tier, is_front=entry.is_front)
        if (tier, *keys) == (entry.tier, entry.key1, entry.key2, entry.key3):
            continue
        entry.tier = tier
        entry.key1, entry.key2, entry.key3 = keys
        changed.append(entry)
    Entry.objects.bulk_update(changed, ["tier", "key1", "key2", "key3"])
    announce(*{entry.queue.topic for entry in changed})
    return len(changed)
