"""What should have left for webhooks and has not: messages that are due, and events that nobody has read (I3, C8)."""

from datetime import datetime, timedelta

from django.db.models import Exists, Q, QuerySet

from leads.decisions.webhooks.events import KINDS
from leads.models import Activity, Endpoint, WebhookDelivery, WebhookState

IN_TIME = timedelta(minutes=1)  # what takes longer is late


def late_messages(at: datetime) -> QuerySet[WebhookDelivery]:
    """Due for more than a minute at receivers that answer. Those that fail say so on their own page."""
    endpoints = Endpoint.objects.in_use(at).filter(Q(resting_until=None) | Q(resting_until__lte=at), failures=0)
    rows = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING, next_at__lte=at - IN_TIME)
    return rows.filter(endpoint__in=endpoints)


def late_events(at: datetime) -> QuerySet[Activity]:
    """Older than a minute and not read, while anybody listens."""
    read = WebhookState.objects.filter(pk=1).values("activity_id")
    rows = Activity.objects.filter(kind__in=KINDS, at__lte=at - IN_TIME, pk__gt=read)
    return rows.filter(Exists(Endpoint.objects.in_use(at)))
