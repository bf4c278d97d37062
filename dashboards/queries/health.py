"""The health of queues: depth, ages, claims, velocity, the worst flag (C7, E3-E8). Six queries for any number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery

from dashboards.decisions.figures import depth_history
from dashboards.queries.moved import WEEK_DAYS, Moved, moved
from queues.decisions import health
from queues.models import Entry, Queue
from queues.queries.counts import depth_by_queue

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GIVEN = (Entry.Left.CLAIMED, Entry.Left.ASSIGNED)


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """One queue now and over the last 24 hours. Shares are None without a denominator (L2).

    `rate` is the claim rate: of the leads that were assigned or became a day old within the last 24 hours, the share
    that was assigned before it was a day old (D5, E8).
    """

    queue: Queue
    depth: int
    level: str
    fresh: int
    warm: int
    old: int
    oldest_at: datetime | None
    over_limit: int
    next_breach_at: datetime | None
    added: int
    claimed: int
    claims_a_day: float
    days_of_work: float | None
    rate: Fraction | None
    velocity: health.Velocity
    history: list[int]
    flag: health.Flag | None

    @property
    def ages(self) -> health.AgeSplit:
        return health.age_split(self.fresh, self.warm, self.old)


def queue_health(queues: Sequence[Queue], *, at: datetime) -> list[QueueHealth]:
    """Seven queries in all: depths, ages, four of what moved, the day's decided waits."""
    depths, ages = depth_by_queue(queues), _ages(queues, at=at)
    movements, decided = moved(queues, at=at), _decided(queues, at=at)
    return [
        _health_of(
            queue,
            depth=depths.get(queue.pk, 0),
            ages=ages.get(queue.pk, {}),
            moved=movements[queue.pk],
            decided=decided.get(queue.pk, (0, 0)),
            at=at,
        )
        for queue in queues
    ]


def _health_of(queue: Queue, *, depth, ages, moved: Moved, decided, at: datetime) -> QueueHealth:
    in_time, claimed_today = decided
    level = health.depth_level(depth, queue.depth_yellow, queue.depth_red, queue.depth_critical)
    over = ages.get("over", 0)
    rate = health.claim_rate(in_time, claimed_today + ages.get("turned_old", 0))
    a_day = moved.claimed_in_week / WEEK_DAYS
    return QueueHealth(
        queue=queue,
        depth=depth,
        level=level,
        fresh=ages.get("fresh", 0),
        warm=ages.get("warm", 0),
        old=ages.get("old", 0),
        oldest_at=ages.get("oldest"),
        over_limit=over,
        next_breach_at=ages.get("next"),
        added=sum(moved.came),
        claimed=moved.claimed_in_day,
        claims_a_day=a_day,
        days_of_work=depth / a_day if a_day else None,
        rate=rate,
        velocity=health.velocity(moved.claimed_in_day, sum(moved.came)),
        history=depth_history(depth, moved.came[1:], moved.went[1:]),
        flag=health.worst_flag(
            depth=depth,
            level=level,
            over_limit=over,
            old=ages.get("old", 0),
            rate=rate,
            next_breach_at=ages.get("next"),
            at=at,
        ),
    )


def _ages(queues: Sequence[Queue], *, at: datetime) -> dict[int, dict]:
    """Half-open bands (L1): younger than 4 h, from 4 to 24 h, 24 h and more."""
    waiting = Entry.objects.waiting().filter(queue__in=[queue.pk for queue in queues])
    is_late = Q(wait_due_at__lt=at)
    rows = (
        waiting.values("queue")
        .annotate(
            fresh=Count("pk", filter=Q(since_at__gt=at - 4 * HOUR)),
            warm=Count("pk", filter=Q(since_at__lte=at - 4 * HOUR, since_at__gt=at - DAY)),
            old=Count("pk", filter=Q(since_at__lte=at - DAY)),
            oldest=Min("since_at"),
            over=Count("pk", filter=is_late),
            turned_old=Count("pk", filter=Q(since_at__lte=at - DAY, since_at__gt=at - 2 * DAY)),
            next=Min("wait_due_at", filter=~is_late),
        )
        .order_by("queue")
    )
    return {row["queue"]: row for row in rows}


def _decided(queues: Sequence[Queue], *, at: datetime) -> dict[int, tuple[int, int]]:
    """Of the leads assigned within 24 hours: how many before they were a day old (E8), and how many in all."""
    rows = (
        Entry.objects.filter(queue__in=[queue.pk for queue in queues], left_how__in=GIVEN)
        .filter(left_at__gt=at - DAY, left_at__lte=at)
        .values("queue")
        .annotate(n=Count("pk"), in_time=Count("pk", filter=Q(left_at__lte=F("since_at") + DAY)))
        .order_by("queue")
    )
    return {row["queue"]: (row["in_time"], row["n"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Today:
    """Claims since midnight, and how many of them were in time."""

    in_time: int
    claims: int


def claimed_today(queues: Sequence[Queue], *, midnight: datetime, at: datetime) -> Today:
    row = Entry.objects.filter(
        queue__in=[queue.pk for queue in queues], left_how__in=GIVEN, left_at__gte=midnight, left_at__lte=at
    ).aggregate(n=Count("pk"), in_time=Count("pk", filter=Q(left_at__lte=F("wait_due_at"))))
    return Today(in_time=row["in_time"], claims=row["n"])


def first_to_breach(queues: Sequence[Queue], *, at: datetime) -> Entry | None:
    """The waiting lead whose wait limit runs out next."""
    line = Entry.objects.waiting().filter(queue__in=[queue.pk for queue in queues], wait_due_at__gte=at)
    line = line.filter(wait_breached_at__isnull=True)  # a wait is breached once, also if its limit moves later (D2)
    return line.select_related("lead", "queue").order_by("wait_due_at", "pk").first()


def oldest_of_all(queues: Sequence[Queue]) -> Entry | None:
    """The oldest waiting lead: the first of each queue by the index of age, then the oldest of these."""
    first = Entry.objects.waiting().filter(queue=OuterRef("pk")).oldest_first().values("pk")[:1]
    heads = Queue.objects.filter(pk__in=[queue.pk for queue in queues]).values(head=Subquery(first))
    return Entry.objects.filter(pk__in=heads).select_related("lead", "queue").oldest_first().first()


def newest_change(queues: Sequence[Queue]) -> tuple:
    """Changes whenever a lead enters or leaves: for telling a page that nothing is new."""
    ids = [queue.pk for queue in queues]
    came = Entry.objects.filter(queue__in=ids).aggregate(came=Max("pk"))["came"]
    return came, sorted(depth_by_queue(queues).items())
