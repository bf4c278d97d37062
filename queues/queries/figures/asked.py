"""What a figure is asked for, a period and filters; and how up to date the kept counts are that answer it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from config.company import company_zone
from config.counts import RowCount
from queues.decisions.figures.calendar import ONE_DAY, Split, day_of, day_start, split_days
from queues.models import FigureState, StaleDay

INSTANT = timedelta(microseconds=1)
FRESH = timedelta(minutes=5)  # the sweep counts today every minute; without a worker, today is counted from the rows


@dataclass(frozen=True, slots=True)
class Kept:
    """When the counts were kept last; `stale_days` of those that were asked for are being counted again, and their
    figures may still change: a page says so."""

    counted_at: datetime | None = None
    stale_days: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A half-open period, and ids; None asks for all, an empty tuple for nothing. `at` is now. Made by ask();
    `stale_days` are of the period that it was made for.

    Whole days of the installation's time zone are answered from the kept counts. The rest of a period, and filters for
    which the counts have no column, are counted from the rows themselves.
    """

    start: datetime
    end: datetime
    at: datetime
    queues: tuple[int, ...] | None = None
    sources: tuple[int, ...] | None = None
    types: tuple[str, ...] | None = None
    reps: tuple[int, ...] | None = None
    counted_at: datetime | None = None
    stale_days: int = 0
    known_ids: dict[str, list[int]] = field(
        default_factory=dict, compare=False, repr=False
    )  # read once for all periods

    @property
    def split(self) -> Split:
        """A period that has not ended contains the whole of today: nothing is counted that has not happened. Edges end
        where the counts do, so that all figures of a page and the leads behind them are of one moment."""
        return self._up_to_now(split_days(self.start, self._end, _zone(), kept_until=self._kept_until))

    @property
    def uncounted(self) -> Split:
        """The whole period as an edge."""
        return self._up_to_now(split_days(self.start, self._end, _zone(), kept_until=date.min))

    @property
    def as_of(self) -> datetime:
        """The moment of which the figures are."""
        return self.counted_at if self.counted_at and self.at - self.counted_at <= FRESH else self.at

    @property
    def counted_end(self) -> datetime:
        """Where the rows behind the figures end, as a half-open period does."""
        return min(self.end, self.as_of + INSTANT)

    def between(self, start: datetime, end: datetime) -> "Asked":
        return replace(self, start=start, end=end)

    def _up_to_now(self, span: Split) -> Split:
        edges = [(start, min(end, self.as_of + INSTANT)) for start, end in span.edges]
        return replace(span, edges=tuple((start, end) for start, end in edges if start < end))

    @property
    def _end(self) -> datetime:
        tomorrow = day_start(day_of(self.at, _zone()) + ONE_DAY, _zone())
        return tomorrow if self.end >= self.at else self.end

    @property
    def _kept_until(self) -> date:
        if self.counted_at is None:
            return date.min
        counted = day_of(self.counted_at, _zone())
        return counted + ONE_DAY if self.at - self.counted_at <= FRESH else counted


def ask(
    start: datetime,
    end: datetime,
    *,
    at: datetime,
    queues: tuple[int, ...] | None = None,
    sources: tuple[int, ...] | None = None,
    types: tuple[str, ...] | None = None,
    reps: tuple[int, ...] | None = None,
) -> Asked:
    """One query: when the counts were kept last."""
    span = split_days(start, end, _zone(), kept_until=date.max)
    kept = kept_of(span.first, span.last)
    return Asked(start, end, at, queues, sources, types, reps, kept.counted_at, kept.stale_days)


def kept_of(first: date, last: date) -> Kept:
    """Of the days from `first`, `last` not included; nothing is kept yet before the first sweep, and after a change of
    the company's zone. One query."""
    stale = RowCount(_stale(first, last))
    rows: Any = FigureState.objects.filter(pk=1, zone=_zone().key, counted_at__isnull=False)
    found = rows.annotate(n_stale=stale).order_by("pk").values_list("counted_at", "n_stale").first()
    return Kept(*found) if found else Kept()


def kept_since(start: datetime, *, at: datetime) -> Kept:
    """Of all days that a figure touches which goes back from now to `start`; one query."""
    return kept_of(day_of(start, _zone()), day_of(at, _zone()) + ONE_DAY)


def stale_days(start: datetime, *, at: datetime) -> QuerySet[StaleDay]:
    """The days that are being counted again, of all that a figure touches which goes back from now to `start`."""
    return _stale(day_of(start, _zone()), day_of(at, _zone()) + ONE_DAY)


def _stale(first: date, last: date) -> QuerySet[StaleDay]:
    return StaleDay.objects.filter(day__gte=first, day__lt=last)


def _zone() -> ZoneInfo:
    return company_zone()
