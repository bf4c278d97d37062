"""What the pages of webhooks say of those that are removed, off, or many (I3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.worker.heartbeat import OUTBOX, WORKER, record_heartbeat
from leads.actions.webhooks.endpoints import remove_endpoint, switch_off
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.models import Endpoint, WebhookDelivery
from leads.views import webhooks
from tests.factories.webhooks import arrive, endpoint_at
from tests.markup import plain_words
from tests.webhook_receiver import receiver

pytestmark = pytest.mark.django_db
CAPTURED = ["lead.captured"]


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


def text(page) -> str:
    return plain_words(page.content.decode())


def test_a_removed_one_says_so_and_offers_nothing(client, as_ops, hook):
    at = timezone.now()
    endpoint = endpoint_at(hook.address, at=at)
    remove_endpoint(endpoint, by=None, at=at)
    page = client.get(reverse("leads:webhook", args=[endpoint.pk]))
    assert "Removed" in page.context["row"].says
    for name in ("change_webhook", "rotate_webhook", "remove_webhook", "switch_webhook_on", "test_webhook"):
        assert reverse(f"leads:{name}", args=[endpoint.pk]) not in page.content.decode()


def test_what_waits_at_one_that_is_off_has_no_next_try_and_asks_for_no_news(client, as_ops, hook):
    at = timezone.now()
    endpoint = endpoint_at(hook.address, at=at, events=CAPTURED)
    arrive(1, at=at)
    enqueue_deliveries(at=at)
    WebhookDelivery.objects.update(next_at=at + timedelta(seconds=20))
    address = reverse("leads:webhook", args=[endpoint.pk])
    page = client.get(address)
    assert ("Next try" in text(page), page.context["is_moving"]) == (True, True)
    switch_off(endpoint, by=None, at=at)
    page = client.get(address)
    assert ("Next try" in text(page), page.context["is_moving"]) == (False, False)
    message = client.get(reverse("leads:webhook_message", args=[WebhookDelivery.objects.get().pk]))
    assert "Next try" not in text(message)


def test_a_log_asks_for_no_news_while_its_next_try_is_hours_away(client, as_ops, hook):
    at = timezone.now()
    endpoint = endpoint_at(hook.address, at=at, events=CAPTURED)
    arrive(1, at=at)
    enqueue_deliveries(at=at)
    WebhookDelivery.objects.update(next_at=at + timedelta(hours=2))
    page = client.get(reverse("leads:webhook", args=[endpoint.pk]))
    assert (page.context["is_moving"], "every 3s" in page.content.decode()) == (False, False)


def test_a_long_list_shows_first_what_needs_somebody(client, as_ops, hook, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_SHOWN", 3)
    at = timezone.now()
    made = {name: endpoint_at(hook.address, at=at, name=name) for name in ("A", "B", "C", "X", "Y")}
    for name in ("A", "B"):
        switch_off(made[name], by=None, at=at)
    Endpoint.objects.filter(name="X").update(is_active=False, off_at=at, off_reason="failing")
    Endpoint.objects.filter(name="Y").update(failing_since=at)
    page = client.get(reverse("leads:webhooks"))
    assert [row.endpoint.name for row in page.context["rows"]] == ["X", "Y", "C"]
    assert "The first 3 are shown, those that need somebody before others." in text(page)


@pytest.mark.parametrize(
    ("worker", "outbox", "says"),
    [
        (1, 1, ""),
        (1, 600, "Webhooks and CRMs hear up to a minute later, by the worker, until it is restarted."),
        (600, 600, "Nothing leaves for webhooks and CRMs until it is restarted."),
        (1, None, ""),
    ],
)
def test_a_silent_outbox_is_named_where_its_webhooks_stand(client, as_ops, worker, outbox, says):
    for name, seconds in ((WORKER, worker), (OUTBOX, outbox)):
        if seconds is not None:
            record_heartbeat(name, at=timezone.now() - timedelta(seconds=seconds))
    words = text(client.get(reverse("leads:webhooks")))
    assert ("The outbox is silent." in words, says in words) == (bool(says), True)
