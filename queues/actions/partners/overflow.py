"""The overflow of a queue goes to its partner pool (D8)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from config.live import announce
from leads.actions.stages import change_stage, stage_snapshot
from leads.models import Activity, Lead
from queues.actions.partners.pools import lock_active
from queues.actions.partners.telling import Event, tell_webhook
from queues.models import PartnerLead, PartnerPool, Queue

if TYPE_CHECKING:
    from queues.actions.entries.placement import Arrival


@transaction.atomic
def send_overflow(pool: PartnerPool, queue: Queue, arrivals: Sequence["Arrival"], *, at: datetime) -> None:
    """What rules would add to a full queue goes to its pool instead, which is on."""
    lock_active(pool)
    leads = [each.lead for each in arrivals]
    befores = [
        {
            **stage_snapshot(each.lead),
            "stage": Lead.Stage.WAITING.value,  # from wherever the rules sent it here, it comes back into the queue
            "since_at": each.since_at.astimezone(UTC).isoformat(),
            "rule": each.rule_id,
            "trail": each.trail,
            "is_recycled": each.is_recycled or getattr(each.lead, "from_nurture", False),
        }
        for each in arrivals
    ]
    change_stage(leads, Lead.Stage.PARTNER, at=at)
    details = {"partner": pool.name, "queue": queue.name, "overflow": True}
    Activity.objects.bulk_create(
        [Activity(lead=lead, kind=Activity.Kind.PARTNER, at=at, details=details) for lead in leads]
    )
    stays = PartnerLead.objects.bulk_create(
        [
            PartnerLead(pool=pool, lead=lead, queue=queue, at=at, before=before)
            for lead, before in zip(leads, befores, strict=True)
        ]
    )
    tell_webhook(stays, Event.SENT, at=at)
    announce(queue.topic)
