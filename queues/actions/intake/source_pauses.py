"""Pause a source for a queue: its leads are parked until the queue is clear (D8)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.models import Source
from queues.models import Queue, SourcePause
from queues.queries.counts import depth_by_queue


class QueueIsClear(Exception):
    """Fewer leads wait than the mark at which the pause would end."""


@transaction.atomic
def pause_source(source: Source, queue: Queue, *, by: User, at: datetime) -> None:
    """Ends by itself as soon as fewer leads wait than the queue's lower mark. A second time changes nothing."""
    if depth_by_queue([queue]).get(queue.pk, 0) < queue.depth_lift:
        raise QueueIsClear
    SourcePause.objects.bulk_create([SourcePause(source=source, queue=queue, since=at, by=by)], ignore_conflicts=True)
    announce(queue.topic)


@transaction.atomic
def resume_source(source: Source, queue: Queue, *, at: datetime) -> None:
    """What is parked enters with the next sweep."""
    SourcePause.objects.filter(source=source, queue=queue, ended_at__isnull=True).update(ended_at=at)
    announce(queue.topic)


def end_pauses_of_clear(*, at: datetime) -> int:
    """For the minute sweep, before parked leads enter."""
    queues = list(Queue.objects.filter(source_pauses__ended_at__isnull=True, source_pauses__isnull=False).distinct())
    depths = depth_by_queue(queues)
    clear = [queue for queue in queues if depths.get(queue.pk, 0) < queue.depth_lift]
    ended = SourcePause.objects.filter(queue__in=clear, ended_at__isnull=True).update(ended_at=at)
    announce(*(queue.topic for queue in clear))
    return ended
