"""What follows when sales ops change a queue: order, clocks and dispatch take hold at once (B7)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from config.live import announce
from queues.actions.dispatch.segments import follow_segments
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.reordering import reorder_by_tiers, reorder_queue
from queues.models import Entry, EntryRule, Queue

PLACES = {"order", "hot_score", "first_band_hours", "second_band_hours", "wait_minutes"}
SERVED = {"dispatch", "rotation", "is_active", "owner_match", "owner_away"}


class QueueIsInUse(Exception):
    """A queue in which leads wait, or to which rules lead, cannot be switched off or deleted: how many, which."""

    def __init__(self, waiting: int, rules: Sequence[EntryRule]) -> None:
        self.waiting, self.rules = waiting, list(rules)
        super().__init__(f"{waiting} leads wait, {len(self.rules)} rules")


@transaction.atomic
def check_can_close(queue: Queue) -> None:
    """Whether a queue may be switched off: nobody waits in it, and no rule that is on sends leads to it. The lock waits
    for leads that are just entering; who enters later sees that the queue is off."""
    list(Queue.objects.select_for_update().filter(pk=queue.pk).order_by("pk").only("pk"))
    count = Entry.objects.waiting().filter(queue=queue).count()
    rules = list(EntryRule.objects.filter(queue=queue, is_active=True).order_by("position", "pk"))
    if count or rules:
        raise QueueIsInUse(count, rules)


@transaction.atomic
def follow_queue(queue: Queue, *, changed: Collection[str], at: datetime) -> None:
    """Call it when the row is saved. Waiting leads are put in order and handed out after the commit, in short
    transactions, so that nobody who takes a lead waits for the whole queue."""
    if PLACES & set(changed):
        transaction.on_commit(partial(reorder_queue, queue, at=at), robust=True)
    if {"dispatch", "rotation"} & set(changed):
        follow_segments(queue, at=at)
    if SERVED & set(changed) and (queue.is_push or queue.asks_owner):
        transaction.on_commit(partial(serve_waiting, at=at, queue_ids=[queue.pk]), robust=True)
    announce(queue.topic, "people")


@transaction.atomic
def follow_tiers(*, at: datetime) -> None:
    """Call it when a priority tier is saved, moved or deleted (B4)."""
    transaction.on_commit(partial(reorder_by_tiers, at=at), robust=True)
