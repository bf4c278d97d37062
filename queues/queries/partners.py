"""Partner pools: which leads are there, what was downloaded, and what their webhooks did not take (D8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, F, Q, QuerySet

from leads.models import Lead
from queues.models import PartnerDelivery, PartnerExport, PartnerLead, PartnerPool

STOPPED = (PartnerDelivery.State.FAILED, PartnerDelivery.State.UNSURE)
MOST_EXPORTS = 20
MOST_STOPPED = 50
MAX_ROWS_IN_FILE = 10_000


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """Leads there now, how many of them nobody has downloaded, and deliveries that need sales ops or are on their
    way."""

    pool: PartnerPool
    now: int
    fresh: int
    stopped: int
    waiting: int


def wanted_deliveries() -> QuerySet[PartnerDelivery]:
    """Not those that would send a lead which was called back since."""
    gone = Q(event=PartnerDelivery.Event.SENT, stay__called_back_at__isnull=False)
    return PartnerDelivery.objects.exclude(gone)


def is_with_partner(stay: PartnerLead) -> bool:
    """`stay.lead` is as it is now."""
    is_there = stay.lead.stage == Lead.Stage.PARTNER and stay.lead.stage_at == stay.at
    return is_there and stay.called_back_at is None


def there_now(pool: PartnerPool) -> QuerySet[PartnerLead]:
    """The leads that this partner has now, newest first."""
    rows = PartnerLead.objects.filter(pool=pool, called_back_at__isnull=True, lead__stage=Lead.Stage.PARTNER)
    return rows.filter(lead__stage_at=F("at")).order_by("-pk")


def pool_of_lead(lead: Lead) -> PartnerLead | None:
    """Its stay with a partner, if it is there now."""
    rows = PartnerLead.objects.filter(lead=lead, at=lead.stage_at, called_back_at__isnull=True)
    return rows.select_related("pool").first() if lead.stage == Lead.Stage.PARTNER else None


def stays_of(lead_ids: Iterable[int]) -> dict[int, PartnerLead]:
    """By lead, for those that are with a partner now."""
    rows = PartnerLead.objects.filter(lead__in=list(lead_ids), called_back_at__isnull=True, lead__stage_at=F("at"))
    found = rows.filter(lead__stage=Lead.Stage.PARTNER).select_related("pool", "queue", "lead").order_by("pk")
    return {stay.lead_id: stay for stay in found}


def pools_for(user: User) -> QuerySet[PartnerPool]:
    """All for sales ops; others those that they may download."""
    pools = PartnerPool.objects.order_by("name", "pk")
    if user.has_perm("queues.operate_queue"):
        return pools
    return pools.filter(downloaders=user, is_active=True)


def figures(pools: Iterable[PartnerPool]) -> list[PoolFigures]:
    """Three queries for each pool; there are few."""
    found = []
    for pool in pools:
        deliveries = wanted_deliveries().filter(stay__pool=pool).exclude(state=PartnerDelivery.State.SENT)
        by_state = deliveries.aggregate(
            stopped=Count("pk", filter=Q(state__in=STOPPED)), waiting=Count("pk", filter=~Q(state__in=STOPPED))
        )
        now = there_now(pool)
        found.append(PoolFigures(pool, now.count(), fresh(pool).count(), by_state["stopped"], by_state["waiting"]))
    return found


def fresh(pool: PartnerPool) -> QuerySet[PartnerLead]:
    """What came since the last download."""
    last = PartnerExport.objects.filter(pool=pool).order_by("-pk").values_list("up_to", flat=True).first() or 0
    return there_now(pool).filter(pk__gt=last)


def exports(pool: PartnerPool) -> list[PartnerExport]:
    return list(PartnerExport.objects.filter(pool=pool).select_related("by").order_by("-pk")[:MOST_EXPORTS])


def stopped(pool: PartnerPool) -> list[PartnerDelivery]:
    """Deliveries that need sales ops, newest first."""
    rows = wanted_deliveries().filter(stay__pool=pool, state__in=STOPPED).select_related("stay__lead")
    return list(rows.order_by("-pk")[:MOST_STOPPED])


def stopped_anywhere() -> QuerySet[PartnerDelivery]:
    """Over all pools, by index."""
    return wanted_deliveries().filter(state__in=STOPPED)
