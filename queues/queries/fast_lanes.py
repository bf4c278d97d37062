"""Fast lanes: which are open, and which leads go through them (D8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F, QuerySet

from queues.models import Entry, FastLane, Queue, ReviewItem
from queues.queries.counts import depth_by_queue
from queues.queries.intake import parked_items
from routing.models import Rotation
from routing.queries.rotation.overview import visible_rotations

MAX_PAST = 3
MAX_SCORE = 100


def open_lanes(queue_ids: Iterable[int] | None = None) -> QuerySet[FastLane]:
    lanes = FastLane.objects.open().select_related("queue", "rotation", "by").order_by("queue", "pk")
    return lanes if queue_ids is None else lanes.filter(queue__in=list(queue_ids))


def lanes_of(queue: Queue) -> tuple[FastLane | None, list[FastLane]]:
    """The one that is open, and the newest ones that are closed."""
    lanes = FastLane.objects.filter(queue=queue).select_related("queue", "rotation", "by")
    newest = list(lanes.order_by(F("ended_at").desc(nulls_first=True), "-pk")[: 1 + MAX_PAST])
    current = next((lane for lane in newest if lane.ended_at is None), None)
    return current, [lane for lane in newest if lane.ended_at is not None][:MAX_PAST]


def hot_entries(lane: FastLane, *, limit: int) -> list[int]:
    """The first waiting leads with enough score, in the order of the queue before age bands; without those that wait
    for the owner of their account."""
    entries = Entry.objects.waiting().filter(queue=lane.queue_id, lead__score__gte=lane.min_score)
    if lane.queue.asks_owner:
        entries = entries.filter(owner__isnull=True)
    return list(entries.in_base_order().values_list("pk", flat=True)[:limit])


def hot_parked(lane: FastLane) -> QuerySet[ReviewItem]:
    return parked_items(lane.queue).filter(lead__score__gte=lane.min_score)


def waiting_or_parked(queues: Sequence[Queue]) -> dict[int, int]:
    """How many leads wait in each of these queues, or are parked because it is closed. What is parked because its
    source is paused waits for something else."""
    depths = depth_by_queue(queues)
    found = {}
    for queue in queues:
        parked = parked_items(queue).exclude(parked_why=ReviewItem.Parked.SOURCE).count()
        found[queue.pk] = max(depths.get(queue.pk, 0), 0) + parked
    return found


def lane_rotations(user: User) -> list[Rotation]:
    """Those through which this person may give leads."""
    return list(visible_rotations(user).filter(is_active=True))


def default_score(queue: Queue) -> int:
    """What the queue itself calls hot."""
    return min(queue.hot_score + 1, MAX_SCORE)


def is_over(lane: FastLane, *, left: int, at: datetime) -> FastLane.Ended | None:
    """Why a lane closes now; `left` is how many leads wait or are parked."""
    rotation = lane.rotation
    if rotation is None or not rotation.is_active or not lane.queue.is_active:
        return FastLane.Ended.OFF
    if lane.until is not None and lane.until <= at:
        return FastLane.Ended.TIME
    return FastLane.Ended.CLEAR if left < lane.queue.depth_lift else None
