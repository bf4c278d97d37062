"""Which stays in queues count in a figure, and how they are counted; all figures share this (E1, E2, E4).

A stay is one row of Entry. It counts on the moment it ended with a claim, or, for what is lost, on the moment it began.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Sum, Value, When

from leads.models import Lead
from queues.decisions.figures.classes import CLASSES, WAIT_EDGES
from queues.models import Entry, StayDay
from queues.models.figures.classes import names
from queues.queries.figures.seconds import SecondsBetween
from routing.queries.outcomes import converted, won

GIVEN = (Entry.Left.CLAIMED, Entry.Left.ASSIGNED)
KEYS = ("queue", "lead__source", "lead__lead_type")
WAITED = names("w")
WON_AFTER = names("c")
WAYS = {"nurtured": Entry.Left.NURTURED, "archived": Entry.Left.ARCHIVED, "partnered": Entry.Left.PARTNER}


def claimed_stays(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    """Stays that ended with a claim in [start, end): somebody took the lead, or was given it."""
    return Entry.objects.filter(queue__in=queue_ids, left_how__in=GIVEN, left_at__gte=start, left_at__lt=end)


def entered_stays(start: datetime, end: datetime, queue_ids: list[int]) -> QuerySet[Entry]:
    """Stays that began in [start, end), without those that went on in another queue, and without unclaimed ones of
    leads that were merged: their leads count elsewhere."""
    rows = Entry.objects.filter(queue__in=queue_ids, entered_at__gte=start, entered_at__lt=end)
    return rows.exclude(left_how=Entry.Left.MOVED).exclude(MERGED_AWAY)


MERGED_AWAY = Q(lead__stage=Lead.Stage.MERGED, left_at__isnull=False) & ~Q(left_how__in=GIVEN)
UNCLAIMED = Q(left_at__isnull=False) & ~Q(left_how__in=GIVEN)
IS_CONVERTED = converted("assignment__")
IS_WON = won("assignment__")


def with_wait(stays: QuerySet[Entry]) -> QuerySet[Entry]:
    """`wait` in whole seconds from entering the queue to leaving it; all hours count."""
    return stays.annotate(wait=SecondsBetween(F("entered_at"), F("left_at")))


def wait_class() -> Case:
    whens = [When(wait__lt=edge, then=Value(place)) for place, edge in enumerate(WAIT_EDGES)]
    return Case(*whens, default=Value(CLASSES - 1), output_field=IntegerField())


def counted_stays(start: datetime, end: datetime, queue_ids: list[int], **filters: object) -> list[StayDay]:
    """StayDay rows, not saved and without a day, counted from the stays themselves."""
    found: dict[tuple, StayDay] = {}
    for row in _claims(claimed_stays(start, end, queue_ids).filter(**filters)):
        stay = _row(found, row)
        place = row["wait_class"]
        setattr(stay, WAITED[place], row["n"])
        setattr(stay, WON_AFTER[place], row["n_converted"])
        stay.claimed += row["n"]
        stay.converted += row["n_converted"]
        stay.won += row["n_won"]
        stay.wait_sum += row["waited"]
        stay.wait_longest = max(stay.wait_longest, row["longest"])
    for row in _entries(entered_stays(start, end, queue_ids).filter(**filters)):
        stay = _row(found, row)
        stay.entered, stay.unclaimed = row["n"], row["n_unclaimed"]
        for name in WAYS:
            setattr(stay, name, row[f"n_{name}"])
    return list(found.values())


def _claims(stays: QuerySet[Entry]) -> Iterator[dict]:
    rows = with_wait(stays).annotate(wait_class=wait_class()).values(*KEYS, "wait_class")
    counted = rows.annotate(
        n=Count("pk"),
        n_converted=Count("pk", filter=IS_CONVERTED),
        n_won=Count("pk", filter=IS_WON),
        waited=Sum("wait"),
        longest=Max("wait"),
    )
    return counted.order_by(*KEYS, "wait_class").iterator()


def _entries(stays: QuerySet[Entry]) -> Iterator[dict]:
    ways = {f"n_{name}": Count("pk", filter=Q(left_how=left)) for name, left in WAYS.items()}
    counted = stays.values(*KEYS).annotate(n=Count("pk"), n_unclaimed=Count("pk", filter=UNCLAIMED), **ways)
    return counted.order_by(*KEYS).iterator()


def _row(found: dict[tuple, StayDay], row: dict) -> StayDay:
    key = tuple(row[name] for name in KEYS)
    if key not in found:
        queue_id, source_id, lead_type = key
        found[key] = StayDay(queue_id=queue_id, source_id=source_id, lead_type=lead_type)
    return found[key]
