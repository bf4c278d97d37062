"""How fast and how surely reps contact what they take, over 30 days and the 30 days before (C7, E3).

Days are the reader's, today is the last. Whole days come from the kept counts, as in the report of first contacts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, FloatField, Func, Q
from django.db.models.functions import Cast, Coalesce

from dashboards.decisions.figures import share
from dashboards.decisions.reports.periods import before, midnight, rolling
from queues.decisions.figures.totals import TakenTotals
from queues.queries.figures.asked import INSTANT, Asked, ask
from queues.queries.figures.spans import taken_in, with_times
from routing.models import Assignment

WEEK = timedelta(days=6)  # and today
NOTHING = TakenTotals()
ByRep = Mapping[int, TakenTotals]


@dataclass(frozen=True, slots=True)
class Response:
    """First contacts of one rep. None without a measurement (L2).

    Of `judged` first contacts, all that were made or are overdue, `in_time` were made within the limit: a lead that the
    rep never contacted counts against it, and exactly at the deadline is in time (L7). Of `taken` leads `contacted`
    were contacted at all; leads that are still in time count in neither. `is_exact`: the median is of the times
    themselves, not read from classes.
    """

    median: timedelta | None = None
    in_time: int = 0
    judged: int = 0
    contacted: int = 0
    taken: int = 0
    is_exact: bool = True

    @property
    def time_share(self) -> float | None:
        return share(self.in_time, self.judged)

    @property
    def contact_share(self) -> float | None:
        return share(self.contacted, self.taken)


@dataclass(frozen=True, slots=True)
class Responses:
    now: Response = Response()
    before: Response = Response()
    counts_hours: bool = False  # some of the times are working time (D3)


@dataclass(frozen=True, slots=True)
class Recent:
    """What reps took, by user: in the 30 days before the last 30, in these, in the last seven, and today."""

    asked: Asked
    asked_before: Asked
    before: ByRep
    month: ByRep
    week: ByRep
    today: ByRep


class Elapsed(Func):
    """Seconds between two moments, given as a difference."""

    output_field = FloatField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="EXTRACT(EPOCH FROM %(expressions)s)::float8", **extra)

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="(%(expressions)s) / 1000000.0", **extra)


def recently_taken(ids: Sequence[int], *, at: datetime, tz: ZoneInfo) -> Recent:
    """At most five queries for any number of reps. Times are there where they are few."""
    month = rolling("30d", at=at, tz=tz)
    days = [
        before(month, tz).starts_at,
        month.starts_at,
        midnight(at.astimezone(tz).date() - WEEK, tz),
        midnight(at.astimezone(tz).date(), tz),
        month.ends_at,
    ]
    asked = ask(days[0], month.ends_at, at=at, reps=tuple(ids)).between(month.starts_at, month.ends_at)
    spans = [(start, min(end, at + INSTANT)) for start, end in zip(days[:-1], days[1:], strict=True)]
    earlier, older, week, today = taken_in(asked, spans, ids)
    asked_before = asked.between(*spans[0])
    both = [(asked_before.start, asked_before.end), (asked.start, asked.end)]
    before_times, month_times = with_times(asked, both, [earlier, _summed(older, week, today)])
    return Recent(asked, asked_before, before_times, month_times, week=_summed(week, today), today=today)


def responses(found: Recent, in_time_yet: Mapping[int, tuple[int, int]]) -> dict[int, Responses]:
    """By user. `in_time_yet`: how many leads of the 30 days, and of those before, are not contacted and still in time
    (still_in_time)."""
    return {
        pk: Responses(
            _response(found.month.get(pk, NOTHING), in_time_yet.get(pk, (0, 0))[0]),
            _response(found.before.get(pk, NOTHING), in_time_yet.get(pk, (0, 0))[1]),
            counts_hours=found.month.get(pk, NOTHING).clocked > 0,
        )
        for pk in {*found.month, *found.before}
    }


def still_in_time(asked: Asked) -> Q:
    """Assignments of the period without a contact that were not late when it was counted."""
    as_of = asked.as_of
    silent = Q(first_contact_at__isnull=True) | Q(first_contact_at__gt=as_of)
    is_held = Q(ended_at__isnull=True) | Q(ended_at__gt=as_of)
    taken = Q(assigned_at__gte=asked.start, assigned_at__lt=asked.end, assigned_at__lte=as_of) & ~Q(
        ended_how=Assignment.Ended.UNDONE
    )
    return taken & silent & is_held & Q(first_due_at__gte=as_of)


def taken_since(asked: Asked, ids: Sequence[int]) -> dict[int, int]:
    """What these reps took since the figures were counted; no query where they are counted from the rows."""
    if asked.as_of >= asked.at:
        return {}
    rows = Assignment.objects.standing().filter(
        holder__in=ids, assigned_at__gt=asked.as_of, assigned_at__gte=asked.start, assigned_at__lte=asked.at
    )
    return dict(rows.values_list("holder").annotate(n=Count("pk")).order_by("holder"))


def seconds_to_contact() -> Coalesce:
    """Assignment.to_contact for the database; what rows of earlier releases lack is counted in all hours."""
    return Coalesce(Cast("contact_seconds", FloatField()), Elapsed(F("first_contact_at") - F("assigned_at")))


def _summed(*parts: ByRep) -> dict[int, TakenTotals]:
    found: dict[int, TakenTotals] = {}
    for part in parts:
        for pk, each in part.items():
            found[pk] = found[pk] + each if pk in found else each
    return found


def _response(found: TakenTotals, in_time_yet: int) -> Response:
    took = found.percentile(50)
    return Response(
        median=None if took is None else timedelta(seconds=took),
        in_time=found.within,
        judged=found.decided,
        contacted=found.contacted,
        taken=found.taken - in_time_yet,
        is_exact=found.is_exact,
    )
