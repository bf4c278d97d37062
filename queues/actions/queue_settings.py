"""Apply changed settings of a queue: waiting leads get the new order and clocks, and are handed out (B7)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from queues.actions.clocks.deadlines import move_deadlines
from queues.actions.clocks.holders import keep_holder_clocks
from queues.actions.dispatch.serve import serve_in_background
from queues.actions.entries.reordering import reorder_by_tiers, reorder_queue
from queues.models import DeadlineMove, Entry, EntryRule, Queue
from routing.actions.availability.clocks import sync_clocks

ORDER_SETTINGS = {"order", "hot_score", "first_band_hours", "second_band_hours"}
LIMIT_SETTINGS = {"wait_minutes", "contact_minutes", "remind_percent"}
CLOCK_SETTINGS = {"wait_counts", "contact_counts", "team", "region", "is_active"}
ROTATION_SETTINGS = {"dispatch", "rotation"}
DISPATCH_SETTINGS = {"dispatch", "rotation", "is_active", "owner_match", "owner_away"}


class QueueIsInUse(Exception):
    """Leads wait in the queue, or rules send leads to it, so it cannot be switched off or deleted."""

    def __init__(self, waiting: int, rules: Sequence[EntryRule]) -> None:
        self.waiting, self.rules = waiting, list(rules)
        super().__init__(f"{waiting} leads wait, {len(self.rules)} rules")


@transaction.atomic
def check_can_close(queue: Queue) -> None:
    """Raise QueueIsInUse if leads wait in the queue or an active rule sends leads to it. The lock waits for leads that
    are entering now; leads that enter later see that the queue is off."""
    list(Queue.objects.select_for_update().filter(pk=queue.pk).order_by("pk").only("pk"))
    count = Entry.objects.waiting().filter(queue=queue).count()
    rules = list(EntryRule.objects.filter(queue=queue, is_active=True).order_by("position", "pk"))
    if count or rules:
        raise QueueIsInUse(count, rules)


@transaction.atomic
def apply_queue_settings(queue: Queue, *, changed: Collection[str], by: User | None, at: datetime) -> None:
    """Call it after the row is saved. Waiting leads are reordered and handed out after the commit, in a background job,
    so that neither the request nor claims wait for the whole queue."""
    if CLOCK_SETTINGS & set(changed):
        _keep_calendars(queue, by=by, at=at)
    if why := _why_deadlines_move(queue, set(changed)):
        move_deadlines(queues=[queue.pk], why=why, by=by, at=at)
    is_served = bool(DISPATCH_SETTINGS & set(changed)) and (queue.is_push or queue.asks_owner)
    if (ORDER_SETTINGS | ROTATION_SETTINGS) & set(changed):
        reorder_queue(queue, at=at, by=by, then_serve=is_served)
    elif is_served:
        serve_in_background(queue, by=by, at=at)
    announce(queue.topic, "people")


def _why_deadlines_move(queue: Queue, changed: set[str]) -> str:
    if {"wait_counts", "contact_counts"} & changed:
        return DeadlineMove.Why.COUNTS
    if "team" in changed and Queue.WaitCounts.TEAM in (queue.wait_counts, queue.contact_counts):
        return DeadlineMove.Why.TEAMS
    return DeadlineMove.Why.LIMITS if LIMIT_SETTINGS & changed else ""


def _keep_calendars(queue: Queue, *, by: User | None, at: datetime) -> None:
    """What the clocks count must be known before anything starts by them."""
    if queue.team is not None and Queue.WaitCounts.TEAM in (queue.wait_counts, queue.contact_counts):
        sync_clocks({"teams": [queue.team.pk]}, name=queue.team.name, by=by, at=at)
    keep_holder_clocks(at=at)


@transaction.atomic
def apply_segments(queue: Queue, *, by: User | None, at: datetime) -> None:
    """Call it after a segment is saved, moved or deleted: waiting leads change their rotation, and are handed out."""
    reorder_queue(queue, at=at, by=by, then_serve=True)
    announce(queue.topic)


@transaction.atomic
def apply_tiers(*, by: User | None, at: datetime) -> None:
    """Call it after a priority tier is saved, moved or deleted (B4)."""
    reorder_by_tiers(at=at, by=by)
