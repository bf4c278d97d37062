"""Webhooks of a key that may make none any more stand still, are shown, and end by one press (I3)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.actions.api.keys import make_key
from leads.models import ApiKey, Endpoint
from leads.queries.webhook_log import stopped_keys
from tests.factories.webhooks import endpoint_at
from tests.markup import plain_words
from tests.webhook_receiver import receiver

pytestmark = pytest.mark.django_db
SAYS = "The key Zapier may not subscribe any more, so nothing goes to its 2 webhooks."


@pytest.fixture
def two_hooks(settings) -> ApiKey:
    """Of a key that has lost its right; a third one is of ops."""
    at = timezone.now()
    key = make_key("Zapier", per_minute=9, by=None, at=at, may_make_hooks=True)[0]
    with receiver(settings) as found:
        for name in ("Sheet", "Chat"):
            endpoint_at(found.address, at=at, name=name, api_key=key)
        endpoint_at(found.address, at=at)
    ApiKey.objects.update(may_make_hooks=False)
    return key


def text(page) -> str:
    return plain_words(page.content.decode())


def test_ops_see_what_stands_still_and_end_it_at_once(client, as_ops, two_hooks):
    page = client.get(reverse("leads:webhooks"))
    assert SAYS in text(page)
    assert [(row.endpoint.name, row.level, row.is_used) for row in page.context["rows"]] == [
        ("Chat", "bad", False),
        ("Sheet", "bad", False),
        ("Warehouse", "off", True),
    ]
    after = client.post(reverse("leads:remove_webhooks_of", args=[two_hooks.pk]), follow=True)
    assert "2 webhooks of Zapier are removed." in text(after)
    assert SAYS not in text(after)
    assert list(Endpoint.objects.kept().values_list("name", flat=True)) == ["Warehouse"]
    again = client.post(reverse("leads:remove_webhooks_of", args=[two_hooks.pk]), follow=True)
    assert "Nothing was left to remove." in text(again)


def test_one_that_stands_still_offers_no_test_and_says_why(client, as_ops, two_hooks):
    endpoint = Endpoint.objects.get(name="Chat")
    page = client.get(reverse("leads:webhook", args=[endpoint.pk]))
    assert "Stands still: the key Zapier may not subscribe any more" in text(page)
    assert reverse("leads:test_webhook", args=[endpoint.pk]) not in page.content.decode()
    refused = client.post(reverse("leads:test_webhook", args=[endpoint.pk]), follow=True)
    assert "or its key may not subscribe any more, so nothing is sent." in text(refused)


def test_taking_the_right_away_says_what_stands_still(client, as_ops, two_hooks):
    ApiKey.objects.update(may_make_hooks=True)
    assert stopped_keys() == []
    change = reverse("admin:leads_apikey_change", args=[two_hooks.pk])
    page = client.post(change, {"name": "Zapier", "per_minute": 9, "may_send_leads": "on"}, follow=True)
    assert "Nothing goes to its 2 webhooks any more. Connections, Webhooks removes them." in text(page)
    assert stopped_keys() == [(two_hooks, 2)]
