"""What the coming hours will bring to each queue, what would help, and what became of earlier forecasts (K1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Count, Q, Sum

from queues.decisions.figures.calendar import hour_start
from queues.decisions.figures.forecast import Forecast, Measure, Record, forecast, measures
from queues.models import BreachForecast, Queue
from queues.queries.figures.forecast import ends_at, starts

SHOWN_DAYS = 14


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of one queue; `forecast` is None without an earlier week. `away` is the part (0..1) of the usual hands that is
    away."""

    queue: Queue
    overdue: int
    due: int
    forecast: Forecast | None
    measures: tuple[Measure, ...]
    away: float = 0.0


def outlooks(queues: Sequence[Queue], *, at: datetime) -> list[Outlook]:
    """One for each queue that is on, in their order."""
    active = [queue for queue in queues if queue.is_active]
    return [
        Outlook(
            start.queue,
            start.line.overdue,
            sum(start.line.due),
            forecast(start.line, start.weeks),
            tuple(measures(start.line, start.weeks, reps=start.reps, sources=start.sources)),
            start.away,
        )
        for start in starts(active, at=at)
    ]


def until(at: datetime) -> datetime:
    return ends_at(at)


def past_records(queues: Sequence[Queue], *, at: datetime, tz: tzinfo) -> list[tuple[date, Record]]:
    """Of these queues together: what was forecast at this hour of the last days, the newest first. A day on which the
    worker stood still is missing."""
    hour = hour_start(at)
    moments = [hour - day * timedelta(days=1) for day in range(1, SHOWN_DAYS + 1)]
    rows = (
        BreachForecast.objects.filter(made_at__in=moments, queue__in=[queue.pk for queue in queues])
        .values("made_at")
        .annotate(
            sum_expected=Sum("expected"),
            sum_least=Sum("least"),
            sum_most=Sum("most"),
            sum_happened=Sum("happened"),
            unknown=Count("pk", filter=Q(happened__isnull=True)),
        )
        .order_by("-made_at")
    )
    return [(row["made_at"].astimezone(tz).date(), _record(row)) for row in rows]


def _record(row: Mapping[str, Any]) -> Record:
    """Not over while one queue's is not."""
    happened = None if row["unknown"] else row["sum_happened"]
    return Record(row["sum_expected"], row["sum_least"], row["sum_most"], happened)
