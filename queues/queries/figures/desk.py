"""Why the review desk set leads aside: the reasons that kept days of returns do not have (A6, E4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet

from queues.models import ReviewItem

SET_ASIDE = (ReviewItem.Closed.REJECTED, ReviewItem.Closed.NURTURED)


@dataclass(frozen=True, slots=True)
class DeskReason:
    """`how` is rejected or nurtured, `reason` the one that was chosen, empty without one."""

    source_id: int
    how: str
    reason: str
    count: int


def set_aside(start: datetime, end: datetime, *, sources: Collection[int] | None = None) -> QuerySet[ReviewItem]:
    """What the desk rejected or sent to nurture in [start, end), by an index of such items; `reason` is annotated. A
    lead that has come back since has no reason any more."""
    rows = ReviewItem.objects.filter(closed_how__in=SET_ASIDE, closed_at__gte=start, closed_at__lt=end)
    if sources is not None:
        rows = rows.filter(lead__source__in=sources)
    return rows.annotate(reason=F("lead__closed_reason")).select_related("lead__source")


def desk_reasons(start: datetime, end: datetime, *, sources: Collection[int] | None = None) -> list[DeskReason]:
    """One query; the most frequent first."""
    rows: Any = set_aside(start, end, sources=sources).select_related(None)
    counted = rows.values_list("lead__source", "closed_how", "reason").annotate(n=Count("pk"))
    return [DeskReason(*row) for row in counted.order_by("-n", "lead__source", "closed_how", "reason")]
