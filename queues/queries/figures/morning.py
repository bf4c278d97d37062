"""The figures of one day and of the same weekday of earlier weeks, by queue, for the digest of the morning."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from queues.decisions.figures.calendar import ONE_DAY, day_start
from queues.decisions.figures.morning import Day, Figure, Value
from queues.models import QueueHour, RepDay, StayDay

WEEKS = 4


def days_by_queue(day: date, queue_ids: Sequence[int], zone: ZoneInfo) -> tuple[Day, list[Day]]:
    """The day, and the same weekday of the weeks before on which anything happened, from the kept counts alone."""
    wanted = [day - week * timedelta(weeks=1) for week in range(WEEKS + 1)]
    found: dict[date, dict[tuple[Figure, int], Value]] = {each: defaultdict(Value) for each in wanted}
    stays = StayDay.objects.filter(day__in=wanted, queue__in=queue_ids).order_by("pk")
    for each, queue, claimed, waited in stays.values_list("day", "queue", "claimed", "wait_sum"):
        found[each][Figure.WAIT, queue] += Value(waited, claimed)
    taken = RepDay.objects.filter(day__in=wanted, queue__in=queue_ids).order_by("pk")
    for each, queue, within, decided, returned in taken.values_list("day", "queue", "within", "decided", "returned"):
        found[each][Figure.CONTACTED_IN_TIME, queue] += Value(within, decided)
        found[each][Figure.RETURNED, queue] += Value(returned, 1)
    for each in wanted:
        _add_hours(found[each], each, queue_ids, zone)
    rest: list[Day] = [found[each] for each in wanted[1:] if any(value.part for value in found[each].values())]
    return found[day], rest


def _add_hours(figures: dict[tuple[Figure, int], Value], day: date, queue_ids: Sequence[int], zone: ZoneInfo) -> None:
    start, end = day_start(day, zone), day_start(day + ONE_DAY, zone)
    rows = QueueHour.objects.filter(queue__in=queue_ids, hour_at__gte=start, hour_at__lt=end).order_by("pk")
    names = ("queue", "came", "claimed", "within_day", "turned_day_old", "turned_72_hours_old")
    for queue, came, claimed, within, old, very_old in rows.values_list(*names):
        figures[Figure.CAME, queue] += Value(came, 1)
        figures[Figure.CLAIMED, queue] += Value(claimed, 1)
        figures[Figure.WITHIN_DAY, queue] += Value(within, within + old)
        figures[Figure.TURNED_OLD, queue] += Value(very_old, 1)


def morning_of(at: datetime, zone: ZoneInfo, *, hour: int) -> date | None:
    """The day before, once the hour of the digest has come; None earlier."""
    here = at.astimezone(zone)
    return here.date() - ONE_DAY if here.hour >= hour else None
