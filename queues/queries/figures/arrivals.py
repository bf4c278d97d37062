"""How the leads that arrived on a day stand, and why leads were given back or disqualified (E2, E4, C8)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from leads.models import Lead
from queues.models import Entry, LeadDay, ReasonDay, ReviewItem
from routing.models import Assignment

LEAD_KEYS = ("last_queue", "source", "lead_type", "stage", "reviewed", "queued", "claimed", "contacted")
REASON_KEYS = ("place_id", "lead__source", "reason_kind", "end_reason")
WITH_REASON = (Assignment.Ended.RETURNED, Assignment.Ended.DISQUALIFIED)


def arrived(start: datetime, end: datetime) -> QuerySet[Lead]:
    """Leads that arrived in [start, end), with `last_queue` and how far each came."""
    own = OuterRef("pk")
    held = Assignment.objects.standing().filter(lead=own)
    last = Entry.objects.filter(lead=own).order_by("-entered_at", "-pk").values("queue")[:1]
    return Lead.objects.filter(created_at__gte=start, created_at__lt=end).annotate(
        last_queue=Subquery(last),
        reviewed=Exists(ReviewItem.objects.filter(lead=own)),
        queued=Exists(Entry.objects.filter(lead=own)),
        claimed=Exists(held),
        contacted=Exists(held.filter(first_contact_at__isnull=False)),
    )


def counted_arrivals(start: datetime, end: datetime, **filters: object) -> list[LeadDay]:
    """LeadDay rows, not saved and without a day."""
    rows = arrived(start, end).filter(**filters).values(*LEAD_KEYS).annotate(n=Count("pk")).order_by(*LEAD_KEYS)
    return [
        LeadDay(
            queue_id=row["last_queue"],
            source_id=row["source"],
            lead_type=row["lead_type"],
            stage=row["stage"],
            was_reviewed=row["reviewed"],
            was_queued=row["queued"],
            was_claimed=row["claimed"],
            was_contacted=row["contacted"],
            count=row["n"],
        )
        for row in rows.iterator()
    ]


def ended_with_reason(start: datetime, end: datetime, holder_ids: list[int]) -> QuerySet[Assignment]:
    """Leads given back, skipped (given back from a blind queue before first contact, C4c) and disqualified in
    [start, end); `reason_kind` is a ReasonDay.Kind."""
    rows = Assignment.objects.filter(
        holder__in=holder_ids, ended_at__gte=start, ended_at__lt=end, ended_how__in=WITH_REASON
    )
    kinds = ReasonDay.Kind
    skipped = Q(ended_how=Assignment.Ended.RETURNED, first_contact_at__isnull=True, receipt__blind=True)
    return rows.annotate(
        reason_kind=Case(
            When(skipped, then=Value(kinds.SKIPPED)),
            When(ended_how=Assignment.Ended.RETURNED, then=Value(kinds.RETURNED)),
            default=Value(kinds.DISQUALIFIED),
            output_field=CharField(),
        )
    )


def counted_reasons(
    start: datetime, end: datetime, holder_ids: list[int], queue_ids: Collection[int], **filters: object
) -> list[ReasonDay]:
    """ReasonDay rows, not saved and without a day. `queue_ids`: all there are."""
    queues = set(queue_ids)
    rows = ended_with_reason(start, end, holder_ids).filter(**filters)
    found: dict[tuple, ReasonDay] = {}
    for row in rows.values(*REASON_KEYS).annotate(n=Count("pk")).order_by(*REASON_KEYS).iterator():
        queue_id = row["place_id"] if row["place_id"] in queues else None
        key = (queue_id, *(row[name] for name in REASON_KEYS[1:]))
        reason = ReasonDay(
            queue_id=queue_id,
            source_id=row["lead__source"],
            kind=row["reason_kind"],
            reason=row["end_reason"],
        )
        found.setdefault(key, reason).count += row["n"]
    return list(found.values())
