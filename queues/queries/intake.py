"""Whether rules may add leads to a queue now, and what is parked for it (D5)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import (
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from leads.decisions.stages import PARKED as PARKED_STAGES
from leads.models import Activity
from queues.decisions.intake import Figures, IntakeLimits, entering
from queues.models import Entry, IntakeState, Queue, ReviewItem, SourcePause, Tally
from queues.queries.counts import depth_by_queue
from queues.queries.figures.claim_rates import claim_rates

DAY = timedelta(days=1)
FRESH = timedelta(hours=4)
Parked = ReviewItem.Parked
FEW, SPARE = 5, 50  # arrivals, and free places behind them, for which nobody need take turns


@dataclass(frozen=True, slots=True)
class Room:
    """How many arrivals may enter now, and why the others may not. `is_crossing`: nobody knows of it yet. `is_close`:
    so few places are left that those who come at the same moment must take turns."""

    entering: int
    why: ReviewItem.Parked | None = None
    is_crossing: bool = False
    is_close: bool = False


def limits_of(queue: Queue) -> IntakeLimits:
    return IntakeLimits(
        is_on=queue.when_full != Queue.WhenFull.OFF,
        depth=queue.depth_limit,
        depth_lift=queue.depth_lift,
        mean_age=timedelta(hours=queue.mean_age_hours),
        mean_age_lift=timedelta(hours=queue.mean_age_lift_hours),
        rate=Fraction(queue.rate_low, 100),
        rate_lift=Fraction(queue.rate_lift, 100),
    )


@dataclass(slots=True)
class IntakeNow:
    """What decides whether rules may add leads to a queue, as it is now."""

    depth: int
    has_parked: bool
    full_since: datetime | None
    aged_since: datetime | None
    kept_open_until: datetime | None


def room_in(queue: Queue, arrivals: int, *, at: datetime) -> Room:
    """In one query. While leads are parked newcomers are parked too, or they would overtake them."""
    return room_of(queue, intake_now(queue), arrivals, at=at)


def intake_now(queue: Queue) -> IntakeNow | None:
    """None for a queue without limits."""
    if queue.when_full == Queue.WhenFull.OFF:
        return None
    tallies = Tally.objects.filter(queue=OuterRef("pk")).order_by().values("queue").annotate(n=Sum("waiting"))
    depth = Coalesce(Subquery(tallies.values("n"), output_field=IntegerField()), 0)
    waits = ReviewItem.objects.filter(parked_for=OuterRef("pk"), closed_at__isnull=True)
    row = (
        Queue.objects.filter(pk=queue.pk)
        .annotate(depth=depth, has_parked=Exists(waits.exclude(parked_why=Parked.SOURCE)))
        .values_list("depth", "has_parked", "intake__full_since", "intake__aged_since", "intake__kept_open_until")
        .order_by("pk")
        .first()
    )
    return None if row is None else IntakeNow(*row)


def room_of(queue: Queue, now: IntakeNow | None, arrivals: int, *, at: datetime) -> Room:
    if now is None or (now.kept_open_until is not None and now.kept_open_until > at):
        return Room(arrivals)
    if now.aged_since is not None:
        return Room(0, Parked.AGED)
    if now.full_since is not None or now.has_parked:
        return Room(0, Parked.FULL)
    enter = entering(arrivals, depth=now.depth, limit=queue.depth_limit)
    is_close = arrivals > FEW or now.depth + arrivals + SPARE > queue.depth_limit
    if enter < arrivals:
        return Room(enter, Parked.FULL, is_crossing=True, is_close=is_close)
    return Room(enter, is_close=is_close)


def queues_with_overflow(ids: Collection[int]) -> dict[int, Queue]:
    """These queues, and those that get their leads when they are full; in most cases one query. `has_pauses`: some
    source is paused for the queue."""
    pauses = SourcePause.objects.filter(queue=OuterRef("pk"), ended_at__isnull=True)
    found: dict[int, Queue] = {}
    wanted = set(ids)
    while wanted:
        found |= Queue.objects.select_related("overflow_pool").annotate(has_pauses=Exists(pauses)).in_bulk(wanted)
        over = {queue.overflow_queue_id for queue in found.values() if queue.when_full == Queue.WhenFull.OVERFLOW}
        wanted = {pk for pk in over if pk is not None} - found.keys()
    return found


def paused_sources(queue: Queue) -> set[int]:
    """The sources whose leads this queue gets none of now (D8)."""
    pauses = SourcePause.objects.filter(queue=queue, ended_at__isnull=True)
    return set(pauses.order_by("pk").values_list("source", flat=True))


def parked_items(queue: Queue) -> QuerySet[ReviewItem]:
    """What is parked for this queue, in the order in which it enters."""
    return ReviewItem.objects.filter(parked_for=queue, closed_at__isnull=True).order_by("opened_at", "pk")


def admissible_items(queue: Queue) -> QuerySet[ReviewItem]:
    """parked_items() without the leads of sources that are still paused."""
    paused = SourcePause.objects.filter(queue=queue, ended_at__isnull=True, source=OuterRef("lead__source"))
    return parked_items(queue).exclude(Q(parked_why=Parked.SOURCE) & Exists(paused))


def came_back(items: Sequence[ReviewItem]) -> set[int]:
    """Those items whose lead came to the desk from nurture or the pool (L9), by the activity of that moment."""
    rows = Activity.objects.filter(
        lead__in=[item.lead_id for item in items],
        kind=Activity.Kind.RE_ENGAGED,
        details__stage__in=[str(stage) for stage in PARKED_STAGES],
    )
    moments = set(rows.values_list("lead", "at").order_by("lead", "at"))
    return {item.pk for item in items if (item.lead_id, item.opened_at) in moments}


def parked_by_queue(queues: Iterable[Queue]) -> dict[int, int]:
    """How many leads are parked for each of these queues."""
    items = ReviewItem.objects.filter(parked_for__in=[queue.pk for queue in queues], closed_at__isnull=True)
    rows = items.values("parked_for").annotate(n=Count("pk")).order_by("parked_for")
    return {row["parked_for"]: row["n"] for row in rows}


def intake_by_queue(queues: Iterable[Queue]) -> dict[int, IntakeState]:
    states = IntakeState.objects.filter(queue__in=[queue.pk for queue in queues]).select_related("kept_open_by")
    return {state.queue_id: state for state in states.order_by("queue", "pk")}


def figures_by_queue(queues: Sequence[Queue], *, at: datetime) -> dict[int, Figures]:
    """Depth, mean age, claim rate and share of long waits of these queues, in three queries."""
    ids = [queue.pk for queue in queues]
    depths = depth_by_queue(queues)
    age = ExpressionWrapper(Value(at) - F("since_at"), output_field=DurationField())
    waiting = (
        Entry.objects.waiting()
        .filter(queue__in=ids)
        .values("queue")
        .annotate(
            mean=Avg(age, output_field=DurationField()),
            n=Count("pk"),
            aging=Count("pk", filter=Q(since_at__lte=at - FRESH)),
        )
        .order_by("queue")
    )
    ages = {row["queue"]: (row["mean"], Fraction(row["aging"], row["n"])) for row in waiting}
    rates = claim_rates(ids, at=at)
    found = {}
    for pk in ids:
        mean, aging = ages.get(pk, (None, None))
        found[pk] = Figures(max(depths.get(pk, 0), 0), mean, rates[pk], aging)
    return found
