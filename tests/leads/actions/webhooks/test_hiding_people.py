"""Who may see the person no longer gets it, not even with what was waiting already (I3, C9)."""

import json

import pytest

from leads.actions.api.keys import make_key
from leads.actions.webhooks.endpoints import change_endpoint
from leads.actions.webhooks.enqueuing import enqueue_deliveries
from leads.actions.webhooks.replaying import replay
from leads.decisions.webhooks.body import PERSON
from leads.models import ApiKey, Endpoint
from tests.factories import MORNING
from tests.factories.webhooks import arrive, endpoint_at, send, the_row

pytestmark = pytest.mark.django_db
OF_THE_PERSON = ("Dewi", "Lestari", "dewi1@example.com")


def hide(endpoint: Endpoint) -> None:
    more = {"events": endpoint.events, "may_see_person": False, "by": None, "at": MORNING}
    change_endpoint(endpoint, name=endpoint.name, address=endpoint.address, **more)


@pytest.fixture
def waiting(hook) -> Endpoint:
    enqueue_deliveries(at=MORNING)
    endpoint = endpoint_at(hook.address, events=["lead.captured"], may_see_person=True)
    arrive(own_budget="12")
    enqueue_deliveries(at=MORNING)
    assert all(word in the_row().body for word in OF_THE_PERSON)
    return endpoint


def test_what_waits_loses_the_person_when_its_endpoint_may_not_see_it_any_more(hook, waiting):
    hide(waiting)
    assert send() == 1
    said = json.loads(hook.came[0].body)["data"]
    assert not {*PERSON} & {*said} and said["company_name"] == "Company 1"
    assert not any(word in hook.came[0].body.decode() + the_row().body for word in OF_THE_PERSON)
    assert hook.came[0].webhook_id == the_row().webhook_id


def test_what_is_sent_again_loses_it_too(hook, waiting):
    send()
    hide(waiting)
    replay(the_row(), by=None, at=MORNING)
    assert send() == 1
    assert [b"dewi1@example.com" in came.body for came in hook.came] == [True, False]


def test_and_when_the_key_of_its_program_may_not(hook, waiting):
    key, _secret = make_key("Zapier", per_minute=60, by=None, at=MORNING, may_make_hooks=True, hooks_see_person=True)
    Endpoint.objects.update(origin="rest_hook", api_key=key)
    ApiKey.objects.update(hooks_see_person=False)
    assert send() == 1
    assert b"Lestari" not in hook.came[0].body
