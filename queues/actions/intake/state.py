"""Remember what a queue's intake does, and tell people at each crossing, once (D5, E5, E6)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from queues.decisions.health import DepthLevel
from queues.models import IntakeState, Queue, ReviewItem
from queues.queries.audience import manager_ids_of_queue
from routing.actions.notifications import notify
from routing.models import Notification
from routing.queries.audience import leadership_ids, ops_ids

Kind = Notification.Kind
Parked = ReviewItem.Parked
LEVELS = {
    DepthLevel.YELLOW.value: Kind.QUEUE_YELLOW,
    DepthLevel.RED.value: Kind.QUEUE_RED,
    DepthLevel.CRITICAL.value: Kind.QUEUE_CRITICAL,
}


@transaction.atomic
def lock_state(queue: Queue) -> IntakeState:
    """The one row of this queue, locked; everything that pauses or opens an intake takes this lock."""
    rows = IntakeState.objects.select_for_update(of=("self",)).filter(queue=queue).order_by("pk")
    if (state := rows.first()) is not None:
        return state
    IntakeState.objects.bulk_create([IntakeState(queue=queue)], ignore_conflicts=True)
    return rows.get()


@transaction.atomic
def lock_states(queues: Sequence[Queue]) -> None:
    """Those of these queues that have limits, in one order: so placements into several queues never wait in a
    circle, and each reads the depth that the one before it left."""
    limited = [queue for queue in queues if queue.when_full != Queue.WhenFull.OFF]
    rows = IntakeState.objects.filter(queue__in=limited).order_by("pk")
    known = set(rows.values_list("queue", flat=True))
    fresh = [IntakeState(queue=queue) for queue in limited if queue.pk not in known]
    IntakeState.objects.bulk_create(sorted(fresh, key=lambda each: each.queue_id), ignore_conflicts=True)
    list(rows.select_for_update(of=("self",)).only("pk"))


@transaction.atomic
def note_full(queue: Queue, *, at: datetime) -> None:
    """The queue took its last lead; from now on rules add no more. Says so unless it was said."""
    state = lock_state(queue)
    if state.full_since is None:
        state.full_since = at
        state.save(update_fields=["full_since"])
        tell_paused(queue, Parked.FULL, since=at, at=at)


@transaction.atomic
def keep_open(queue: Queue, *, until: datetime | None, by: User, at: datetime) -> IntakeState:
    """Sales ops decide otherwise: rules add leads until then, whatever the limits say; None ends that. What is parked
    enters with the next sweep."""
    state = lock_state(queue)
    state.kept_open_until, state.kept_open_by = until, by if until is not None else None
    state.save(update_fields=["kept_open_until", "kept_open_by"])
    announce(queue.topic)
    return state


def tell_paused(queue: Queue, why: ReviewItem.Parked, *, since: datetime, at: datetime) -> None:
    _tell(queue, Kind.INTAKE_PAUSED, f"paused-{why}", since=since, at=at, details={"why": why.value})


def take_back_paused(queue: Queue, *, since: datetime) -> None:
    """In the transaction that told it: the rotation took the leads, so the queue is not full after all."""
    Notification.objects.filter(kind=Kind.INTAKE_PAUSED, key=_key(queue, f"paused-{Parked.FULL}", since)).delete()


def tell_open(queue: Queue, *, since: datetime, at: datetime) -> None:
    """`since` is when the pause began that is over."""
    _tell(queue, Kind.INTAKE_OPEN, "open", since=since, at=at, details={})


def tell_slow(queue: Queue, *, since: datetime, at: datetime, percent: int) -> None:
    _tell(queue, Kind.BOTTLENECK, "slow", since=since, at=at, details={"percent": percent})


def tell_aging(queue: Queue, *, since: datetime, at: datetime, percent: int) -> None:
    _tell(queue, Kind.QUEUE_AGING, "aging", since=since, at=at, details={"percent": percent})


def tell_losing(queue: Queue, *, day: datetime, at: datetime, left: int, entered: int) -> None:
    """Once a day; `left` of the leads that entered did so without a claim (E4)."""
    details = {"id": queue.pk, "left": left, "entered": entered}
    _tell(queue, Kind.QUEUE_LOSING, "losing", since=day, at=at, details=details)


def tell_level(queue: Queue, level: str, *, since: datetime, at: datetime, depth: int) -> None:
    """Yellow is for managers, red for sales ops too, critical for leadership too (E5)."""
    people = manager_ids_of_queue(queue)
    if level != DepthLevel.YELLOW:
        people = [*people, *ops_ids()]
    if level == DepthLevel.CRITICAL:
        people = [*people, *leadership_ids()]
    _tell(queue, LEVELS[level], level, since=since, at=at, details={"depth": depth}, people=people)


def _tell(
    queue: Queue,
    kind: Notification.Kind,
    what: str,
    *,
    since: datetime,
    at: datetime,
    details: dict,
    people: Sequence[int] | None = None,
) -> None:
    """Once for each crossing; without `people` sales ops and the queue's managers."""
    notify(
        [*ops_ids(), *manager_ids_of_queue(queue)] if people is None else people,
        kind=kind,
        key=_key(queue, what, since),
        at=at,
        details={
            "queue": queue.slug,
            "place": queue.name,
            "limit": queue.depth_limit,
            "lift": queue.depth_lift,
            "hours": queue.mean_age_hours,
        }
        | details,
    )
    announce(queue.topic)


def _key(queue: Queue, what: str, since: datetime) -> str:
    return f"intake-{queue.pk}-{what}-{since:%Y%m%d%H%M%S%f}"
