"""Which sources are paused for which queue, and how many of their leads are parked for it (D8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from queues.models import Queue, ReviewItem, SourcePause


@dataclass(frozen=True, slots=True)
class PausedSource:
    pause: SourcePause
    parked: int


def paused_sources_of(queues: Iterable[Queue]) -> list[PausedSource]:
    """By queue, then the longest pause first; one query, and one more where something is paused."""
    pauses = SourcePause.objects.filter(queue__in=[queue.pk for queue in queues], ended_at__isnull=True)
    found = list(pauses.select_related("queue", "source", "by").order_by("queue", "since", "pk"))
    if not found:
        return []
    items = ReviewItem.objects.filter(
        parked_for__in={pause.queue_id for pause in found}, parked_why=ReviewItem.Parked.SOURCE, closed_at__isnull=True
    )
    rows = items.values("parked_for", "lead__source").annotate(n=Count("pk")).order_by("parked_for", "lead__source")
    parked = {(row["parked_for"], row["lead__source"]): row["n"] for row in rows}
    return [PausedSource(pause, parked.get((pause.queue_id, pause.source_id), 0)) for pause in found]
