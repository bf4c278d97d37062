"""Send again by hand what was sent before, and send a test (I3)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from leads.actions.webhooks.endpoints import check_in_use
from leads.actions.webhooks.enqueuing import new_webhook_id
from leads.decisions.webhooks.body import body
from leads.decisions.webhooks.events import Event
from leads.decisions.webhooks.sample import made_up
from leads.models import Endpoint, WebhookDelivery
from leads.queries.webhook_log import ENDED, Filters, replayable
from leads.queries.webhooks import open_own_keys

State = WebhookDelivery.State
Asked = WebhookDelivery.Asked
MOST_AT_ONCE = 10_000
ONE_PRESS = timedelta(seconds=10)  # a second press within it is a double click


class NotReplayable(Exception):
    """It waits anyway, was asked for a moment ago, was a test, or its body is no longer kept."""


@transaction.atomic
def replay(delivery: WebhookDelivery, *, by: User | None, at: datetime) -> WebhookDelivery:
    """Once more, with the same webhook-id and the same body; its line says who asked for it. Raises EndpointIsOff,
    NotReplayable."""
    locked = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=delivery.pk)
    check_in_use(locked.endpoint, at=at)
    is_asked = locked.asked_at is not None and locked.asked_at > at - ONE_PRESS
    if locked.state not in ENDED or locked.is_test or not locked.body or is_asked:
        raise NotReplayable
    _again(locked.endpoint, [locked.pk], by=by, at=at)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def replay_range(endpoint: Endpoint, filters: Filters, *, by: User | None, at: datetime) -> int:
    """What these filters of the log show and can be sent again; the oldest ten thousand, without those that were asked
    for a moment ago. How many wait now. Raises EndpointIsOff."""
    check_in_use(endpoint, at=at)
    wanted = replayable(endpoint, filters, asked_until=at - ONE_PRESS).select_for_update(of=("self",))
    ids = list(wanted.values_list("pk", flat=True)[:MOST_AT_ONCE])
    return _again(endpoint, ids, by=by, at=at)


@transaction.atomic
def send_test(endpoint: Endpoint, *, by: User | None, at: datetime, event: str = "") -> WebhookDelivery:
    """A made-up event, of the first kind that the endpoint hears unless another is named; tried once, and even while
    the endpoint rests. Raises EndpointIsOff."""
    check_in_use(endpoint, at=at)
    wanted = Event(event or endpoint.events[0])
    happened = made_up(wanted, at=at, site=settings.SITE_URL, own=open_own_keys(), is_test=True)
    webhook_id = new_webhook_id()
    _end_rest(endpoint)
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        event=wanted,
        webhook_id=webhook_id,
        body=body(happened, webhook_id=webhook_id, may_see_person=endpoint.sees_person),
        next_at=at,
        acted_at=at,
        made_at=at,
        is_test=True,
        asked_how=Asked.TEST,
        asked_at=at,
        asked_by=by,
    )


def _end_rest(endpoint: Endpoint) -> None:
    """Who asks by hand wants to see what comes of it."""
    Endpoint.objects.filter(pk=endpoint.pk).update(resting_until=None)


def _again(endpoint: Endpoint, ids: list[int], *, by: User | None, at: datetime) -> int:
    _end_rest(endpoint)
    asked = {"asked_how": Asked.AGAIN, "asked_at": at, "asked_by": by}
    return WebhookDelivery.objects.filter(pk__in=ids, state__in=ENDED).update(
        state=State.WAITING, next_at=at, attempts=0, refusals=0, is_replay=True, **asked
    )
