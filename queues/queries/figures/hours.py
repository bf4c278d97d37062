"""Read what came into queues and left them, by hours: from the kept counts, and what is newer from the rows.

`by` names the parts of each key, in order: hour_at, and queue or source. Boards are right at once: the hour that runs
is counted from the rows, as are parts of hours.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Model, Sum

from queues.decisions.figures.calendar import hour_start
from queues.models import FigureState, QueueHour, SourceHour, WayHour
from queues.queries.figures.moves import counted_queue_hours, counted_source_hours, counted_ways

HOUR = timedelta(hours=1)
Key = tuple[object, ...]
Sums = dict[str, int]
QUEUE_SUMS = (
    "came",
    "went",
    "claimed",
    "in_time",
    "within_day",
    "turned_day_old",
    "turned_72_hours_old",
    "since_in",
    "since_out",
)
SOURCE_SUMS = ("came", "went", "claimed")


class Hours:
    """A half-open period of some queues; reads once how far the counts are kept."""

    def __init__(self, start: datetime, end: datetime, queue_ids: Sequence[int], *, at: datetime) -> None:
        self.queue_ids = list(queue_ids)
        state = FigureState.objects.filter(pk=1, zone=settings.TIME_ZONE).first()
        counted = hour_start(min(state.counted_at, at)) if state and state.counted_at else start
        first = hour_start(start + HOUR - timedelta(microseconds=1))
        last = min(hour_start(end), counted)
        if last <= first:
            self.first = self.last = first
            self.edges = [(start, end)]
        else:
            self.first, self.last = first, last
            self.edges = [(a, b) for a, b in ((start, first), (last, end)) if a < b]

    def of_queues(self, *by: str) -> dict[Key, Sums]:
        kept = QueueHour.objects.filter(queue__in=self.queue_ids)
        return self._read(kept, by, QUEUE_SUMS, counted_queue_hours)

    def of_sources(self, *by: str) -> dict[Key, Sums]:
        """Of all queues together: sources are not kept by queue."""
        return self._read(SourceHour.objects.all(), by, SOURCE_SUMS, counted_source_hours)

    def ways_out(self) -> dict[Key, int]:
        """Counts by (how the entry ended, which kind of assignment began), of all queues together."""
        found = self._read(WayHour.objects.all(), ("left", "how"), ("count",), counted_ways)
        return {key: sums["count"] for key, sums in found.items()}

    def _read(self, kept, by: Sequence[str], names: Sequence[str], count: Callable) -> dict[Key, Sums]:
        found: dict[Key, Sums] = {}
        if self.first < self.last:
            rows = kept.filter(hour_at__gte=self.first, hour_at__lt=self.last).values(*by).order_by(*by)
            for row in rows.annotate(**{f"sum_{name}": Sum(name) for name in names}):
                found[tuple(row[part] for part in by)] = {name: row[f"sum_{name}"] for name in names}
        for start, end in self.edges:
            self._add(found, count(start, end, self.queue_ids), by, names)
        return found

    @staticmethod
    def _add(found: dict[Key, Sums], rows: Iterable[Model], by: Sequence[str], names: Sequence[str]) -> None:
        for row in rows:
            key = tuple(getattr(row, {"queue": "queue_id", "source": "source_id"}.get(part, part)) for part in by)
            sums = found.setdefault(key, dict.fromkeys(names, 0))
            for name in names:
                sums[name] += getattr(row, name)
