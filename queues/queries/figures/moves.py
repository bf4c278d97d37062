"""What came into queues and left them in each hour (C8, E7, E8)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncHour

from queues.models import Entry, QueueHour, SourceHour, WayHour
from queues.queries.figures.seconds import SecondsSince1970
from queues.queries.figures.stays import GIVEN

DAY, THREE_DAYS = timedelta(days=1), timedelta(hours=72)
IS_GIVEN = Q(left_how__in=GIVEN)


def entered(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(queue__in=queue_ids, entered_at__gte=start, entered_at__lt=end)


def left(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(queue__in=queue_ids, left_at__gte=start, left_at__lt=end)


def turned_day_old(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    """Stays that reached 24 hours in [start, end) without having ended; exactly 24 hours is too late (L1)."""
    return entered(start - DAY, end - DAY, queue_ids).filter(
        Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at") + DAY)
    )


def turned_72_hours_old(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    """Leads that became older than 72 hours in [start, end) while they waited; their age is kept on a return (L9)."""
    rows = entered(start - THREE_DAYS, end, queue_ids)
    rows = rows.filter(since_at__gte=start - THREE_DAYS, since_at__lt=end - THREE_DAYS)
    return rows.filter(entered_at__lte=F("since_at") + THREE_DAYS).filter(
        Q(left_at__isnull=True) | Q(left_at__gt=F("since_at") + THREE_DAYS)
    )


def counted_queue_hours(start: datetime, end: datetime, queue_ids: list[int]) -> list[QueueHour]:
    """QueueHour rows, not saved. `start` and `end` are full hours, or `end` is now."""
    found: dict[tuple[int, datetime], QueueHour] = {}
    age: dict[str, Any] = {"since": Sum(SecondsSince1970(F("since_at")))}
    within_day = IS_GIVEN & Q(left_at__lt=F("entered_at") + DAY)
    out: dict[str, Any] = {
        "went": Count("pk"),
        "claimed": Count("pk", filter=IS_GIVEN),
        "in_time": Count("pk", filter=IS_GIVEN & Q(left_at__lte=F("wait_due_at"))),
        "within_day": Count("pk", filter=within_day),
    }
    for key, row in _by_hour(entered(start, end, queue_ids), "entered_at", "queue", {"n": Count("pk")} | age):
        _add(found, key, came=row["n"], since_in=row["since"])
    for key, row in _by_hour(left(start, end, queue_ids), "left_at", "queue", out | age):
        _add(found, key, since_out=row["since"], **{name: row[name] for name in out})
    for key, row in _by_hour(
        turned_day_old(start, end, queue_ids), "entered_at", "queue", {"n": Count("pk")}, later=DAY
    ):
        _add(found, key, turned_day_old=row["n"])
    old = turned_72_hours_old(start, end, queue_ids)
    for key, row in _by_hour(old, "since_at", "queue", {"n": Count("pk")}, later=THREE_DAYS):
        _add(found, key, turned_72_hours_old=row["n"])
    return list(found.values())


def counted_source_hours(start: datetime, end: datetime, queue_ids: list[int]) -> list[SourceHour]:
    """SourceHour rows, not saved."""
    found: dict[tuple[int, datetime], SourceHour] = {}
    for key, row in _by_hour(entered(start, end, queue_ids), "entered_at", "lead__source", {"n": Count("pk")}):
        _source(found, key).came = row["n"]
    counts = {"n": Count("pk"), "given": Count("pk", filter=IS_GIVEN)}
    for key, row in _by_hour(left(start, end, queue_ids), "left_at", "lead__source", counts):
        source = _source(found, key)
        source.went, source.claimed = row["n"], row["given"]
    return list(found.values())


def counted_ways(start: datetime, end: datetime, queue_ids: list[int]) -> list[WayHour]:
    """WayHour rows, not saved."""
    rows = left(start, end, queue_ids).annotate(hour=TruncHour("left_at", tzinfo=UTC))
    counted = rows.values("hour", "left_how", "assignment__how").annotate(n=Count("pk"))
    found: dict[tuple[datetime, str, str], int] = {}
    for row in counted.order_by("hour", "left_how", "assignment__how").iterator():
        how = (row["assignment__how"] or "") if row["left_how"] in GIVEN else ""
        key = (row["hour"], row["left_how"], how)
        found[key] = found.get(key, 0) + row["n"]
    return [WayHour(hour_at=hour, left=way, how=how, count=n) for (hour, way, how), n in found.items()]


def _by_hour(
    rows: QuerySet[Entry], moment: str, by: str, counts: dict[str, Any], *, later: timedelta = timedelta()
) -> Iterator[tuple[tuple[int, datetime], dict]]:
    """((key, hour), row) pairs; the hour is that of the moment, `later` added."""
    hours = rows.annotate(hour=TruncHour(moment, tzinfo=UTC)).values(by, "hour").annotate(**counts)
    for row in hours.order_by(by, "hour").iterator():
        yield (row[by], row["hour"] + later), row


def _add(found: dict[tuple[int, datetime], QueueHour], key: tuple[int, datetime], **counts: int) -> None:
    queue_id, hour = key
    row = found.setdefault(key, QueueHour(queue_id=queue_id, hour_at=hour))
    for name, count in counts.items():
        setattr(row, name, getattr(row, name) + count)


def _source(found: dict[tuple[int, datetime], SourceHour], key: tuple[int, datetime]) -> SourceHour:
    source_id, hour = key
    return found.setdefault(key, SourceHour(source_id=source_id, hour_at=hour))
