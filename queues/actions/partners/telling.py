"""Write down what the webhook of a pool is told; a task sends it (D8)."""

from collections.abc import Sequence
from datetime import datetime

from queues.models import PartnerDelivery, PartnerLead

Event = PartnerDelivery.Event
NOT_GONE = (PartnerDelivery.State.WAITING, PartnerDelivery.State.FAILED)


def tell_webhook(stays: Sequence[PartnerLead], event: str, *, at: datetime) -> None:
    """What the partner was never told of is not called back either: then the lead never left by webhook."""
    told = [stay for stay in stays if stay.pool.has_webhook]
    if event == Event.CALLED_BACK and told:
        waiting = PartnerDelivery.objects.filter(stay__in=told, event=Event.SENT, state__in=NOT_GONE)
        never = set(waiting.values_list("stay", flat=True))
        waiting.delete()
        told = [stay for stay in told if stay.pk not in never]
    PartnerDelivery.objects.bulk_create([PartnerDelivery(stay=stay, event=event, next_at=at) for stay in told])
