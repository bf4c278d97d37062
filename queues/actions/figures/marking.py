"""Mark the days that must be counted again."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from leads.models import Activity, Lead
from queues.decisions.figures.calendar import day_of, days_between
from queues.models import Entry, FigureState, Queue, StaleDay
from routing.models import Assignment, Turn


def mark_days(days: Iterable[date], *, at: datetime) -> None:
    wanted = [StaleDay(day=day, marked_at=at) for day in sorted(set(days))]
    StaleDay.objects.bulk_create(wanted, ignore_conflicts=True)


def mark_leads(lead_ids: Iterable[int], state: FigureState, *, undone: Iterable[int], at: datetime) -> None:
    """Mark all earlier days on which these leads arrived, waited or were held; of the `undone` every day on which
    something happened, because what was taken back left nothing but its activity."""
    ids = list(lead_ids)
    moments: set[datetime | None] = set()
    happened = Activity.objects.filter(lead__in=list(undone)).order_by("pk")
    moments.update(happened.values_list("at", flat=True))
    moments.update(Lead.objects.filter(pk__in=ids).order_by("pk").values_list("created_at", flat=True))
    for pair in Entry.objects.filter(lead__in=ids).order_by("pk").values_list("entered_at", "left_at"):
        moments.update(pair)
    for pair in Assignment.objects.filter(lead__in=ids).order_by("pk").values_list("assigned_at", "ended_at"):
        moments.update(pair)
    moments.update(Turn.objects.filter(lead__in=ids).order_by("pk").values_list("at", flat=True))
    mark_days(_days_of(moments, state, before=day_of(at, ZoneInfo(state.zone))), at=at)


@transaction.atomic
def mark_all(state: FigureState, *, at: datetime) -> int:
    """Mark every day from the first lead until yesterday. Returns how many."""
    zone = ZoneInfo(state.zone)
    firsts = [Lead.objects.order_by("created_at", "pk").values_list("created_at", flat=True).first()]
    for queue in Queue.objects.order_by("pk"):
        firsts.append(queue.entries.order_by("entered_at", "pk").values_list("entered_at", flat=True).first())
    known = [moment for moment in firsts if moment is not None]
    if not known:
        return 0
    first = max(day_of(min(known), zone), state.kept_from or date.min)
    days = days_between(first, day_of(at, zone))
    mark_days(days, at=at)
    return len(days)


def _days_of(moments: Iterable[datetime | None], state: FigureState, *, before: date) -> set[date]:
    zone, first = ZoneInfo(state.zone), state.kept_from or date.min
    days = {day_of(moment, zone) for moment in moments if moment is not None}
    return {day for day in days if first <= day < before}
