"""Read what came into queues and left them, by hour or day: from the kept counts, and what is newer from the rows.

`by` names the parts of each key, in order: queue or source, and `cut`, the start of the hour or day on the reader's
clock. Boards are right at once: the hour that runs is counted from the rows, as are parts of hours.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self

from django.db.models import Case, DateTimeField, F, Func, Model, QuerySet, Sum, When
from django.db.models.functions import TruncDay, TruncHour

from queues.decisions.figures.calendar import hour_start
from queues.models import QueueHour, SourceHour, WayHour
from queues.queries.figures.asked import kept_since
from queues.queries.figures.edges import Move, moves
from queues.queries.figures.moves import counted_queue_hours, counted_source_hours, counted_ways

HOUR = timedelta(hours=1)
Key = tuple[Any, ...]
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
SHARED = {"came", "went", "claimed", "count"}
COLUMNS = {"queue": "queue_id", "source": "source_id"}


class Hours:
    """A half-open period of some queues. One query: how far the counts are kept, and how many of its days are
    being counted again.

    With `share`, the rows of the hour that runs are read once for all that is asked of it and of `over()`; for leads
    that came, went and were claimed. `tz` is the reader's zone. Where its hours are not those of UTC, as in India,
    everything is counted from the rows. `together_before` makes one cut, None, of all hours before it.
    """

    def __init__(
        self,
        start: datetime,
        end: datetime,
        queue_ids: Iterable[int],
        *,
        at: datetime,
        tz: tzinfo = UTC,
        days: bool = False,
        share: bool = False,
        together_before: datetime | None = None,
    ) -> None:
        self.queue_ids, self.tz, self.days = list(queue_ids), tz, days
        self.together_before = together_before
        self.at, self.is_shared = at, share
        self._moves: dict[tuple[datetime, datetime, tzinfo], list[Move]] = {}
        kept = kept_since(start, at=end)
        self.counted_at, self.stale_days = kept.counted_at, kept.stale_days
        self._cut_period(start, end)

    def over(self, start: datetime, end: datetime, *, days: bool | None = None) -> Self:
        """The same for another period, without a query; by days or hours as here, or as asked."""
        other = copy(self)
        other.days = self.days if days is None else days
        other._cut_period(start, end)
        return other

    def _cut_period(self, start: datetime, end: datetime) -> None:
        tz = self.tz
        self.first = hour_start(start + HOUR - timedelta(microseconds=1))
        self.last = self.first
        self.rows_tz: tzinfo = tz
        if self.counted_at and not _offset(start, tz) % HOUR and not _offset(end, tz) % HOUR:
            self.last = max(min(hour_start(end), hour_start(min(self.counted_at, self.at))), self.first)
            self.rows_tz = UTC
        edges = [(start, self.first), (self.last, end)] if self.first < self.last else [(start, end)]
        self.edges = [(a, b) for a, b in edges if a < b]

    def of_queues(self, *by: str, names: Sequence[str] = QUEUE_SUMS) -> dict[Key, Sums]:
        kept = QueueHour.objects.filter(queue__in=self.queue_ids)
        return self._read(kept, by, names, counted_queue_hours)

    def of_sources(self, *by: str, names: Sequence[str] = SOURCE_SUMS) -> dict[Key, Sums]:
        """Of all queues together: sources are not kept by queue."""
        return self._read(SourceHour.objects.all(), by, names, counted_source_hours)

    def ways_out(self) -> dict[Key, int]:
        """Counts by (how the entry ended, which kind of assignment began), of all queues together."""
        found = self._read(WayHour.objects.all(), ("left", "how"), ("count",), counted_ways)
        return {key: sums["count"] for key, sums in found.items()}

    def _read(self, kept: QuerySet, by: Sequence[str], names: Sequence[str], count: Callable) -> dict[Key, Sums]:
        found: dict[Key, Sums] = {}
        if self.first < self.last:
            rows = kept.filter(hour_at__gte=self.first, hour_at__lt=self.last)
            rows = rows.annotate(cut=self._kept_cut()) if "cut" in by else rows
            sums = {f"sum_{name}": Sum(name) for name in names}
            counted = rows.values(*by).annotate(**sums).order_by(*by) if by else [rows.aggregate(**sums)]
            for row in counted:
                found[tuple(row[part] for part in by)] = {name: row[f"sum_{name}"] or 0 for name in names}
        for start, end in self.edges:
            for each in self._rows(start, end, count, names):
                sums_of_key = found.setdefault(self._key(each, by), dict.fromkeys(names, 0))
                for name in names:
                    sums_of_key[name] += getattr(each, name)
        return found

    def _rows(self, start: datetime, end: datetime, count: Callable, names: Sequence[str]) -> Iterable[Any]:
        if not self.is_shared or self.first >= self.last or not {*names} <= SHARED:
            return count(start, end, self.queue_ids, tz=self.rows_tz, names=names)
        key = start, end, self.rows_tz
        if key not in self._moves:
            self._moves[key] = moves(start, end, self.queue_ids, tz=self.rows_tz)
        return [each for each in self._moves[key] if each.left] if count is counted_ways else self._moves[key]

    def _key(self, row: Model | Move, by: Sequence[str]) -> Key:
        return tuple(self._cut(row) if part == "cut" else getattr(row, COLUMNS.get(part, part)) for part in by)

    def _kept_cut(self) -> Func:
        moment: F | Case = F("hour_at")
        if self.together_before is not None:
            moment = Case(When(hour_at__gte=self.together_before, then=moment), output_field=DateTimeField())
        return (TruncDay if self.days else TruncHour)(moment, tzinfo=self.tz)

    def _cut(self, row: Any) -> datetime | None:
        if self.together_before is not None and row.hour_at < self.together_before:
            return None
        here = row.hour_at.astimezone(self.tz).replace(minute=0)
        return here.replace(hour=0, fold=0) if self.days else here


def _offset(moment: datetime, tz: tzinfo) -> timedelta:
    return moment.astimezone(tz).utcoffset() or timedelta()
