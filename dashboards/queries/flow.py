"""Counts what came into queues and left them, by hour or day, queue and source (C8).

In is one entry into a queue, out is one entry that left; a lead that was returned counts again, so that waiting before
plus in less out is waiting now. The counts are kept by hour; the hour that runs is counted from the entries.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboards.decisions.figures import depth_history, share
from dashboards.decisions.heat_map import HeatMap, heat_map
from dashboards.decisions.time_spans import HOUR, Span, wall_time, weeks_of_hours
from leads.models import Source
from queues.models import Entry, Queue
from queues.queries.counts import depth_by_queue, stored
from queues.queries.figures.hours import Hours

HEAT_WEEKS = 8
MAX_SERIES = 12
MOVED = ("came", "went")
INSTANT = timedelta(microseconds=1)
Sums = Mapping[tuple, Mapping[str, int]]  # came, went and claimed, as Hours reads them
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

    pk: int
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


def queues_with_depths() -> tuple[list[Queue], dict[int, int]]:
    """all_queues(), and how many leads wait in each; one query."""
    rows = Queue.objects.annotate(n_waiting=stored("waiting")).order_by("position", "name", "pk")
    return list(rows), {queue.pk: queue.n_waiting for queue in rows}


def all_sources() -> list[Source]:
    return list(Source.objects.order_by("name", "pk"))


def by_queue(span: Span, queues: Sequence[Queue], hours: Hours | None = None) -> list[Series]:
    """One series for each queue, in the order of the queues."""
    moved = (hours or hours_of(span, queues)).of_queues("queue", "cut", names=MOVED)
    return _series(span, moved, {queue.pk: queue.name for queue in queues})


def by_source(span: Span, known: Iterable[Source], sums: Sums) -> list[Series]:
    """One series for each source with leads in or out, the busiest first; `sums` by source and cut."""
    found = [one for one in _series(span, sums, {each.pk: each.name for each in known}) if one.came or one.went]
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


def ways_out(span: Span, queues: Sequence[Queue], hours: Hours | None = None) -> list[WayOut]:
    """How leads left, the most frequent way first."""
    counted = (hours or hours_of(span, queues)).ways_out()
    ways = [WayOut(left, how, count) for (left, how), count in counted.items()]
    return sorted(ways, key=lambda way: (-way.count, way.left, way.how))


def sources(known: Iterable[Source], sums: Sums) -> SourceTable:
    """In, taken and converted by source; `sums` by source, or by source and cut. Conversion is the stored one, which
    rules and points use."""
    by_id, moved = {each.pk: each for each in known}, defaultdict[int, Counter[str]](Counter)
    for (pk, *_cut), counts in sums.items():
        moved[pk].update(counts)
    found = [
        SourceRow(pk, by_id[pk].name, each["came"], each["claimed"], by_id[pk].conversions, by_id[pk].conversions_of)
        for pk, each in moved.items()
        if each["came"] or each["claimed"]
    ]
    won, of = sum(one.conversions for one in by_id.values()), sum(one.conversions_of for one in by_id.values())
    return SourceTable(
        rows=sorted(found, key=lambda row: (-row.came, -row.taken, row.name)),
        converted=share(won, of),
        counted_at=min((one.counted_at for one in by_id.values() if one.counted_at), default=None),
    )


def week_heat(
    queues: Sequence[Queue], *, at: datetime, tz, hours: Hours | None = None, depth: int | None = None
) -> HeatMap:
    """Mean depth by weekday and hour over eight weeks, counted back from the present depth. `hours` and `depth` of a
    page that has read them for this moment and zone spare it from reading them again."""
    span = weeks_of_hours(HEAT_WEEKS, at=at, tz=tz)
    hours = hours.over(span.starts_at, span.ends_at + INSTANT, days=False) if hours else hours_of(span, queues)
    moved = _by_wall(hours.of_queues("cut", names=MOVED))
    ins, outs = _per_cut(span, moved, (), "came"), _per_cut(span, moved, (), "went")
    depth = sum(depth_by_queue(queues).values()) if depth is None else depth
    return heat_map([wall_time(cut) for cut in span.cuts], depth_history(depth, ins, outs), ins)


def hours_of(span: Span, queues: Sequence[Queue]) -> Hours:
    """The kept counts of the span, for all that a page shows of it. What happens at its very end counts."""
    ids = [queue.pk for queue in queues]
    end, tz = span.ends_at + INSTANT, span.cuts[0].tzinfo or UTC
    return Hours(span.starts_at, end, ids, at=span.ends_at, tz=tz, days=span.unit != HOUR, share=True)


def _series(span: Span, moved: Sums, names: dict[int, str]) -> list[Series]:
    by_wall = _by_wall(moved)
    return [
        Series(pk, name, _per_cut(span, by_wall, (pk,), "came"), _per_cut(span, by_wall, (pk,), "went"))
        for pk, name in names.items()
    ]


def _by_wall(moved: Sums) -> dict[tuple, Counter[str]]:
    """With the last part of the key as a clock on the wall shows it: an hour that comes twice in autumn is one."""
    found: dict[tuple, Counter[str]] = {}
    for (*first, cut), sums in moved.items():
        found.setdefault((*first, wall_time(cut)), Counter()).update(sums)
    return found


def _per_cut(span: Span, by_wall: dict[tuple, Counter[str]], first: tuple, name: str) -> tuple[int, ...]:
    nothing: Counter[str] = Counter()
    return tuple(by_wall.get((*first, wall_time(cut)), nothing)[name] for cut in span.cuts)
