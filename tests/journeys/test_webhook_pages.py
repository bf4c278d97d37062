"""Sales ops and their webhooks, through the pages: adding one, its log, sending again, switching, removing (I3)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.models import Endpoint, WebhookDelivery
from leads.tasks import send_due_webhooks
from tests.factories.webhooks import arrive, endpoint_at, happens
from tests.markup import plain_words
from tests.webhook_receiver import receiver

pytestmark = pytest.mark.django_db(transaction=True)
State = WebhookDelivery.State
CAPTURED = "lead.captured"


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


def only_text(page) -> str:
    return plain_words(page.content.decode())


def sent(address: str, **more) -> dict:
    return {"name": "Warehouse", "address": address, "events": ["lead.assigned", "lead.captured"], **more}


def test_an_address_is_added_tested_and_its_log_says_what_came_back(client, as_ops, hook):
    page = client.post(
        reverse("leads:add_webhook"), sent(hook.address, header_name="X-Key", header_secret="open sesame")
    )
    secret = page.context["secret"]
    endpoint = Endpoint.objects.get()
    assert secret.startswith("whsec_") and secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    client.post(reverse("leads:test_webhook", args=[endpoint.pk]), follow=True)
    assert send_due_webhooks() == 1
    (came,) = hook.came
    assert came.verified(secret)["type"] == "lead.captured"
    assert came.headers["x-key"] == "open sesame"
    again = client.get(reverse("leads:webhook", args=[endpoint.pk]))
    assert secret not in again.content.decode() and "open sesame" not in again.content.decode()
    assert "Answered 200 after" in only_text(again)
    message = client.get(reverse("leads:webhook_message", args=[WebhookDelivery.objects.get().pk]))
    assert "thanks" in only_text(message)
    assert '"type": "lead.captured"' in only_text(message).replace("&quot;", '"')


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"name": ""}, "name", "This is needed."),
        ({"events": []}, "events", "Choose at least one event."),
        ({"events": ["lead.sold"]}, "events", "lead.sold"),
        ({"address": "not an address"}, "address", "This is no address of a program."),
        ({"address": "ftp://127.0.0.1/x"}, "address", "This is no address of a program."),
        ({"address": "http://localhost:8000/hook"}, "address", "Alur’s own address"),
        ({"address": "https://10.0.0.7/hook"}, "address", "This host is not public"),
        ({"header_name": "Content-Length", "header_secret": "7"}, "header_name", "This header cannot be used."),
        ({"header_name": "X-Key"}, "header_secret", "Type the value"),
        ({"header_secret": "x"}, "header_name", "Which header should carry this value?"),
    ],
)
def test_what_cannot_work_is_refused_with_a_word(client, as_ops, hook, settings, change, field, says):
    settings.SITE_URL = "http://127.0.0.1:8000"
    page = client.post(reverse("leads:add_webhook"), sent(hook.address) | change)
    assert page.status_code == 422
    assert any(says in error for error in page.context["form"].errors[field])
    assert not Endpoint.objects.exists()


def test_a_change_keeps_the_secrets_and_a_new_header_replaces_one(client, as_ops, hook):
    endpoint = endpoint_at(hook.address, header=("X-Key", "mellon"))
    before = Endpoint.objects.values("secret", "header_value").get()
    address = reverse("leads:change_webhook", args=[endpoint.pk])
    assert "mellon" not in client.get(address).content.decode()
    client.post(address, sent(hook.address, name="Depot", header_name="X-Key", may_see_person="on"))
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.may_see_person, endpoint.header_name) == ("Depot", True, "X-Key")
    assert Endpoint.objects.values("secret", "header_value").get() == before
    client.post(address, sent(hook.address, header_name=""))
    endpoint.refresh_from_db()
    assert (endpoint.header_name, endpoint.header_value) == ("", "")


def failed(endpoint, number: int, *, at, kind: str = "captured"):
    lead = arrive(number, at=at)
    if kind != "captured":
        happens(lead, kind, at=at)
    enqueue_deliveries(at=at)
    rows = WebhookDelivery.objects.filter(lead=lead)
    rows.update(state=State.FAILED, next_at=None, last_status=503, last_at=at, attempts=9)
    return rows


def test_the_log_is_filtered_and_its_file_has_the_same_rows(client, as_ops, hook):
    at = timezone.now()
    endpoint = endpoint_at(hook.address, at=at - timedelta(days=3))
    failed(endpoint, 1, at=at - timedelta(days=2))
    failed(endpoint, 2, at=at)
    arrive(3, at=at)
    enqueue_deliveries(at=at)
    address, today = reverse("leads:webhook", args=[endpoint.pk]), timezone.localdate(at).isoformat()

    def shown(**filters):
        return [row[0].lead.email for row in client.get(address, filters).context["deliveries"] if row[0].lead]

    assert set(shown(event="lead.captured")) == {f"dewi{n}@example.com" for n in (1, 2, 3)}
    assert set(shown(event="lead.captured", state="failed")) == {"dewi1@example.com", "dewi2@example.com"}
    assert set(shown(event="lead.captured", state="failed", since=today)) == {"dewi2@example.com"}
    assert set(shown(event="lead.captured", since="no day", state="never", before="x")) == set(
        shown(event="lead.captured")
    )
    file = client.get(address, {"state": "failed", "event": "lead.captured", "format": "csv"}).content.decode(
        "utf-8-sig"
    )
    rows = list(csv.DictReader(StringIO(file)))
    assert [(row["Event"], row["State"], row["Status"], row["Tries"]) for row in rows] == [
        ("lead.captured", "Failed", "503", "9")
    ] * 2


def test_what_failed_is_sent_again_one_by_one_or_all_of_a_day(client, as_ops, hook):
    at = timezone.now()
    endpoint = endpoint_at(hook.address, at=at - timedelta(days=3), events=[CAPTURED])
    first, second = failed(endpoint, 1, at=at - timedelta(days=2)).get(), failed(endpoint, 2, at=at).get()
    client.post(reverse("leads:replay_webhook_message", args=[first.pk]))
    assert send_due_webhooks() == 1
    assert [each.webhook_id for each in hook.came] == [first.webhook_id]
    assert hook.came[0].headers["alur-replay"] == "true"
    day = timezone.localdate(at).isoformat()
    page = client.post(
        reverse("leads:replay_webhook", args=[endpoint.pk]),
        {"state": "failed", "since": day, "until": day},
        follow=True,
    )
    assert "1 message is sent again." in only_text(page)
    assert send_due_webhooks() == 1
    assert [each.webhook_id for each in hook.came] == [first.webhook_id, second.webhook_id]
    refused = client.post(reverse("leads:replay_webhook", args=[endpoint.pk]), {"state": "failed"}, follow=True)
    assert "Nothing of this can be sent again." in only_text(refused)


def test_one_that_is_off_says_so_and_nothing_leaves_until_it_is_on(client, as_ops, hook):
    endpoint = endpoint_at(hook.address, at=timezone.now())
    client.post(reverse("leads:switch_webhook_off", args=[endpoint.pk]))
    page = client.post(reverse("leads:test_webhook", args=[endpoint.pk]), follow=True)
    assert "It is switched off or has ended" in only_text(page)
    assert not WebhookDelivery.objects.exists()
    again = client.post(reverse("leads:switch_webhook_off", args=[endpoint.pk]), follow=True)
    assert "It was off already." in only_text(again)
    client.post(reverse("leads:switch_webhook_on", args=[endpoint.pk]))
    assert Endpoint.objects.get().is_active


def test_one_that_fails_says_since_when_why_and_what_is_kept(client, as_ops, hook):
    at = timezone.now()
    endpoint = endpoint_at(hook.address, at=at - timedelta(days=1))
    arrive(1, at=at)
    hook.answers = [(503, {}, b"closed for stocktaking")] * 9
    send_due_webhooks()
    (row,) = client.get(reverse("leads:webhooks")).context["rows"]
    assert row.level == "warn"
    assert "it answers 503" in row.says
    assert row.more.startswith("1 message is kept, next try ") and "; off " in row.more
    page = client.get(reverse("leads:webhook", args=[endpoint.pk]))
    assert "Try now" in only_text(page)
    hook.answers = []
    client.post(reverse("leads:try_webhook", args=[endpoint.pk]))
    send_due_webhooks()
    send_due_webhooks()
    (row,) = client.get(reverse("leads:webhooks")).context["rows"]
    assert (row.level, row.says) == ("ok", "Working")


def test_another_secret_is_shown_once_and_a_removed_one_is_no_longer_listed(client, as_ops, hook):
    endpoint = endpoint_at(hook.address, at=timezone.now())
    page = client.post(reverse("leads:rotate_webhook", args=[endpoint.pk]))
    assert page.context["secret"] in page.content.decode()
    assert "signed with the secret before it too" in only_text(page)
    client.post(reverse("leads:remove_webhook", args=[endpoint.pk]))
    assert client.get(reverse("leads:webhooks")).context["rows"] == []
    assert client.post(reverse("leads:test_webhook", args=[endpoint.pk])).status_code == 404


def test_a_longer_list_asks_as_often(client, as_ops, hook):
    def statements(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    at, counts = timezone.now(), []
    for number in range(3):
        endpoint = endpoint_at(hook.address, at=at, name=f"Program {number}")
        arrive(number, at=at)
        enqueue_deliveries(at=at)
        counts.append((statements(reverse("leads:webhooks")), statements(reverse("leads:webhook", args=[endpoint.pk]))))
    assert counts[0] == counts[1] == counts[2]
