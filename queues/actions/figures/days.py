"""Count one day: replace the kept rows by what the leads say now (E10)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Model

from queues.decisions.figures.calendar import ONE_DAY, day_start, hour_start
from queues.models import (
    HabitDay,
    LeadDay,
    Queue,
    QueueHour,
    ReasonDay,
    RepDay,
    RepWaitDay,
    SourceHour,
    StayDay,
    WayHour,
)
from queues.queries.figures.arrivals import counted_arrivals, counted_reasons
from queues.queries.figures.habits import counted_habits, zones_of
from queues.queries.figures.moves import counted_queue_hours, counted_source_hours, counted_ways
from queues.queries.figures.own_waits import counted_waits
from queues.queries.figures.stays import counted_stays
from queues.queries.figures.taken import counted_taken
from routing.actions.rotation.turn_days import count_turn_day

BATCH_SIZE = 500
DAYS: tuple[type[Model], ...] = (StayDay, RepDay, RepWaitDay, LeadDay, ReasonDay, HabitDay)
HOURS: tuple[type[Model], ...] = (QueueHour, SourceHour, WayHour)
INSTANT = timedelta(microseconds=1)
ONE_HOUR = timedelta(hours=1)


def count_day(day: date, zone: ZoneInfo, *, at: datetime) -> None:
    """The day, and the hours of UTC that it touches; nothing after `at` counts. The caller has locked the state and is
    in a transaction."""
    start, end = day_start(day, zone), min(day_start(day + ONE_DAY, zone), at + INSTANT)
    queue_ids = list(Queue.objects.values_list("pk", flat=True).order_by("pk"))
    holder_ids = list(User.objects.values_list("pk", flat=True).order_by("pk"))
    _replace_day(StayDay, counted_stays(start, end, queue_ids), day)
    _replace_day(RepDay, counted_taken(start, end, holder_ids, queue_ids, at=at), day)
    _replace_day(RepWaitDay, counted_waits(start, end, holder_ids), day)
    _replace_day(LeadDay, counted_arrivals(start, end), day)
    _replace_day(ReasonDay, counted_reasons(start, end, holder_ids, queue_ids), day)
    _replace_day(HabitDay, counted_habits(start, end, zones_of(holder_ids), at=at), day)
    count_turn_day(day, start, day_start(day + ONE_DAY, zone), at=at)
    first, last = hour_start(start), min(hour_start(end - INSTANT) + ONE_HOUR, at + INSTANT)
    _replace_hours(QueueHour, counted_queue_hours(first, last, queue_ids), first, last)
    _replace_hours(SourceHour, counted_source_hours(first, last, queue_ids), first, last)
    _replace_hours(WayHour, counted_ways(first, last, queue_ids), first, last)


def _replace_day(model: type[Model], rows: Sequence[Any], day: date) -> None:
    for row in rows:
        row.day = day
    model._default_manager.filter(day=day).delete()
    model._default_manager.bulk_create(rows, batch_size=BATCH_SIZE)


def _replace_hours(model: type[Model], rows: Sequence[Any], first: datetime, last: datetime) -> None:
    model._default_manager.filter(hour_at__gte=first, hour_at__lt=last).delete()
    model._default_manager.bulk_create(rows, batch_size=BATCH_SIZE)


def forget_after(day: date) -> None:
    """Delete what was counted for later days: in another time zone tomorrow had begun."""
    for model in DAYS:
        model._default_manager.filter(day__gt=day).delete()
