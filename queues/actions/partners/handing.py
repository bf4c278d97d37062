"""Send a lead to a partner pool by hand, and call it back, by hand or because it came in again (D8).

A lead with a partner waits nowhere and nobody holds it; its stage says so. What goes to the webhook is a row written
here and sent by a task.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from leads.actions.stages import StageRefusal, StageRefused, close_lead
from leads.models import Lead
from queues.actions.entries.coming_back import LeadIsLookedAt, come_back, place_of, snapshot
from queues.actions.partners.pools import lock_active
from queues.actions.partners.telling import Event, tell_webhook
from queues.actions.review.decisions import Closed, close_item
from queues.models import PartnerLead, PartnerPool
from queues.queries.partners import is_with_partner
from queues.queries.stale import OPEN_STAGES
from routing.actions.assignment import lock_lead, notify_former_holder


class PoolIsOff(Exception):
    """Nothing leaves to a pool that is switched off."""


class NotWithPartner(Exception):
    """The lead is not with the partner any more."""


@transaction.atomic
def send_to_partner(lead: Lead, pool: PartnerPool, *, by: User, at: datetime) -> PartnerLead:
    """Any open lead; a holder is told. Raises PoolIsOff, StageRefused, LeadIsLookedAt."""
    lock_lead(lead.pk)
    lead.refresh_from_db()
    if not lock_active(pool):
        raise PoolIsOff
    if lead.stage not in OPEN_STAGES:
        raise StageRefused(StageRefusal.MOVED)
    place = place_of(lead)
    if place.is_looked_at(at):
        raise LeadIsLookedAt
    before = snapshot(lead, place)
    stay = PartnerLead(pool=pool, lead=lead, queue=place.queue, entry=place.entry, at=at, by=by, before=before)
    if place.item is not None:
        close_item(place.item, Closed.CLOSED, by=by, at=at)
    told = {"partner": pool.name}
    close_lead(lead, stage=Lead.Stage.PARTNER, by=by, at=at, details=told, only_from=lead.stage)
    if place.held is not None and place.held.holder_id != by.pk:
        place.held.refresh_from_db()
        notify_former_holder(place.held, at=at)
    stay.save(force_insert=True)
    tell_webhook([stay], Event.SENT, at=at)
    return stay


@transaction.atomic
def end_stays(leads: Sequence[Lead], *, at: datetime) -> None:
    """These leads came in again and are ours: their partners are told to leave them."""
    ids = [lead.pk for lead in leads if lead.reengaged_at is not None]
    rows = PartnerLead.objects.filter(lead__in=ids, called_back_at__isnull=True)
    stays = list(rows.select_related("pool").order_by("pk")) if ids else []
    if stays:
        PartnerLead.objects.filter(pk__in=[stay.pk for stay in stays]).update(called_back_at=at)
        tell_webhook(stays, Event.CALLED_BACK, at=at)


@transaction.atomic
def call_back(stay: PartnerLead, *, by: User, at: datetime) -> PartnerLead:
    """Where it was before, with its old place and age. Raises NotWithPartner."""
    lock_lead(stay.lead_id)
    rows = PartnerLead.objects.select_for_update(of=("self",)).select_related("lead", "queue", "entry", "pool")
    locked = rows.get(pk=stay.pk)
    if not is_with_partner(locked):
        raise NotWithPartner
    locked.called_back_at, locked.called_back_by = at, by
    locked.save(update_fields=["called_back_at", "called_back_by"])
    come_back(locked.lead, locked.before, queue=locked.queue, entry=locked.entry, by=by, at=at)
    tell_webhook([locked], Event.CALLED_BACK, at=at)
    return locked
