"""Messages are not kept for ever: what they say for 30 days, that they were sent for 90 (J5)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from leads.actions.webhooks.endpoints import remove_endpoint
from leads.models import Endpoint, WebhookDelivery

BODIES_KEPT = timedelta(days=30)
KEPT = timedelta(days=90)
CHUNK = 2_000
State = WebhookDelivery.State


def forget_deliveries(*, at: datetime, pause: Callable[[], None]) -> int:
    """How many bodies were emptied and rows deleted. What still waits after 30 days is not sent any more."""
    old = WebhookDelivery.objects.filter(made_at__lt=at - BODIES_KEPT).exclude(state=State.SENDING)
    emptied = _in_chunks(old.exclude(body=""), _empty, pause)
    ended = WebhookDelivery.objects.filter(made_at__lt=at - KEPT, body="")
    deleted = _in_chunks(ended, lambda rows: rows.delete()[0], pause)
    _forget_secrets(at=at)
    for endpoint in Endpoint.objects.kept().filter(expires_at__lt=at - BODIES_KEPT).order_by("pk"):
        remove_endpoint(endpoint, by=None, at=at)
    left = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"))
    Endpoint.objects.filter(~Exists(left), removed_at__lt=at - KEPT).delete()
    return emptied + deleted


def _empty(rows: QuerySet[WebhookDelivery]) -> int:
    """Answers may repeat what was sent."""
    rows.filter(state=State.WAITING).update(state=State.CANCELLED, next_at=None)
    return rows.update(body="", last_answer="")


def _forget_secrets(*, at: datetime) -> None:
    Endpoint.objects.filter(former_until__lt=at).update(former_secret="", former_until=None)


def _in_chunks(
    rows: QuerySet[WebhookDelivery], act: Callable[[QuerySet[WebhookDelivery]], int], pause: Callable[[], None]
) -> int:
    done = 0
    while ids := list(rows.order_by("made_at", "pk").values_list("pk", flat=True)[:CHUNK]):
        done += act(WebhookDelivery.objects.filter(pk__in=ids))
        pause()
    return done
