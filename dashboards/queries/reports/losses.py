"""What is lost: leads that left queues without a claim, and why reps gave leads back (E4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from config.web.ids import read_id
from dashboards.decisions.reports.filters import Filters
from dashboards.decisions.reports.periods import Period
from dashboards.queries.reports.behind import STAY_PARTS
from dashboards.queries.reports.outcomes import of_arrivals
from dashboards.queries.reports.scope import of_stays
from queues.decisions.figures.reasons import Standing, reasons_that_stand_out
from queues.decisions.figures.totals import StayTotals
from queues.models import Entry, Queue, ReasonDay
from queues.queries.figures.arrivals import ended_with_reason
from queues.queries.figures.asked import Asked
from queues.queries.figures.reading import reasons, stays
from queues.queries.figures.stays import UNCLAIMED, entered_stays
from routing.models import Assignment

WAYS_OUT = {
    "nurtured": Entry.Left.NURTURED,
    "archived": Entry.Left.ARCHIVED,
    "partnered": Entry.Left.PARTNER,
    "closed": Entry.Left.CLOSED,
}
KINDS = dict(ReasonDay.Kind.choices)
NOTHING = StayTotals()


@dataclass(frozen=True, slots=True)
class Reason:
    """How often one reason was given for one kind of end, in the period and before it."""

    kind: str
    reason: str
    now: int
    before: int


def of_entered(queues: Sequence[Queue], filters: Filters, *, at: datetime) -> Asked:
    """Stays in these queues, without the filter of reps: nobody took what was lost."""
    return replace(of_stays(queues, filters, at=at), reps=None)


def of_reasons(entered: Asked, user: User, filters: Filters) -> Asked:
    """What came from these queues to any rep, or to the chosen one. Without a filter sales ops see what came from no
    queue, too."""
    reps = (filters.rep,) if filters.rep is not None else None
    return replace(of_arrivals(entered, user, filters), reps=reps)


def reason_counts(asked: Asked, before: Period) -> tuple[list[Reason], list[Standing]]:
    """And which reason for giving back stands out in which source."""
    by_source: Mapping[tuple[Any, ...], int] = reasons(asked, "kind", "reason", "source")
    now: Counter[tuple[Any, ...]] = Counter()
    for (kind, why, _source), n in by_source.items():
        now[kind, why] += n
    returned = {(source, why): n for (kind, why, source), n in by_source.items() if kind == ReasonDay.Kind.RETURNED}
    earlier: Mapping[tuple[Any, ...], int] = reasons(asked.between(before.starts_at, before.ends_at), "kind", "reason")
    keys = sorted({(kind, why) for kind, why in (*now, *earlier)})
    found = [Reason(kind, why, now[kind, why], earlier.get((kind, why), 0)) for kind, why in keys]
    return found, reasons_that_stand_out(returned)


def shares_by_week(asked: Asked, weeks: Sequence[Period]) -> list[float | None]:
    """Abandonment of what entered in each week; None where nothing did (L2)."""
    days: dict[tuple, StayTotals] = stays(asked.between(weeks[0].starts_at, weeks[-1].ends_at), "day")
    found = []
    for week in weeks:
        share = sum((sums for (day,), sums in days.items() if week.first <= day <= week.last), NOTHING).abandonment
        found.append(None if share is None else float(share))
    return found


def entered_leads(asked: Asked, by: str, value: str) -> QuerySet[Entry]:
    """Stays that began in the period, the latest first. Raises KeyError for an unknown part."""
    rows = entered_stays(asked.start, asked.counted_end, list(asked.queues or ()))
    rows = rows if asked.sources is None else rows.filter(lead__source__in=asked.sources)
    rows = rows if asked.types is None else rows.filter(lead__lead_type__in=asked.types)
    if by:
        pk = read_id(value)
        if pk is None or (by == "queue" and pk not in (asked.queues or ())):
            raise KeyError(value)
        rows = rows.filter(**{STAY_PARTS[by]: pk})
    return rows.select_related("lead__source", "queue").order_by("-entered_at", "-pk")


def lost_leads(asked: Asked, by: str, value: str, way: str = "") -> QuerySet[Entry]:
    """Of these, those that left without a claim, or one of the ways out."""
    rows = entered_leads(asked, by, value).filter(UNCLAIMED)
    return rows.filter(left_how=WAYS_OUT[way]) if way else rows


def reason_leads(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    """Leads given back, skipped or disqualified, the latest first; `by` "kind", or "reason" ("returned.duplicate").
    Raises KeyError for another part."""
    kind, _found, reason = {"": "", "kind": value, "reason": value}[by].partition(".")
    if by and kind not in KINDS:
        raise KeyError(value)
    everybody = User.objects.order_by("pk").values_list("pk", flat=True)
    holders = everybody if asked.reps is None else asked.reps
    rows = ended_with_reason(asked.start, asked.counted_end, list(holders))
    given = {"lead__source__in": asked.sources, "lead__lead_type__in": asked.types, "place_id__in": asked.queues}
    rows = rows.filter(**{name: its for name, its in given.items() if its is not None})
    rows = rows.filter(Q(reason_kind=kind)) if kind else rows
    rows = rows.filter(end_reason=reason) if by == "reason" else rows
    return rows.select_related("lead__source").order_by("-ended_at", "-pk")
