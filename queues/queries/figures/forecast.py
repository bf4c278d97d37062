"""What a forecast of breaches starts from: the lines now, and the same hours of the last weeks (K1)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Subquery, Sum

from config.company import company_zone
from leads.models import Source
from queues.decisions.figures.calendar import day_of, hour_start
from queues.decisions.figures.forecast import Line, Week
from queues.models import Entry, Queue, QueueHour, RepDay, StayDay
from queues.queries.limits import type_limits, wait_clock

HOURS = 8
WEEKS = 4
MOST_DUE = 20_000  # leads whose limit ends within the hours; the soonest
ONE_HOUR, ONE_WEEK = timedelta(hours=1), timedelta(weeks=1)

Came = tuple[int, int, str]  # queue, source, type of lead


@dataclass(frozen=True, slots=True)
class Start:
    """Of one queue. `reps` take from it on a usual day; `sources` are names with their part of the arrivals, without
    the better half of them. `weeks` is empty in a queue that is younger than a week."""

    queue: Queue
    line: Line
    weeks: tuple[Week, ...]
    reps: float
    sources: tuple[tuple[str, float], ...]


def ends_at(at: datetime) -> datetime:
    """A forecast reaches to a full hour."""
    return hour_start(at) + HOURS * ONE_HOUR


def starts(queues: Sequence[Queue], *, at: datetime) -> list[Start]:
    """Eight queries, and one for each queue whose longest wait counts working hours."""
    ids = [queue.pk for queue in queues]
    came = _came(ids, at=at)
    lines, weeks = _lines(queues, came, at=at), _weeks(ids, at=at)
    reps, sources = _reps(ids, at=at), _sources(came)
    return [
        Start(queue, lines[queue.pk], weeks.get(queue.pk, ()), reps.get(queue.pk, 0.0), sources.get(queue.pk, ()))
        for queue in queues
    ]


def _lines(queues: Sequence[Queue], came: Mapping[Came, int], *, at: datetime) -> dict[int, Line]:
    """Times are counted from the start of the running hour, as the weeks' hours are."""
    start, ids = hour_start(at), [queue.pk for queue in queues]
    waiting = Entry.objects.waiting().filter(queue__in=ids)
    late = waiting.filter(wait_due_at__lt=at).values("queue").annotate(n=Count("pk")).order_by("queue")
    overdue = {row["queue"]: row["n"] for row in late}
    soon = waiting.filter(wait_due_at__gte=at, wait_due_at__lt=ends_at(at), wait_breached_at__isnull=True)
    due: dict[int, list[float]] = defaultdict(list)
    for pk, moment in soon.order_by("wait_due_at", "pk").values_list("queue", "wait_due_at")[:MOST_DUE]:
        due[pk].append((moment - start).total_seconds())
    limits = _limits(queues, came, at=at)
    return {pk: Line(overdue.get(pk, 0), tuple(due[pk]), limits[pk]) for pk in ids}


def _limits(queues: Sequence[Queue], came: Mapping[Came, int], *, at: datetime) -> dict[int, float]:
    """How long a lead that comes now may wait, in seconds: of the type that comes most often."""
    types: Counter[tuple[int, str]] = Counter()
    for (queue_id, _source, lead_type), n in came.items():
        types[queue_id, lead_type] += n
    usual = dict(key for key, _n in sorted(types.items(), key=lambda each: (each[1], each[0])))
    limits = type_limits([queue.pk for queue in queues])
    found = {}
    for queue in queues:
        time = limits.wait(queue, usual.get(queue.pk, "warm")).time
        found[queue.pk] = (wait_clock(queue).add(at, time) - at).total_seconds()
    return found


def _weeks(ids: Iterable[int], *, at: datetime) -> dict[int, tuple[Week, ...]]:
    """The same hours of the same weekday on the installation's clock; weeks before the first lead of a queue do not
    count. Of the hour that runs only the rest counts.

    What can be taken in an hour is the most that was taken in it, or in the hour beside it, in any of the weeks: where
    few leads came few were taken, and that says nothing about how many could have been.
    """
    zone, rest = company_zone(), 1 - (at - hour_start(at)) / ONE_HOUR
    begins = [hour_start(at.astimezone(zone) - week * ONE_WEEK) for week in range(1, WEEKS + 1)]
    hours = [begin + number * ONE_HOUR for begin in begins for number in range(-1, HOURS + 1)]
    counts: dict[tuple[int, datetime], tuple[int, int]] = {}
    rows = QueueHour.objects.filter(queue__in=list(ids), hour_at__in=hours).order_by("pk")
    for pk, hour, came, claimed in rows.values_list("queue", "hour_at", "came", "claimed"):
        counts[pk, hour] = (came, claimed)
    first = QueueHour.objects.filter(queue=OuterRef("pk")).order_by("hour_at").values("hour_at")[:1]
    oldest = dict(Queue.objects.filter(pk__in=list(ids)).values_list("pk", Subquery(first)).order_by("pk"))
    known = {pk: [begin for begin in begins if since and begin >= since] for pk, since in oldest.items()}
    return {pk: _weeks_of(pk, its_begins, counts, rest) for pk, its_begins in known.items() if its_begins}


def _weeks_of(
    pk: int, begins: Sequence[datetime], counts: dict[tuple[int, datetime], tuple[int, int]], rest: float
) -> tuple[Week, ...]:
    parts = [rest] + [1.0] * (HOURS - 1)

    def at_most(number: int) -> int:
        beside = (begin + near * ONE_HOUR for begin in begins for near in (number - 1, number, number + 1))
        return max(counts.get((pk, hour), (0, 0))[1] for hour in beside)

    taken = tuple(part * at_most(number) for number, part in enumerate(parts))
    return tuple(
        Week(
            tuple(part * counts.get((pk, begin + n * ONE_HOUR), (0, 0))[0] for n, part in enumerate(parts)),
            taken,
        )
        for begin in begins
    )


def _reps(ids: Iterable[int], *, at: datetime) -> dict[int, float]:
    """How many people took from the queue on a day on which anybody did."""
    last = day_of(at, company_zone())
    rows = RepDay.objects.filter(queue__in=list(ids), day__gte=last - WEEKS * ONE_WEEK, day__lt=last, taken__gt=0)
    counted = rows.values("queue").annotate(n=Count("pk"), days=Count("day", distinct=True)).order_by("queue")
    return {row["queue"]: row["n"] / row["days"] for row in counted}


def _sources(came: Mapping[Came, int]) -> dict[int, tuple[tuple[str, float], ...]]:
    by_source: Counter[tuple[int, int]] = Counter()
    for (queue_id, source_id, _type), n in came.items():
        by_source[queue_id, source_id] += n
    by_queue: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (queue_id, source_id), n in sorted(by_source.items()):
        by_queue[queue_id].append((source_id, n))
    known = {source.pk: source for source in Source.objects.order_by("pk")}
    return {pk: _worse_half([(known[source], n) for source, n in found]) for pk, found in by_queue.items()}


def _worse_half(found: Sequence[tuple[Source, int]]) -> tuple[tuple[str, float], ...]:
    """Nobody should pause what sells best."""
    total = sum(n for _source, n in found)
    ordered = sorted(found, key=lambda pair: (_value(pair[0]), pair[0].name))
    return tuple((source.name, n / total) for source, n in ordered[: len(ordered) // 2] if n)


def _value(source: Source) -> float:
    return source.conversions / source.conversions_of if source.conversions_of else 0.0


def _came(ids: Iterable[int], *, at: datetime) -> dict[Came, int]:
    """How many leads came in the last weeks."""
    last = day_of(at, company_zone())
    rows = StayDay.objects.filter(queue__in=list(ids), day__gte=last - WEEKS * ONE_WEEK, day__lt=last)
    parts = ("queue", "source", "lead_type")
    return {row[:3]: row[3] for row in rows.values_list(*parts).annotate(n=Sum("entered")).order_by(*parts)}
