"""The four goals of queues in a period, in the one before, and in each of twelve weeks (E8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import reduce

from django.db.models import Count, F, QuerySet

from dashboards.decisions.reports.periods import Period
from queues.decisions.figures.calendar import hour_start
from queues.decisions.figures.counting_back import Waiting
from queues.models import Entry, Queue
from queues.queries.figures import moves
from queues.queries.figures.past import TICK, Part, Past, full_hour
from queues.queries.figures.stays import claimed_stays

DAY, THREE_DAYS = timedelta(days=1), timedelta(hours=72)
Bounds = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Goals:
    """Of one queue, or of all together: in the period, in the one before, and now; `old` wait now for more than 72
    hours."""

    name: str
    slug: str
    value: str
    period: Part
    before: Part
    now: Waiting
    old: int
    at: datetime

    @property
    def mean_age_now(self) -> float | None:
        """Seconds."""
        return int(self.at.timestamp()) - self.now.since / self.now.leads if self.now.leads else None


@dataclass(frozen=True, slots=True)
class GoalsFound:
    """`weeks`: all queues together; None for a week before anything waited. `is_running`: the period is not over.
    `since` is how far back the figures go; `stale_days` since then are being counted again."""

    all: Goals
    queues: tuple[Goals, ...]
    weeks: tuple[Part | None, ...]
    is_running: bool
    since: datetime
    stale_days: int


def claims_a_day(part: Part) -> Fraction:
    """Claims by the hours of the period that have begun, for 24 hours."""
    return Fraction(24 * part.decided.claimed, part.waited.hours) if part.waited.hours else Fraction(0)


def bounds(period: Period, *, at: datetime) -> Bounds:
    """The period from the first full hour of UTC to the last, or to now."""
    return full_hour(period.starts_at), min(full_hour(period.ends_at), at + TICK)


def goals(
    queues: Sequence[Queue], period: Period, before: Period, weeks: Sequence[Period], *, at: datetime
) -> GoalsFound:
    """Some nine queries: one reading, cut wherever a period or a week begins or ends."""
    asked = [bounds(each, at=at) for each in (period, before, *weeks)]
    newest = hour_start(at)
    cuts = sorted({moment for pair in asked for moment in pair if moment <= newest})
    past = Past(cuts[0], [queue.pk for queue in queues], at=at)
    parts, old = past.parts(cuts), _older_than_72_hours(past.queue_ids, at=at)

    def within(pair: Bounds, ids: Sequence[int]) -> Part:
        places = [place for place, cut in enumerate(cuts) if pair[0] <= cut < pair[1]]
        by_queue = [sum((parts[pk][place] for place in places), Part()) for pk in ids]
        return reduce(Part.beside, by_queue, Part())

    def of(name: str, slug: str, value: str, ids: Sequence[int]) -> Goals:
        waiting = [past.now.get(pk, Waiting()) for pk in ids]
        now = Waiting(sum(one.leads for one in waiting), sum(one.since for one in waiting))
        very_old = sum(old.get(pk, 0) for pk in ids)
        return Goals(name, slug, value, within(asked[0], ids), within(asked[1], ids), now, very_old, at)

    by_week = [within(pair, past.queue_ids) for pair in asked[2:]]
    first = next((n for n, part in enumerate(by_week) if part.decided.came or part.waited.leads), len(by_week))
    return GoalsFound(
        all=of("", "", "", past.queue_ids),
        queues=tuple(of(queue.name, queue.slug, str(queue.pk), [queue.pk]) for queue in queues),
        weeks=tuple(part if number >= first else None for number, part in enumerate(by_week)),
        is_running=period.ends_at > at,
        since=cuts[0],
        stale_days=past.hours.stale_days,
    )


def waiting_leads(ids: Sequence[int], *, very_old_at: datetime | None = None) -> QuerySet[Entry]:
    """Who waits now, the oldest first; `very_old_at`: only those that are older than 72 hours then."""
    rows = Entry.objects.waiting().filter(queue__in=ids)
    if very_old_at is not None:
        rows = rows.filter(since_at__lt=very_old_at - THREE_DAYS)
    return _with_lead(rows).order_by("since_at", "pk")


def claimed_leads(pair: Bounds, ids: list[int], *, within_day: bool = False) -> QuerySet[Entry]:
    """Stays that ended with a claim, the latest first; `within_day`: before they were 24 hours old."""
    rows = claimed_stays(*pair, ids)
    rows = rows.filter(left_at__lt=F("entered_at") + DAY) if within_day else rows
    return _with_lead(rows).order_by("-left_at", "-pk")


def day_old_leads(pair: Bounds, ids: list[int]) -> QuerySet[Entry]:
    """Stays that became 24 hours old without a claim, the latest first."""
    return _with_lead(moves.turned_day_old(*pair, ids)).order_by("-entered_at", "-pk")


def very_old_leads(pair: Bounds, ids: list[int]) -> QuerySet[Entry]:
    """Leads that became older than 72 hours while they waited, the latest first."""
    return _with_lead(moves.turned_72_hours_old(*pair, ids)).order_by("-since_at", "-pk")


def _with_lead(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    return rows.select_related("lead__source", "queue")


def _older_than_72_hours(ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    rows = Entry.objects.waiting().filter(queue__in=ids, since_at__lt=at - THREE_DAYS)
    counted = rows.values("queue").annotate(n=Count("pk")).order_by("queue")
    return {row["queue"]: row["n"] for row in counted}
