"""Which assignments count in a rep's figures, and how they are counted (E2, E3, H2)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, IntegerField, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from queues.decisions.figures.classes import CLASSES, CONTACT_EDGES
from queues.models import RepDay
from queues.models.figures.classes import names
from queues.queries.figures.seconds import SecondsBetween
from routing.models import Assignment
from routing.queries.outcomes import DEALS, won

Span = tuple[datetime, datetime]
KEYS = ("holder", "place_id")
CONTACTED_AFTER = names("k")
IS_CONTACTED = Q(first_contact_at__isnull=False)
IS_WITHIN = IS_CONTACTED & (Q(first_due_at__isnull=True) | Q(first_contact_at__lte=F("first_due_at")))
ENDS = {
    "converted": DEALS,
    "lost": (Assignment.Ended.LOST,),
    "disqualified": (Assignment.Ended.DISQUALIFIED,),
    "returned": (Assignment.Ended.RETURNED,),
}
IS_WON = won()


def taken(start: datetime, end: datetime, holder_ids: Sequence[int]) -> QuerySet[Assignment]:
    """Assignments that began in [start, end), without undone ones."""
    return Assignment.objects.standing().filter(holder__in=holder_ids, assigned_at__gte=start, assigned_at__lt=end)


def is_decided(at: datetime) -> Q:
    """Contacted, or held beyond the limit without a contact; exactly at the deadline is in time (L7)."""
    return IS_CONTACTED | ran_out(at)


def ran_out(at: datetime) -> Q:
    """The limit passed while the holder had the lead."""
    return Q(first_due_at__lt=at) & (Q(ended_at__isnull=True) | Q(ended_at__gt=F("first_due_at")))


def with_contact(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """`took`: seconds to first contact by the assignment's clock; empty without a contact."""
    wall = SecondsBetween(F("assigned_at"), F("first_contact_at"))
    return rows.annotate(took=Coalesce(F("contact_seconds"), wall, output_field=BigIntegerField()))


def contact_class() -> Case:
    """Empty without a contact."""
    whens = [When(took__lt=edge, then=Value(place)) for place, edge in enumerate(CONTACT_EDGES)]
    without = When(first_contact_at__isnull=True, then=Value(None))
    return Case(without, *whens, default=Value(CLASSES - 1), output_field=IntegerField())


def counted_taken(
    start: datetime,
    end: datetime,
    holder_ids: Sequence[int],
    queue_ids: Collection[int],
    *,
    at: datetime,
    **filters: Any,
) -> list[RepDay]:
    """RepDay rows, not saved and without a day, counted from the assignments themselves. `queue_ids`: all there are."""
    return [day for _place, day in counted_spans([(start, end)], holder_ids, queue_ids, at=at, **filters)]


def counted_spans(
    spans: Sequence[Span],
    holder_ids: Sequence[int],
    queue_ids: Collection[int],
    *,
    at: datetime,
    more: Mapping[int, Sequence[int]] | None = None,
    **filters: object,
) -> list[tuple[int, RepDay]]:
    """The same of several spans that lie apart, each row with the place of its span; one query."""
    queues = set(queue_ids)
    taken_rows = taken_within(spans, holder_ids, more=more).filter(**filters)
    rows = with_contact(taken_rows).annotate(contact_class=contact_class())
    counted = rows.values(*KEYS, "span", "contact_class").annotate(
        n=Count("pk"),
        n_decided=Count("pk", filter=is_decided(at)),
        n_within=Count("pk", filter=IS_WITHIN),
        n_clocked=Count("clock"),
        took_sum=Coalesce(Sum("took", filter=IS_CONTACTED), 0),
        longest=Coalesce(Max("took", filter=IS_CONTACTED), 0),
        n_won=Count("pk", filter=IS_WON),
        **{f"n_{name}": Count("pk", filter=Q(ended_how__in=ways)) for name, ways in ENDS.items()},
    )
    found: dict[tuple[int, int, int | None], RepDay] = {}
    for row in counted.order_by(*KEYS, "span", "contact_class").iterator():
        queue_id = row["place_id"] if row["place_id"] in queues else None
        key = (row["span"], row["holder"], queue_id)
        _add(found.setdefault(key, RepDay(rep_id=row["holder"], queue_id=queue_id)), row)
    return [(place, day) for (place, _holder, _queue), day in found.items()]


def taken_within(
    spans: Sequence[Span], holder_ids: Sequence[int], *, more: Mapping[int, Sequence[int]] | None = None
) -> QuerySet[Assignment]:
    """Assignments that began in one of these spans, which lie apart; `span` is its place among them. `more`: further
    holders of some spans, by place."""
    within = [Q(assigned_at__gte=start, assigned_at__lt=end) for start, end in spans]
    place = Case(*[When(each, then=Value(n)) for n, each in enumerate(within[1:], start=1)], default=Value(0))
    if more:
        within = [each & Q(holder__in=[*holder_ids, *more.get(n, ())]) for n, each in enumerate(within)]
    rows: Any = Assignment.objects.standing().filter(reduce(or_, within))
    rows = rows if more else rows.filter(holder__in=holder_ids)
    return rows.annotate(span=place if len(spans) > 1 else Value(0))


def _add(day: RepDay, row: dict) -> None:
    day.taken += row["n"]
    day.decided += row["n_decided"]
    day.within += row["n_within"]
    day.clocked += row["n_clocked"]
    for end in ("won", *ENDS):
        setattr(day, end, getattr(day, end) + row[f"n_{end}"])
    place = row["contact_class"]
    if place is None:
        return
    day.contacted += row["n"]
    day.contact_sum += row["took_sum"]
    day.contact_longest = max(day.contact_longest, row["longest"])
    setattr(day, CONTACTED_AFTER[place], getattr(day, CONTACTED_AFTER[place]) + row["n"])
