"""How long the leads that reps took had waited in the queue that they came from (C5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, F, Max, QuerySet

from queues.models import RepWaitDay
from queues.queries.figures.seconds import SecondsBetween
from queues.queries.figures.stays import WAITED, wait_class
from queues.queries.figures.taken import Span, taken_within
from routing.models import Assignment


def with_own_wait(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those that came out of a queue; `wait` in whole seconds, all hours count."""
    waited = rows.filter(entry__left_at__isnull=False)
    return waited.annotate(wait=SecondsBetween(F("entry__entered_at"), F("entry__left_at")))


def counted_waits(start: datetime, end: datetime, holder_ids: Sequence[int]) -> list[RepWaitDay]:
    """RepWaitDay rows, not saved and without a day."""
    return [day for _place, day in counted_waits_of_spans([(start, end)], holder_ids)]


def counted_waits_of_spans(
    spans: Sequence[Span], holder_ids: Sequence[int], *, more: Mapping[int, Sequence[int]] | None = None
) -> list[tuple[int, RepWaitDay]]:
    """The same of several spans that lie apart, each row with the place of its span; one query."""
    keys = ("span", "holder", "wait_class")
    rows = with_own_wait(taken_within(spans, holder_ids, more=more)).annotate(wait_class=wait_class())
    found: dict[tuple[int, int], RepWaitDay] = {}
    counted = rows.values(*keys).annotate(n=Count("pk"), longest=Max("wait"))
    for row in counted.order_by(*keys).iterator():
        day = found.setdefault((row["span"], row["holder"]), RepWaitDay(rep_id=row["holder"]))
        setattr(day, WAITED[row["wait_class"]], row["n"])
        day.wait_longest = max(day.wait_longest, row["longest"])
    return [(place, day) for (place, _holder), day in found.items()]
