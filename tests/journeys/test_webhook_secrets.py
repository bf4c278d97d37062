"""The address of a receiver is a secret, and what somebody does by hand is written down (I3, C8)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.actions.webhooks.endpoints import change_endpoint
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.models import Endpoint, WebhookDelivery
from leads.tasks import send_due_webhooks
from tests.factories import make_ops
from tests.factories.webhooks import arrive, endpoint_at
from tests.markup import plain_words
from tests.webhook_receiver import receiver

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "T0RK3N"


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


def text(page) -> str:
    return plain_words(page.content.decode())


def typed(address: str, **more) -> dict:
    return {"name": "Warehouse", "address": address, "events": ["lead.captured"], **more}


def test_an_address_is_shown_as_its_host_only_and_has_no_history(client, as_ops, hook):
    secret_address = f"{hook.address}/{SECRET}?token={SECRET}"
    made = client.post(reverse("leads:add_webhook"), typed(secret_address))
    endpoint = Endpoint.objects.get()
    host = hook.address.split("/")[2]
    client.post(reverse("leads:change_webhook", args=[endpoint.pk]), typed(f"{secret_address}2"))
    pages = [
        made,
        *(client.get(reverse(f"leads:{name}", args=[endpoint.pk])) for name in ("webhook", "change_webhook")),
        client.get(reverse("leads:webhooks")),
        client.get(f"{reverse('dashboards:changes')}?kind=webhooks"),
    ]
    assert [SECRET in page.content.decode() for page in pages] == [False] * 5
    assert [host in page.content.decode() for page in pages] == [True] * 5
    assert SECRET not in str(list(Endpoint.history.values()))
    assert "address typed" in text(pages[4]).lower()


def test_an_address_that_is_left_empty_stays_as_it_is(client, as_ops, hook):
    endpoint = endpoint_at(f"{hook.address}/{SECRET}", at=timezone.now())
    before = (endpoint.address, endpoint.address_at)
    page = client.post(reverse("leads:change_webhook", args=[endpoint.pk]), typed("", name="Depot"))
    endpoint.refresh_from_db()
    assert (page.status_code, endpoint.name, (endpoint.address, endpoint.address_at)) == (302, "Depot", before)


def test_a_new_address_is_a_change_although_its_host_stays(hook):
    endpoint = endpoint_at(f"{hook.address}/{SECRET}")
    later = endpoint.made_at + timedelta(days=1)
    given = {"name": endpoint.name, "events": endpoint.events, "may_see_person": False, "by": None}
    change_endpoint(endpoint, address=f"{hook.address}/2", at=later, **given)
    versions = Endpoint.history.order_by("history_id").values_list("host", "address_at")
    assert list(versions) == [(endpoint.host, endpoint.made_at), (endpoint.host, later)]


def test_the_log_says_who_sent_a_test_tried_now_and_sent_again(client, hook):
    at = timezone.now()
    rina = make_ops(username="rina", first_name="Rina", last_name="Hartono")
    client.force_login(rina)
    endpoint = endpoint_at(hook.address, at=at, events=["lead.captured"])
    log = reverse("leads:webhook", args=[endpoint.pk])
    client.post(reverse("leads:test_webhook", args=[endpoint.pk]))
    assert "Asked for by Rina Hartono" in text(client.get(log))
    hook.answers = [(503, {}, b"")] * 2
    arrive(1, at=at)
    enqueue_deliveries(at=at)
    send_due_webhooks()
    client.post(reverse("leads:try_webhook", args=[endpoint.pk]))
    assert "Tried at once by Rina Hartono" in text(client.get(log))
    send_due_webhooks()
    row = WebhookDelivery.objects.get(is_test=False)
    WebhookDelivery.objects.filter(pk=row.pk).update(asked_at=at - timedelta(minutes=1))
    assert row.state == "sent"
    client.post(reverse("leads:replay_webhook_message", args=[row.pk]))
    assert "Sent again by Rina Hartono" in text(client.get(log))
    assert "Sent again by Rina Hartono" in text(client.get(reverse("leads:webhook_message", args=[row.pk])))
    file = client.get(log, {"format": "csv"}).content.decode("utf-8-sig")
    said = [(line["By hand"], line["By"], bool(line["By hand at"])) for line in csv.DictReader(StringIO(file))]
    assert said == [("Sent again", "Rina Hartono", True), ("Test", "Rina Hartono", True)]


def test_a_double_click_sends_a_range_once(client, as_ops, hook):
    at = timezone.now()
    endpoint = endpoint_at(hook.address, at=at - timedelta(days=1), events=["lead.captured"])
    arrive(1, at=at)
    send_due_webhooks()
    day = timezone.localdate(at).isoformat()
    shown = client.get(reverse("leads:webhook", args=[endpoint.pk]), {"since": day, "until": day})
    assert "1 message is sent again, with the same id." in text(shown)
    for says in ("1 message is sent again.", "Nothing of this can be sent again."):
        page = client.post(
            reverse("leads:replay_webhook", args=[endpoint.pk]), {"since": day, "until": day}, follow=True
        )
        assert says in text(page)
        send_due_webhooks()
    assert len(hook.came) == 2


@pytest.mark.parametrize("filters", [{"since": "yesterday"}, {"state": "all"}, {"event": "lead.eaten"}])
def test_filters_that_cannot_be_read_send_nothing_again(client, as_ops, hook, filters):
    endpoint = endpoint_at(hook.address, at=timezone.now() - timedelta(days=1), events=["lead.captured"])
    arrive(1, at=timezone.now())
    send_due_webhooks()
    page = client.post(reverse("leads:replay_webhook", args=[endpoint.pk]), filters, follow=True)
    assert "The filters could not be read, so nothing was sent." in text(page)
    assert (send_due_webhooks(), len(hook.came)) == (0, 1)
