"""Find the first leads of a queue that its rotations can give out now, at any depth (F5, F6)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from config.models import BackgroundJob
from queues.actions.dispatch.needs import read_needs, refresh_stale_needs
from queues.actions.entries.reordering import REORDER, reorder_queue
from queues.decisions.ordering import QueueCounts
from queues.models import Queue
from queues.queries.givable import givable_entries
from queues.queries.needs import needs_somebody_meets, waiting_needs
from routing.models import Rotation
from routing.queries.rotation.openings import Openings


def first_givable(
    queue: Queue,
    now: Mapping[Rotation, Openings],
    counts: QueueCounts,
    *,
    at: datetime,
    limit: int,
    excluding: Collection[int],
) -> list[int]:
    """The ids of the first entries in order that somebody who is free in their rotation may have. The caller has locked
    the rotations."""
    while True:
        waiting = waiting_needs(queue)
        met = [need for rotation, free in now.items() for need in needs_somebody_meets(waiting, rotation, free)]
        found, unread = givable_entries(queue, met, counts=counts, at=at, limit=limit, excluding=excluding)
        if not unread or not read_needs(unread):
            return found


def keep_needs_current(queue: Queue, rotations: Iterable[Rotation], *, at: datetime) -> None:
    """The first leads whose needs were read by rules that have changed are read again at once; if there are many, the
    others in a background job that serves the queue again."""
    if not refresh_stale_needs(queue, rotations):
        return
    running = BackgroundJob.objects.filter(kind=REORDER, subject=queue.topic, finished_at__isnull=True)
    if not running.exists():
        reorder_queue(queue, at=at, then_serve=True)
