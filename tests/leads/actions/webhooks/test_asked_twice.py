"""A press that comes twice, a program that asks again, and subscriptions that end by themselves (I3)."""

from datetime import timedelta

import pytest

from config.sealing import unseal
from leads.actions.api.keys import make_key
from leads.actions.webhooks import endpoints
from leads.actions.webhooks.endpoints import TooManyHooks, rotate_secret
from leads.actions.webhooks.forgetting import forget_deliveries
from leads.models import Endpoint
from tests.factories import MORNING, make_ops
from tests.factories.webhooks import endpoint_at, secret_and_endpoint

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_double_click_makes_one_webhook_with_a_secret_that_is_seen(hook):
    rina = make_ops()
    first = secret_and_endpoint(hook.address, by=rina)
    second = secret_and_endpoint(hook.address, by=rina)
    assert (first[0], Endpoint.objects.count()) == (second[0], 1)
    assert unseal(Endpoint.objects.get().secret) == second[1] != first[1]
    secret_and_endpoint(hook.address, by=rina, at=MORNING + timedelta(minutes=2))
    secret_and_endpoint(hook.address, by=make_ops())
    secret_and_endpoint(hook.address, by=rina, name="Depot")
    assert Endpoint.objects.count() == 4


def test_a_second_press_for_a_new_secret_keeps_the_one_that_the_receiver_knows(hook):
    endpoint, known = secret_and_endpoint(hook.address)
    rotate_secret(endpoint, by=None, at=MORNING + HOUR)
    seen = rotate_secret(endpoint, by=None, at=MORNING + HOUR + timedelta(seconds=1))
    endpoint.refresh_from_db()
    assert (unseal(endpoint.secret), unseal(endpoint.former_secret)) == (seen, known)
    later = rotate_secret(endpoint, by=None, at=MORNING + 2 * HOUR)
    endpoint.refresh_from_db()
    assert (unseal(endpoint.secret), unseal(endpoint.former_secret)) == (later, seen)


def test_those_that_have_ended_are_not_counted_and_go_after_a_month(hook, monkeypatch):
    monkeypatch.setattr(endpoints, "MOST_HOOKS", 1)
    key = make_key("Zapier", per_minute=9, by=None, at=MORNING, may_make_hooks=True)[0]
    first = endpoint_at(hook.address, api_key=key, expires_at=MORNING + HOUR)
    with pytest.raises(TooManyHooks):
        endpoint_at(hook.address, api_key=key, name="Other")
    endpoint_at(hook.address, api_key=key, name="Other", at=MORNING + 2 * HOUR)
    forget_deliveries(at=MORNING + timedelta(days=32), pause=lambda: None)
    assert list(Endpoint.objects.kept().values_list("name", flat=True)) == ["Other"]
    assert Endpoint.objects.get(pk=first.pk).removed_at is not None
