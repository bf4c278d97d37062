"""What a forecast of breaches starts from: the lines now, and the same hours of the last weeks (K1)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import BooleanField, Case, Count, DateTimeField, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Greatest, TruncMinute

from config.company import company_zone
from queues.decisions.figures.calendar import day_of, day_start, hour_start
from queues.decisions.figures.forecast import Away, Line, Week, by_step, hands_there
from queues.models import Entry, Queue, QueueHour, RepDay, StayDay
from queues.queries.limits import type_limits, wait_clock
from routing.models import TimeOff

HOURS = 8
WEEKS = 4
ONE_HOUR, ONE_WEEK = timedelta(hours=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True, order=True)
class Seller:
    """A source, and the part of its leads that converts (0..1)."""

    pk: int
    name: str
    value: float


Came = tuple[int, Seller, str]  # queue, source, type of lead


@dataclass(frozen=True, slots=True)
class Start:
    """Of one queue. `reps` take from it on a usual day; `sources` are names with their part of the arrivals, without
    the better half of them. `weeks` is empty in a queue that is younger than a week. `away` is the part (0..1) of those
    who usually take from it that is away on average of the hours."""

    queue: Queue
    line: Line
    weeks: tuple[Week, ...]
    reps: float
    sources: tuple[tuple[str, float], ...]
    away: float = 0.0


def ends_at(at: datetime) -> datetime:
    """A forecast reaches to a full hour."""
    return hour_start(at) + HOURS * ONE_HOUR


def replayed_since(at: datetime) -> datetime:
    """The first day of the kept counts that a forecast reads."""
    zone = company_zone()
    return day_start(day_of(at, zone) - WEEKS * ONE_WEEK, zone)


def starts(queues: Sequence[Queue], *, at: datetime) -> list[Start]:
    """Seven queries, one more while somebody is away, one for each queue whose longest wait counts working hours."""
    ids = [queue.pk for queue in queues]
    came = _came(ids, at=at)
    lines, weeks = _lines(queues, came, at=at), _weeks(ids, at=at)
    taken, sources = _taken(ids, at=at), _sources(came)
    there = {pk: hands_there(away, HOURS) for pk, away in _away(taken, at=at).items()}
    found = []
    for queue in queues:
        its_weeks, part = weeks.get(queue.pk, ()), there.get(queue.pk, (1.0,) * HOURS)
        its_weeks = tuple(replace(week, taken=_less(week.taken, part)) for week in its_weeks)
        reps, away = taken.get(queue.pk, (0.0, 0))[0], 1 - sum(part) / HOURS
        found.append(Start(queue, lines[queue.pk], its_weeks, reps, sources.get(queue.pk, ()), away))
    return found


def ran_out(queue_ids: Iterable[int], start: datetime, end: datetime) -> dict[int, int]:
    """How many leads of each queue waited longer than they may: the limit ended in [start, end) and nobody had taken
    them. Two queries, by the indexes of what waits and of what left."""
    rows = Entry.objects.filter(queue__in=list(queue_ids), wait_due_at__gte=start, wait_due_at__lt=end)
    found: Counter[int] = Counter()
    for part in (rows.waiting(), rows.filter(left_at__gte=start, left_at__gt=F("wait_due_at"))):
        found.update(dict(part.values_list("queue").annotate(n=Count("pk")).order_by("queue")))
    return dict(found)


def _less(taken: Sequence[float], part: Sequence[float]) -> tuple[float, ...]:
    return tuple(n * share for n, share in zip(taken, part, strict=True))


def _lines(queues: Sequence[Queue], came: Mapping[Came, int], *, at: datetime) -> dict[int, Line]:
    """Times are counted from the start of the running hour, as the weeks' hours are."""
    start, ids = hour_start(at), [queue.pk for queue in queues]
    late = at.replace(second=0, microsecond=0) - timedelta(minutes=1)  # what is overdue counts as of this minute
    minute = TruncMinute(Greatest("wait_due_at", Value(late, DateTimeField())), tzinfo=UTC)
    rows = Entry.objects.waiting().filter(queue__in=ids, wait_due_at__lt=ends_at(at))
    rows = rows.exclude(wait_due_at__gte=at, wait_breached_at__isnull=False)
    is_late = Case(When(wait_due_at__lt=at, then=True), default=False, output_field=BooleanField())
    overdue: Counter[int] = Counter()
    due: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for pk, is_over, moment, n in rows.values_list("queue", is_late, minute).annotate(n=Count("pk")).order_by():
        if is_over:
            overdue[pk] += n
        else:
            due[pk].append(((moment - start).total_seconds(), n))
    limits = _limits(queues, came, at=at)
    return {pk: Line(overdue[pk], by_step(due[pk]), limits[pk]) for pk in ids}


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


def _taken(ids: Iterable[int], *, at: datetime) -> dict[int, tuple[float, int]]:
    """Of the last weeks: how many people took from the queue on a day on which anybody did, and how many leads."""
    counted = (
        _rep_days(ids, at=at)
        .values_list("queue")
        .annotate(n=Count("pk"), days=Count("day", distinct=True), leads=Sum("taken"))
    )
    return {pk: (n / days, leads) for pk, n, days, leads in counted.order_by("queue")}


def _away(taken: Mapping[int, tuple[float, int]], *, at: datetime) -> dict[int, list[Away]]:
    """Planned absences within the hours of those who usually take from a queue: leave, holidays, calendars."""
    start, end = hour_start(at), ends_at(at)
    rows = TimeOff.objects.filter(starts_at__lt=end, ends_at__gt=start, rep__user__is_active=True)
    spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for user, begins, ends in rows.order_by("starts_at", "pk").values_list("rep__user", "starts_at", "ends_at"):
        since = max(begins, start)  # absences of one person may overlap
        if spans[user]:
            since = max(since, start + timedelta(seconds=spans[user][-1][1]))
        if ends > since:
            spans[user].append(((since - start).total_seconds(), (ends - start).total_seconds()))
    found: dict[int, list[Away]] = defaultdict(list)
    if not spans:
        return found
    of_rep = _rep_days(taken, at=at).filter(rep__in=spans).values_list("queue", "rep").annotate(n=Sum("taken"))
    for pk, user, n in of_rep.order_by("queue", "rep"):
        found[pk] += [Away(n / taken[pk][1], *span) for span in spans[user]]
    return found


def _rep_days(ids: Iterable[int], *, at: datetime) -> QuerySet[RepDay]:
    last = day_of(at, company_zone())
    return RepDay.objects.filter(queue__in=list(ids), day__gte=last - WEEKS * ONE_WEEK, day__lt=last, taken__gt=0)


def _sources(came: Mapping[Came, int]) -> dict[int, tuple[tuple[str, float], ...]]:
    by_queue: dict[int, Counter[Seller]] = defaultdict(Counter)
    for (queue_id, source, _type), n in came.items():
        by_queue[queue_id][source] += n
    return {pk: _worse_half(found) for pk, found in by_queue.items()}


def _worse_half(found: Counter[Seller]) -> tuple[tuple[str, float], ...]:
    """Nobody should pause what sells best."""
    ordered = sorted(found.items(), key=lambda pair: (pair[0].value, pair[0].name))
    return tuple((source.name, n / found.total()) for source, n in ordered[: len(ordered) // 2] if n)


def _came(ids: Iterable[int], *, at: datetime) -> dict[Came, int]:
    """How many leads came in the last weeks."""
    last = day_of(at, company_zone())
    rows = StayDay.objects.filter(queue__in=list(ids), day__gte=last - WEEKS * ONE_WEEK, day__lt=last)
    of_source = ("source", "source__name", "source__conversions", "source__conversions_of")
    parts = ("queue", "lead_type", *of_source)
    counted = rows.values_list(*parts).annotate(n=Sum("entered")).order_by("queue", "source", "lead_type")
    return {
        (queue, Seller(pk, name, converted / of if of else 0.0), lead_type): n
        for queue, lead_type, pk, name, converted, of, n in counted
    }
