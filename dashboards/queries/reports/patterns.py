"""The last thirteen weeks of queues, hour by hour, and the patterns found in them (E9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.db.models import Q, QuerySet

from dashboards.decisions.reports.periods import midnight, weeks_back
from queues.decisions.figures.calendar import hour_start
from queues.decisions.figures.counting_back import Waiting
from queues.decisions.figures.patterns import HOURS_OF_WEEK, LEAST_WEEKS, WORKING_DAYS, Week, since_first_lead
from queues.decisions.figures.patterns_of_days import (
    MONDAY,
    START_OF_WORK,
    AlwaysFull,
    MondayBacklog,
    SpikeAndStall,
    always_full,
    is_full,
    monday_backlog,
    spike_and_stall,
)
from queues.decisions.figures.patterns_of_months import MonthEndSurge, month_end_surge
from queues.models import Entry, Queue
from queues.queries.figures.past import MOVED, Past, full_hour

WEEKS = 13  # three ends of months, at least two of them with the days around
HOUR, ONE_DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FullQueue:
    queue: Queue
    found: AlwaysFull
    waiting: int


@dataclass(frozen=True, slots=True)
class Patterns:
    """`weeks` are whole ones, from the first with a lead; `busiest` is the queue in which most leads wait now. Of the
    days from `since` to now `stale_days` are being counted again."""

    weeks: tuple[Week, ...]
    spike: SpikeAndStall
    monday: MondayBacklog
    month: MonthEndSurge
    full: tuple[FullQueue, ...]
    busiest: Queue
    since: datetime
    stale_days: int

    @property
    def leads(self) -> int:
        return sum(sum(week.came) for week in self.weeks)

    @property
    def last_week(self) -> Week | None:
        return self.weeks[-1] if self.weeks else None


def patterns(queues: Sequence[Queue], *, at: datetime, tz: tzinfo) -> Patterns:
    """Some six queries. The week that runs is left out: it is not whole."""
    spans = weeks_back(WEEKS + 1, last=at.astimezone(tz).date(), tz=tz)[:-1]
    past = Past(full_hour(spans[0].starts_at), [queue.pk for queue in queues], at=at, names=MOVED)
    weeks = since_first_lead(_weeks(past, [span.first for span in spans], tz=tz))
    return Patterns(
        weeks=tuple(weeks),
        spike=spike_and_stall(weeks),
        monday=monday_backlog(weeks),
        month=month_end_surge(weeks),
        full=tuple(_full_queues(past, queues, [full_hour(span.starts_at) for span in spans[-LEAST_WEEKS:]], tz=tz)),
        busiest=max(queues, key=lambda queue: past.now.get(queue.pk, Waiting()).leads),
        since=past.start,
        stale_days=past.hours.stale_days,
    )


def came_on_workdays(ids: Sequence[int], monday: date, hours: range, *, tz: tzinfo) -> QuerySet[Entry]:
    """Entries of these hours of the working days of one week."""
    days = [monday + number * ONE_DAY for number in WORKING_DAYS]
    return _entered(ids, [(_moment(day, hours[0], tz), _moment(day, hours[-1] + 1, tz)) for day in days])


def came_on(ids: Sequence[int], days: Sequence[date], *, tz: tzinfo) -> QuerySet[Entry]:
    """Entries of these days."""
    return _entered(ids, [(_moment(day, 0, tz), _moment(day + ONE_DAY, 0, tz)) for day in days])


def waited_on_monday(ids: Sequence[int], monday: date, *, tz: tzinfo) -> QuerySet[Entry]:
    """Who waited when work started."""
    moment = _moment(monday + MONDAY * ONE_DAY, START_OF_WORK[0], tz)
    stood = Q(left_at__isnull=True) | Q(left_at__gte=moment)
    rows = Entry.objects.filter(stood, queue__in=ids, entered_at__lt=moment)
    return rows.select_related("lead__source", "queue").order_by("-entered_at", "-pk")


def _entered(ids: Sequence[int], pairs: Sequence[tuple[datetime, datetime]]) -> QuerySet[Entry]:
    spans = Q()
    for start, end in pairs:
        spans |= Q(entered_at__gte=start, entered_at__lt=end)
    rows = Entry.objects.filter(spans, queue__in=ids)
    return rows.select_related("lead__source", "queue").order_by("-entered_at", "-pk")


def _moment(day: date, hour: int, tz: tzinfo) -> datetime:
    """The full hour of UTC that begins within this hour of the reader's day: hours are kept by those."""
    return full_hour(datetime(day.year, day.month, day.day, hour, tzinfo=tz) if hour else midnight(day, tz))


def _weeks(past: Past, mondays: Sequence[date], *, tz: tzinfo) -> list[Week]:
    """Going back hour by hour from what waits now. An hour that the clock shows twice counts with the other."""
    places = {monday: place for place, monday in enumerate(mondays)}
    came = [[0] * HOURS_OF_WEEK for _monday in mondays]
    claimed = [[0] * HOURS_OF_WEEK for _monday in mondays]
    depths: list[list[int | None]] = [[None] * HOURS_OF_WEEK for _monday in mondays]
    moves, depth = past.by_hour(), sum(waiting.leads for waiting in past.now.values())
    hour = hour_start(past.at)
    while hour >= past.start:
        n_came, n_went, n_claimed = moves.get(hour, (0, 0, 0))
        depth -= n_came - n_went
        here = hour.astimezone(tz)
        week = places.get(here.date() - here.weekday() * ONE_DAY)
        if week is not None:
            place = here.weekday() * 24 + here.hour
            came[week][place] += n_came
            claimed[week][place] += n_claimed
            depths[week][place] = max(depth, 0)
        hour -= HOUR
    return [Week(*parts) for parts in zip(mondays, came, claimed, depths, strict=True)]


def _full_queues(past: Past, queues: Sequence[Queue], starts: Sequence[datetime], *, tz: tzinfo) -> list[FullQueue]:
    """Each queue in the last four whole weeks, from the first in which it had a lead."""
    ends = [*starts[1:], _moment((starts[-1].astimezone(tz) + 7 * ONE_DAY).date(), 0, tz)]
    nets = past.nets_by_queue(starts[0])
    newest = hour_start(past.at)
    hours = [newest - number * HOUR for number in range(int((newest - starts[0]) / HOUR) + 1)]
    found = []
    for queue in queues:
        limit = queue.depth_limit if queue.when_full != Queue.WhenFull.OFF else None
        moves, now = nets[queue.pk], past.now.get(queue.pk, Waiting()).leads
        counts = _full_hours(hours, list(zip(starts, ends, strict=True)), moves, now, queue.depth_yellow, limit)
        found.append(FullQueue(queue, always_full(counts), now))
    return found


def _full_hours(
    hours: Sequence[datetime],
    weeks: Sequence[tuple[datetime, datetime]],
    moves: dict[datetime, int],
    depth: int,
    yellow: int,
    limit: int | None,
) -> list[tuple[int, int]]:
    """Of each week the hours at whose beginning it was full, and all its hours; without the weeks before its first
    lead. `hours` go back from now."""
    full, was_used, place = [0] * len(weeks), [False] * len(weeks), len(weeks) - 1
    for hour in hours:
        depth -= moves.get(hour, 0)
        while place >= 0 and hour < weeks[place][0]:
            place -= 1
        if place >= 0 and hour < weeks[place][1]:
            full[place] += is_full(depth, yellow=yellow, limit=limit)
            was_used[place] |= bool(depth) or hour in moves
    first = next((number for number, used in enumerate(was_used) if used), len(weeks))
    return [
        (count, int((end.astimezone(UTC) - start) / HOUR))
        for count, (start, end) in list(zip(full, weeks, strict=True))[first:]
    ]
