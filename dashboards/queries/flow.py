"""Counts what came into queues and left them, by hour or day, queue and source (C8).

In is one entry into a queue, out is one entry that left; a lead that was returned counts again, so that waiting before
plus in less out is waiting now. Every count is of one window, read by the indexes (queue, entered_at) and
(queue, left_at), and grouped by the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncDay, TruncHour

from dashboards.decisions.figures import depth_history, share
from dashboards.decisions.heat_map import HeatMap, heat_map
from dashboards.decisions.time_spans import HOUR, Span, wall_time, weeks_of_hours
from leads.models import Source
from queues.models import Entry, Queue
from queues.queries.counts import depth_by_queue

HEAT_WEEKS = 8
MAX_SERIES = 12
GIVEN = (Entry.Left.CLAIMED, Entry.Left.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Series:
    """Leads in and out in each hour or day, for all or for one queue or source; `pk` None stands for all others."""

    pk: int | None
    name: str
    ins: tuple[int, ...]
    outs: tuple[int, ...]

    @property
    def came(self) -> int:
        return sum(self.ins)

    @property
    def went(self) -> int:
        return sum(self.outs)

    @property
    def net(self) -> int:
        return self.came - self.went


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`won` of the `of` leads counted last became an opportunity or a customer within 90 days (B7, E2)."""

    name: str
    came: int
    taken: int
    won: int
    of: int

    @property
    def converted(self) -> float | None:
        """None without any leads (L2)."""
        return share(self.won, self.of)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Sources with leads in or out, the busiest first; `converted` is for all sources together, as of `counted_at`."""

    rows: list[SourceRow]
    converted: float | None
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way out of a queue: `left` says how the entry ended, `how` which kind of assignment began, if one did."""

    left: str
    how: str
    count: int


def all_queues() -> list[Queue]:
    """All queues, also those that are off: their leads are part of the flow."""
    return list(Queue.objects.order_by("position", "name", "pk"))


def by_queue(span: Span, queues: Sequence[Queue]) -> list[Series]:
    """One series for each queue, in the order of the queues; two queries."""
    names = {queue.pk: queue.name for queue in queues}
    return _series(span, queues, "queue", names)


def by_source(span: Span, queues: Sequence[Queue]) -> list[Series]:
    """One series for each source with leads in or out, the busiest first; three queries."""
    names = dict(Source.objects.order_by("name", "pk").values_list("pk", "name"))
    found = [one for one in _series(span, queues, "lead__source", names) if one.came or one.went]
    found.sort(key=lambda one: (-one.came, -one.went, one.name))
    return found


def busiest(series: Sequence[Series], most: int = MAX_SERIES) -> list[Series]:
    """At most `most` series; the others become one series without a name."""
    if len(series) <= most:
        return list(series)
    kept = sorted(series, key=lambda one: -(one.came + one.went))[: most - 1]
    rest = [one for one in series if one not in kept]
    return [one for one in series if one in kept] + [summed(rest)]


def summed(series: Sequence[Series], length: int = 0) -> Series:
    """The sum of all series."""
    ins = tuple(map(sum, zip(*(one.ins for one in series), strict=True))) or (0,) * length
    outs = tuple(map(sum, zip(*(one.outs for one in series), strict=True))) or (0,) * length
    return Series(None, "", ins, outs)


def ways_out(span: Span, queues: Sequence[Queue]) -> list[WayOut]:
    """How leads left, the most frequent way first; one query."""
    rows = (
        _left(span, queues)
        .annotate(how=F("assignment__how"))
        .values("left_how", "how")
        .annotate(n=Count("pk"))
        .order_by("-n", "left_how", "how")
    )
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        how = (row["how"] or "") if row["left_how"] in GIVEN else ""
        counts[row["left_how"], how] = counts.get((row["left_how"], how), 0) + row["n"]
    ways = [WayOut(left, how, count) for (left, how), count in counts.items()]
    return sorted(ways, key=lambda way: (-way.count, way.left, way.how))


def sources(span: Span, queues: Sequence[Queue]) -> SourceTable:
    """In, taken and converted by source; three queries. Conversion is the stored one, which rules and points use."""
    known = {source.pk: source for source in Source.objects.order_by("name", "pk")}
    came = _by(_entered(span, queues), "lead__source")
    taken = _by(_left(span, queues).filter(left_how__in=GIVEN), "lead__source")
    found = [
        SourceRow(known[pk].name, came.get(pk, 0), taken.get(pk, 0), known[pk].conversions, known[pk].conversions_of)
        for pk in sorted(came.keys() | taken.keys())
    ]
    won, of = sum(one.conversions for one in known.values()), sum(one.conversions_of for one in known.values())
    return SourceTable(
        rows=sorted(found, key=lambda row: (-row.came, -row.taken, row.name)),
        converted=share(won, of),
        counted_at=min((one.counted_at for one in known.values() if one.counted_at), default=None),
    )


def week_heat(queues: Sequence[Queue], *, at: datetime, tz) -> HeatMap:
    """Mean depth by weekday and hour over eight weeks, counted back from the present depth; three queries."""
    span = weeks_of_hours(HEAT_WEEKS, at=at, tz=tz)
    ins = _per_cut(span, _cut(_entered(span, queues), "entered_at", span))
    outs = _per_cut(span, _cut(_left(span, queues), "left_at", span))
    depth = sum(depth_by_queue(queues).values())
    return heat_map([wall_time(cut) for cut in span.cuts], depth_history(depth, ins, outs), ins)


def _series(span: Span, queues: Sequence[Queue], key: str, names: dict[int, str]) -> list[Series]:
    came = _cut(_entered(span, queues), "entered_at", span, key)
    went = _cut(_left(span, queues), "left_at", span, key)
    return [Series(pk, name, _per_cut(span, came, pk), _per_cut(span, went, pk)) for pk, name in names.items()]


def _entered(span: Span, queues: Sequence[Queue]) -> QuerySet[Entry]:
    ids = [queue.pk for queue in queues]
    return Entry.objects.filter(queue__in=ids, entered_at__gte=span.starts_at, entered_at__lte=span.ends_at)


def _left(span: Span, queues: Sequence[Queue]) -> QuerySet[Entry]:
    ids = [queue.pk for queue in queues]
    return Entry.objects.filter(queue__in=ids, left_at__gte=span.starts_at, left_at__lte=span.ends_at)


def _cut(entries: QuerySet[Entry], field: str, span: Span, key: str = "") -> dict[tuple[object, datetime], int]:
    """Counts by (key, wall time of the hour or day)."""
    truncate = TruncHour if span.unit == HOUR else TruncDay
    cut = truncate(field, tzinfo=span.cuts[0].tzinfo)
    columns = ("cut", key) if key else ("cut",)
    rows = entries.annotate(cut=cut).values(*columns).annotate(n=Count("pk")).order_by(*columns)
    counts: dict[tuple[object, datetime], int] = {}
    for row in rows:
        place = (row[key] if key else None, wall_time(row["cut"]))
        counts[place] = counts.get(place, 0) + row["n"]
    return counts


def _per_cut(span: Span, counts: dict[tuple[object, datetime], int], key: object = None) -> tuple[int, ...]:
    return tuple(counts.get((key, wall_time(cut)), 0) for cut in span.cuts)


def _by(entries: QuerySet[Entry], key: str) -> dict[int, int]:
    return {row[key]: row["n"] for row in entries.values(key).annotate(n=Count("pk")).order_by(key)}
