"""Open a fast lane for the hottest leads of a queue, and close it (D8)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from config.live import announce
from queues.actions.dispatch.fast_lane import serve_lane
from queues.actions.entries.placement import QueueIsOff
from queues.actions.intake.source_pauses import QueueIsClear
from queues.actions.loans import LONGEST, EndsTooEarly, LastsTooLong
from queues.models import FastLane, Queue
from queues.queries.fast_lanes import is_over, lane_rotations, open_lanes, waiting_or_parked
from routing.actions.notifications import notify
from routing.actions.rotation.turns import RotationIsOff
from routing.models import Notification, Rotation

Ended = FastLane.Ended


class NotYourLane(Exception):
    """Others manage the queue (C9)."""


class LaneIsOpen(Exception):
    """The queue has a fast lane already."""


class LaneIsClosed(Exception):
    """It closed by itself, or somebody was faster."""


@transaction.atomic
def open_lane(
    queue: Queue, rotation: Rotation, *, min_score: int, until: datetime | None, by: User, at: datetime
) -> FastLane:
    """It gives leads at once, and closes by itself: at `until`, or when fewer leads wait or are parked than the queue's
    lower mark. A queue that is as clear as that gets none."""
    _check(queue, rotation, until, by, at=at)
    try:
        with transaction.atomic():
            lane = FastLane.objects.create(
                queue=queue, rotation=rotation, min_score=min_score, since=at, until=until, by=by
            )
    except IntegrityError as taken:
        raise LaneIsOpen from taken
    serve_lane(lane, at=at)
    lane.refresh_from_db()
    announce(queue.topic)
    return lane


@transaction.atomic
def close_lane(lane: FastLane, *, by: User, at: datetime) -> FastLane:
    """Nothing is put back: who got a lead keeps it."""
    if not Queue.objects.managed_by(by).filter(pk=lane.queue_id).exists():
        raise NotYourLane
    return _close(lane.pk, Ended.BY_HAND, at=at)


def close_finished(*, at: datetime) -> int:
    """For the minute sweep, before leads are given."""
    lanes = list(open_lanes())
    left = waiting_or_parked([lane.queue for lane in lanes])
    closed = 0
    for lane in lanes:
        how = is_over(lane, left=left[lane.queue_id], at=at)
        if how is None:
            continue
        try:
            with transaction.atomic():
                _tell(_close(lane.pk, how, at=at), at=at)
        except LaneIsClosed:
            continue
        closed += 1
    return closed


def _check(queue: Queue, rotation: Rotation, until: datetime | None, by: User, *, at: datetime) -> None:
    found = Queue.objects.managed_by(by).filter(pk=queue.pk).first()
    if found is None:
        raise NotYourLane
    if not found.is_active:
        raise QueueIsOff
    if rotation not in lane_rotations(by):
        raise RotationIsOff
    if until is not None and until <= at:
        raise EndsTooEarly
    if until is not None and until - at > LONGEST:
        raise LastsTooLong
    if open_lanes([queue.pk]).exists():
        raise LaneIsOpen
    if waiting_or_parked([found])[found.pk] < found.depth_lift:
        raise QueueIsClear


def _close(pk: int, how: FastLane.Ended, *, at: datetime) -> FastLane:
    lane = FastLane.objects.select_for_update(of=("self",)).select_related("queue", "by").get(pk=pk)
    if lane.ended_at is not None:
        raise LaneIsClosed
    lane.ended_at, lane.ended_how = at, how
    lane.save(update_fields=["ended_at", "ended_how"])
    announce(lane.queue.topic)
    return lane


def _tell(lane: FastLane, *, at: datetime) -> None:
    """Who opened it reads that it closed, and why."""
    details = {"queue": lane.queue.slug, "place": lane.queue.name, "why": lane.ended_how, "given": lane.given}
    kind = Notification.Kind.LANE_CLOSED
    notify([lane.by_id] if lane.by_id else [], kind=kind, key=f"lane-{lane.pk}", at=at, details=details)
