"""Which entries a queue had at a past moment, found by indexes whose cost does not grow with its history (K3).

A stay that is over has begun before the moment and ended behind it. Most are short: of those only the ones that began
in the day before are read. Longer ones have an index of their own on PostgreSQL, by the power of two of days that they
lasted: of each such class only as much of the past is read as its stays are long, so at least every second entry that
is read was there.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField, IntegerField

from leads.models import Merge
from queues.models import CleanupStep, Entry, Queue
from routing.models import Assignment

DAY = timedelta(days=1)
CLASSES = 13  # the longest: more than eleven years
SLACK = timedelta(minutes=1)  # the class is computed with floating numbers
UNREAD = ("trail", "steps", "needs", "waited_seconds", "wait_due_at", "wait_breached_at", "escalated_at")
MANY = 5000  # ids in one statement

LONG_STAY = "left_at - entered_at > interval '24 hours'"
STAY_CLASS = "floor(ln(extract(epoch from left_at - entered_at)::float8 / 86400) / ln(2::float8))::int"


def present(queue: Queue, *, at: datetime, limit: int) -> list[Entry]:
    """The entries that waited at this moment, at most one more than `limit` of each kind; three statements and those
    of the undone."""
    rows = Entry.objects.filter(queue=queue, entered_at__lte=at).defer(*UNREAD)
    waiting = rows.filter(left_at__isnull=True, since_at__lte=at).order_by("since_at", "pk")
    short = rows.filter(left_at__gt=at, entered_at__gt=at - DAY).order_by("entered_at", "pk")
    found = [*waiting[: limit + 1], *short[: limit + 1], *_long(rows, at=at)[: limit + 1]]
    away = _away(found, at=at)
    return [entry for entry in found if entry.lead_id not in away]


def _long(rows: QuerySet[Entry], *, at: datetime) -> QuerySet[Entry]:
    rows = rows.filter(left_at__gt=at, entered_at__lte=at - DAY).order_by("entered_at", "pk")
    if connection.vendor != "postgresql":
        return rows
    rows = rows.annotate(
        is_long=RawSQL(LONG_STAY, (), output_field=BooleanField()),
        stay_class=RawSQL(STAY_CLASS, (), output_field=IntegerField()),
    )
    classes = Q()
    for number in range(CLASSES):
        reach = at - DAY * 2 ** (number + 1) - SLACK if number + 1 < CLASSES else None
        classes |= Q(stay_class=number, entered_at__gt=reach) if reach else Q(stay_class__gte=number)
    return rows.filter(classes, is_long=True)


def _away(entries: Sequence[Entry], *, at: datetime) -> set[int]:
    """Leads that were gone at this moment and came back by an undo, which leaves no mark on their entries: claims,
    merges, and moves of a cleanup."""
    leads: set[int] = set()
    for ids in in_chunks([entry.lead_id for entry in entries]):
        claimed = Assignment.objects.filter(lead__in=ids, ended_how=Assignment.Ended.UNDONE, assigned_at__lte=at)
        leads.update(claimed.filter(ended_at__gt=at).order_by().values_list("lead", flat=True))
        merged = Merge.objects.filter(absorbed__in=ids, at__lte=at, undone_at__gt=at)
        leads.update(merged.order_by().values_list("absorbed", flat=True))
        moved = CleanupStep.objects.filter(lead__in=ids, at__lte=at, undone_at__gt=at, before__has_key="entry")
        leads.update(moved.order_by().values_list("lead", flat=True))
    return leads


def in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), MANY):
        yield ids[start : start + MANY]
