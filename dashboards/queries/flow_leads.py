"""The leads behind the figures of Flow that are no plain counts: means and shares (B7, F12, E9, E10)."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import BooleanField, Case, IntegerField, Q, QuerySet, Sum, Value, When

from config.web.ids import read_id
from dashboards.decisions.time_spans import weeks_of_hours
from dashboards.queries.boards import Stays
from dashboards.queries.flow import HEAT_WEEKS
from dashboards.queries.owner_speed import MAX_MEASURED, owned_stays
from leads.decisions.source_value import NOT_COUNTED, WON, window
from leads.models import Lead, Source
from queues.models import Entry
from queues.queries.figures.asked import INSTANT

HOURS_OF_DAY, DAYS = 24, 7


@dataclass(frozen=True, slots=True)
class Conversion:
    """As it was counted: `won` of `of`. The leads of that time as they are now, with `is_won` and `has_changed`, which
    tells that the stage is a newer one."""

    counted_at: datetime
    won: int
    of: int
    leads: QuerySet[Any]


def owned(asked: Stays, since: datetime, until: datetime) -> QuerySet[Entry]:
    """The newest thousand that found an owner."""
    rows = owned_stays(since=since, at=until).filter(queue__in=asked.queue_ids)
    return rows.select_related("lead__source", "queue", "assignment__holder")[:MAX_MEASURED]


def waited_at_hour(asked: Stays, value: str, *, at: datetime, tz: tzinfo) -> tuple[QuerySet[Entry], int, int]:
    """Who waited at the end of this hour of this weekday ("0-14": Mondays at 14) in the last weeks, the latest to enter
    first, with `times`, in how many of the weeks; and weekday and hour. Raises KeyError for another value."""
    day, _dash, clock = value.partition("-")
    weekday, hour = read_id(day), read_id(clock)
    if weekday is None or hour is None or not (weekday < DAYS and hour < HOURS_OF_DAY):
        raise KeyError(value)
    stood = [_stood(moment) for moment in _ends(weekday, hour, at=at, tz=tz)]
    times = reduce(
        add, (Case(When(each, then=Value(1)), default=Value(0), output_field=IntegerField()) for each in stood)
    )
    rows = Entry.objects.filter(reduce(or_, stood), queue__in=asked.queue_ids).annotate(times=times)
    return rows.select_related("lead__source", "queue").order_by("-entered_at", "-pk"), weekday, hour


def added_up(rows: QuerySet[Entry]) -> int:
    """How many waited, of all weeks together."""
    return rows.order_by().aggregate(n=Sum("times"))["n"] or 0


def _ends(weekday: int, hour: int, *, at: datetime, tz: tzinfo) -> list[datetime]:
    """The ends of this hour in each week of the map; that of the hour that runs is now."""
    cuts = weeks_of_hours(HEAT_WEEKS, at=at, tz=tz).cuts
    ends = [*cuts[1:], at + INSTANT]
    return [end for cut, end in zip(cuts, ends, strict=True) if (cut.weekday(), cut.hour) == (weekday, hour)]


def _stood(moment: datetime) -> Q:
    return Q(entered_at__lt=moment) & (Q(left_at__isnull=True) | Q(left_at__gte=moment))


def conversion(by: str, value: str) -> Conversion:
    """Of one source, or of all. Raises KeyError for one that is not there, or was not counted yet."""
    sources = Source.objects.filter(counted_at__isnull=False).order_by("pk")
    if by == "source":
        sources = sources.filter(pk=read_id(value) or 0)
    elif by != "all":
        raise KeyError(by)
    found = list(sources)
    if not found:
        raise KeyError(value)
    counted_at = min(each.counted_at for each in found if each.counted_at)
    begins, ends = window(counted_at)
    rows = Lead.objects.filter(source__in=found, captured_at__gte=begins, captured_at__lt=ends)
    rows = rows.exclude(stage__in=NOT_COUNTED).annotate(
        is_won=_whether(Q(stage__in=WON)), has_changed=_whether(Q(stage_at__gt=counted_at))
    )
    won, of = sum(each.conversions for each in found), sum(each.conversions_of for each in found)
    return Conversion(counted_at, won, of, rows.select_related("source").order_by("-captured_at", "-pk"))


def _whether(is_so: Q) -> Case:
    return Case(When(is_so, then=Value(True)), default=Value(False), output_field=BooleanField())
