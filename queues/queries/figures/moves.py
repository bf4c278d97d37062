"""What came into queues and left them in each hour (C8, E7, E8)."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncHour

from queues.models import Entry, QueueHour, SourceHour, WayHour
from queues.queries.figures.seconds import SecondsSince1970
from queues.queries.figures.stays import GIVEN

DAY, THREE_DAYS = timedelta(days=1), timedelta(hours=72)
IS_GIVEN = Q(left_how__in=GIVEN)
# each stay is decided once: it was claimed within 24 hours of entering, or it became 24 hours old (E8, L1)
IS_WITHIN_DAY = IS_GIVEN & Q(left_at__lt=F("entered_at") + DAY)
LASTED_A_DAY = Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at") + DAY)


def entered(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(queue__in=queue_ids, entered_at__gte=start, entered_at__lt=end)


def left(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(queue__in=queue_ids, left_at__gte=start, left_at__lt=end)


def turned_day_old(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    """Stays that reached 24 hours in [start, end) without having ended; exactly 24 hours is too late (L1)."""
    return entered(start - DAY, end - DAY, queue_ids).filter(LASTED_A_DAY)


def turned_72_hours_old(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    """Leads that became older than 72 hours in [start, end) while they waited; their age is kept on a return (L9)."""
    first, last = start - THREE_DAYS, end - THREE_DAYS
    is_new = Q(
        since_at=F("entered_at")
    )  # nearly always: then the stays of this time are enough, not those of three days
    rows = Entry.objects.filter(
        is_new & Q(entered_at__gte=first, entered_at__lt=last) | ~is_new & Q(since_at__gte=first, since_at__lt=last),
        queue__in=queue_ids,
    )
    return rows.filter(entered_at__lte=F("since_at") + THREE_DAYS).filter(
        Q(left_at__isnull=True) | Q(left_at__gt=F("since_at") + THREE_DAYS)
    )


def counted_queue_hours(
    start: datetime, end: datetime, queue_ids: list[int], *, tz: tzinfo = UTC, names: Collection[str] | None = None
) -> list[QueueHour]:
    """QueueHour rows, not saved, each for the part of an hour of `tz` that lies in [start, end). Only what is needed
    for `names` is counted."""
    found: dict[tuple[int, datetime], QueueHour] = {}
    for rows, moment, later, counts in _parts(start, end, queue_ids):
        wanted = {name: count for name, count in counts.items() if names is None or name in names}
        for key, row in _by_hour(rows, moment, "queue", wanted, tz=tz, later=later) if wanted else ():
            _add(found, key, **{name: row[name] for name in wanted})
    return list(found.values())


def _parts(start: datetime, end: datetime, queue_ids: list[int]) -> list[tuple]:
    """Which rows are counted by the hour of which moment, how much later, and how."""
    age = Sum(SecondsSince1970(F("since_at")))
    out = {
        "went": Count("pk"),
        "claimed": Count("pk", filter=IS_GIVEN),
        "in_time": Count("pk", filter=IS_GIVEN & Q(left_at__lte=F("wait_due_at"))),
        "within_day": Count("pk", filter=IS_WITHIN_DAY),
        "since_out": age,
    }
    old, very_old = turned_day_old(start, end, queue_ids), turned_72_hours_old(start, end, queue_ids)
    return [
        (entered(start, end, queue_ids), "entered_at", timedelta(), {"came": Count("pk"), "since_in": age}),
        (left(start, end, queue_ids), "left_at", timedelta(), out),
        (old, "entered_at", DAY, {"turned_day_old": Count("pk")}),
        (very_old, "since_at", THREE_DAYS, {"turned_72_hours_old": Count("pk")}),
    ]


def counted_source_hours(
    start: datetime, end: datetime, queue_ids: list[int], *, tz: tzinfo = UTC, names: Collection[str] | None = None
) -> list[SourceHour]:
    """SourceHour rows, not saved."""
    found: dict[tuple[int, datetime], SourceHour] = {}
    for key, row in _by_hour(entered(start, end, queue_ids), "entered_at", "lead__source", {"n": Count("pk")}, tz=tz):
        _source(found, key).came = row["n"]
    counts = {"n": Count("pk"), "given": Count("pk", filter=IS_GIVEN)}
    for key, row in _by_hour(left(start, end, queue_ids), "left_at", "lead__source", counts, tz=tz):
        source = _source(found, key)
        source.went, source.claimed = row["n"], row["given"]
    return list(found.values())


def counted_ways(
    start: datetime, end: datetime, queue_ids: list[int], *, tz: tzinfo = UTC, names: Collection[str] = ()
) -> list[WayHour]:
    """WayHour rows, not saved."""
    rows = left(start, end, queue_ids).annotate(hour=TruncHour("left_at", tzinfo=tz))
    counted = rows.values("hour", "left_how", "assignment__how").annotate(n=Count("pk"))
    found: dict[tuple[datetime, str, str], int] = {}
    for row in counted.order_by("hour", "left_how", "assignment__how").iterator():
        how = (row["assignment__how"] or "") if row["left_how"] in GIVEN else ""
        key = (row["hour"], row["left_how"], how)
        found[key] = found.get(key, 0) + row["n"]
    return [WayHour(hour_at=hour, left=way, how=how, count=n) for (hour, way, how), n in found.items()]


def _by_hour(
    rows: QuerySet[Entry],
    moment: str,
    by: str,
    counts: dict[str, Any],
    *,
    tz: tzinfo,
    later: timedelta = timedelta(),
) -> Iterator[tuple[tuple[int, datetime], dict]]:
    """((key, hour), row) pairs; the hour is that of the moment, `later` added."""
    hours = rows.annotate(hour=TruncHour(moment, tzinfo=tz)).values(by, "hour").annotate(**counts)
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
