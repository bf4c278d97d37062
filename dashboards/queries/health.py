"""The health of queues: depth, ages, claims, velocity, the worst flag (C7, E3-E8). Five queries for any number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Count, F, OuterRef, Q, Subquery

from dashboards.decisions.figures import depth_history
from dashboards.queries.moved import WEEK_DAYS, Moved, moved
from queues.decisions import health
from queues.models import Entry, Queue
from queues.queries.ages import QueueAges, queue_ages
from queues.queries.figures.claim_rates import claim_rates

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GIVEN = (Entry.Left.CLAIMED, Entry.Left.ASSIGNED)


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """One queue now and over the last 24 hours. Shares are None without a denominator (L2).

    `rate` is the claim rate: of the stays that were claimed within 24 hours or became 24 hours old, both within the
    last 24 hours, the share of the first (D5, E8). `stale_days` of the last seven are being counted again.
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
    stale_days: int = 0

    @property
    def is_rate_low(self) -> bool:
        """Below 80 %; exactly 80 % is not (L1)."""
        return self.rate is not None and self.rate < health.GOOD_CLAIM_RATE

    @property
    def ages(self) -> health.AgeSplit:
        return health.age_split(self.fresh, self.warm, self.old)


def queue_health(
    queues: Sequence[Queue], *, at: datetime, ages: Mapping[int, QueueAges] | None = None
) -> list[QueueHealth]:
    """Five queries in all: ages, unless the caller has read them, three of what moved, the claim rates."""
    ages = ages or queue_ages(queues, at=at)
    movements = moved(queues, at=at)
    rates = claim_rates([queue.pk for queue in queues], at=at)
    return [
        _health_of(
            queue,
            ages=ages[queue.pk],
            moved=movements[queue.pk],
            rate=rates[queue.pk],
            at=at,
        )
        for queue in queues
    ]


def _health_of(queue: Queue, *, ages: QueueAges, moved: Moved, rate: Fraction | None, at: datetime) -> QueueHealth:
    depth = ages.depth
    level = health.depth_level(depth, queue.depth_yellow, queue.depth_red, queue.depth_critical)
    a_day = moved.claimed_in_week / WEEK_DAYS
    return QueueHealth(
        queue=queue,
        depth=depth,
        level=level,
        fresh=ages.fresh,
        warm=ages.warm,
        old=ages.old,
        oldest_at=ages.oldest_at,
        over_limit=ages.late,
        next_breach_at=ages.next_breach_at,
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
            over_limit=ages.late,
            old=ages.old,
            rate=rate,
            next_breach_at=ages.next_breach_at,
            at=at,
        ),
        stale_days=moved.stale_days,
    )


@dataclass(frozen=True, slots=True)
class Today:
    """Claims since midnight, and how many of them were in time."""

    in_time: int
    claims: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.in_time, self.claims) if self.claims else None

    @property
    def is_below_goal(self) -> bool:
        return self.share is not None and self.share < health.CLAIM_GOAL


def claimed_today(queues: Sequence[Queue], *, midnight: datetime, at: datetime) -> Today:
    row = Entry.objects.filter(
        queue__in=[queue.pk for queue in queues], left_how__in=GIVEN, left_at__gte=midnight, left_at__lte=at
    ).aggregate(n=Count("pk"), in_time=Count("pk", filter=Q(left_at__lte=F("wait_due_at"))))
    return Today(in_time=row["in_time"], claims=row["n"])


def oldest_of_all(queues: Sequence[Queue]) -> Entry | None:
    """The oldest waiting lead: the first of each queue by the index of age, then the oldest of these."""
    first = Entry.objects.waiting().filter(queue=OuterRef("pk")).oldest_first().values("pk")[:1]
    heads = Queue.objects.filter(pk__in=[queue.pk for queue in queues]).values(head=Subquery(first))
    return Entry.objects.filter(pk__in=heads).select_related("lead", "queue").oldest_first().first()
