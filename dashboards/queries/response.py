"""How fast and how surely reps contact what they take, over 30 days and the 30 days before (C7, E3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, FloatField, Func, Q
from django.db.models.functions import Cast, Coalesce

from config.median import Median
from dashboards.decisions.figures import share
from routing.models import Assignment

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Response:
    """First contacts of one rep. None without a measurement (L2).

    Of `judged` first contacts, all that were made or are overdue, `in_time` were made within the limit: a lead that the
    rep never contacted counts against it, and exactly at the deadline is in time (L7). Of `taken` leads `contacted`
    were contacted at all; leads that are still in time count in neither.
    """

    median: timedelta | None = None
    in_time: int = 0
    judged: int = 0
    contacted: int = 0
    taken: int = 0

    @property
    def time_share(self) -> float | None:
        return share(self.in_time, self.judged)

    @property
    def contact_share(self) -> float | None:
        return share(self.contacted, self.taken)


@dataclass(frozen=True, slots=True)
class Responses:
    """`now` also has the open leads that were taken before, because they are work of today."""

    now: Response = Response()
    before: Response = Response()
    counts_hours: bool = False  # some of the times are working time (D3)


class Elapsed(Func):
    """Seconds between two moments, given as a difference."""

    output_field = FloatField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="EXTRACT(EPOCH FROM %(expressions)s)::float8", **extra)

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="(%(expressions)s) / 1000000.0", **extra)


def response_by_holder(ids: Sequence[int], *, at: datetime) -> dict[int, Responses]:
    """By user; one statement that reads 60 days of these people, by the index of holder and time, and what is open."""
    is_open = Q(ended_at__isnull=True)
    month = Q(assigned_at__gte=at - MONTH, assigned_at__lte=at)
    before = Q(assigned_at__gte=at - 2 * MONTH, assigned_at__lt=at - MONTH)
    rows = (
        Assignment.objects.standing()
        .filter(holder__in=ids)
        .filter(Q(assigned_at__gte=at - 2 * MONTH, assigned_at__lte=at) | is_open)
        .values("holder")
        .annotate(
            clocks=Count("clock", filter=month | is_open),
            **_figures("now", month | is_open, at=at),
            **_figures("before", before, at=at),
        )
        .order_by("holder")
    )
    return {
        row["holder"]: Responses(_response(row, "now"), _response(row, "before"), counts_hours=row["clocks"] > 0)
        for row in rows
    }


def _figures(name: str, of: Q, *, at: datetime) -> dict[str, Median | Count]:
    reached = Q(first_contact_at__isnull=False)
    ran_out = Q(first_due_at__lt=at) & (Q(ended_at__isnull=True) | Q(ended_at__gt=F("first_due_at")))
    in_time = Q(first_contact_at__lte=F("first_due_at"))
    over = reached | Q(ended_at__isnull=False) | Q(first_due_at__isnull=True) | Q(first_due_at__lt=at)
    return {
        f"{name}_median": Median(seconds_to_contact(), filter=of & reached),
        f"{name}_in_time": Count("pk", filter=of & in_time),
        f"{name}_judged": Count("pk", filter=of & Q(first_due_at__isnull=False) & (reached | ran_out)),
        f"{name}_contacted": Count("pk", filter=of & reached),
        f"{name}_taken": Count("pk", filter=of & over),
    }


def seconds_to_contact() -> Coalesce:
    """Assignment.to_contact for the database; what rows of earlier releases lack is counted in all hours."""
    return Coalesce(Cast("contact_seconds", FloatField()), Elapsed(F("first_contact_at") - F("assigned_at")))


def _response(row: dict, name: str) -> Response:
    took = row[f"{name}_median"]
    return Response(
        median=None if took is None else timedelta(seconds=took),
        in_time=row[f"{name}_in_time"],
        judged=row[f"{name}_judged"],
        contacted=row[f"{name}_contacted"],
        taken=row[f"{name}_taken"],
    )
