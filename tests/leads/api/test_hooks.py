"""Programs subscribe to events, see samples and end their subscriptions, as Zapier does (I3)."""

import json

import pytest
from django.test import Client

from leads import tasks
from leads.actions.api.keys import make_key, revoke_key
from leads.models import ApiKey, Endpoint, WebhookDelivery
from tests.factories import MORNING
from tests.factories.webhooks import arrive, endpoint_at
from tests.webhook_receiver import receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


def key(name: str = "Zapier", **may: bool) -> str:
    return make_key(name, per_minute=1000, by=None, at=MORNING, **{"may_make_hooks": True, **may})[1]


def call(method: str, path: str, secret: str, body: object = None) -> tuple[int, object]:
    text = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    answer = getattr(Client(), method)(f"/api/{path}", headers={"Authorization": f"Bearer {secret}"}, **text)
    return answer.status_code, answer.json() if answer.content else None


def subscribe(secret: str, hook, **more: object) -> str:
    status, made = call("post", "hooks", secret, {"target_url": hook.address, "event": "lead.captured", **more})
    assert status == 201, made
    return made["id"]


def test_zapiers_round_subscribe_get_an_event_unsubscribe(hook):
    secret = key()
    tasks.send_due_webhooks()
    status, made = call("post", "hooks", secret, {"target_url": hook.address, "event": "lead.captured"})
    arrive()
    assert (status, tasks.send_due_webhooks()) == (201, 1)
    assert hook.came[0].verified(made["secret"])["type"] == "lead.captured"
    assert call("delete", f"hooks/{made['id']}", secret) == (204, None)
    arrive(2)
    assert (tasks.send_due_webhooks(), len(hook.came)) == (0, 1)
    assert call("delete", f"hooks/{made['id']}", secret)[0] == 404


def test_a_sample_is_exactly_what_is_delivered(hook):
    secret = key(hooks_see_person=True)
    tasks.send_due_webhooks()
    subscribe(secret, hook)
    for number in range(5):
        arrive(number)
    tasks.send_due_webhooks()
    status, samples = call("get", "hooks/samples?event=lead.captured", secret)
    sent = {each["data"]["lead_id"]: each for each in map(said, hook.came)}
    assert (status, len(samples)) == (200, 3)
    assert [{**each, "id": ""} for each in samples] == [{**sent[each["data"]["lead_id"]], "id": ""} for each in samples]
    assert samples[0]["data"]["email"] == "dewi4@example.com"


def said(came) -> dict:
    return json.loads(came.body)


@pytest.mark.parametrize(
    "event", ["captured", "queued", "assigned", "contacted", "breached", "returned", "converted", "closed"]
)
def test_without_any_lead_a_sample_is_made_up(event):
    status, (sample,) = call("get", f"hooks/samples?event=lead.{event}", key())
    assert (status, sample["type"], sample["data"]["company_name"]) == (200, f"lead.{event}", "PT Maju Jaya")
    assert "email" not in sample["data"]


def test_a_program_sees_and_ends_only_its_own_webhooks(hook):
    mine, other = key(), key("Make")
    own = subscribe(mine, hook, name="Sheet")
    elsewhere, by_ops = subscribe(other, hook), endpoint_at(hook.address).pk
    status, found = call("get", "hooks", mine)
    assert (status, found) == (
        200,
        [
            {
                "id": own,
                "name": "Sheet",
                "target_url": hook.address,
                "events": ["lead.captured"],
                "is_active": True,
                "failing_since": None,
                "expires_at": None,
            }
        ],
    )
    for foreign in (elsewhere, by_ops, "0", "9" * 30, "x", "1.0", "٣"):
        assert call("delete", f"hooks/{foreign}", mine)[0] == 404
    assert Endpoint.objects.kept().count() == 3


def test_several_events_may_go_to_one_address_until_a_day(hook):
    body = {
        "target_url": hook.address,
        "events": ["lead.closed", "lead.captured"],
        "expiration_date": "2027-01-01T00:00:00Z",
    }
    assert call("post", "hooks", key(), body)[0] == 201
    endpoint = Endpoint.objects.get()
    assert (endpoint.events, endpoint.name) == (["lead.captured", "lead.closed"], "Zapier: captured, closed")
    assert f"{endpoint.expires_at:%Y-%m-%d}" == "2027-01-01"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"event": "lead.captured"}, "target_url"),
        ({"target_url": 5, "event": "lead.captured"}, "target_url"),
        ({"target_url": "ftp://hooks.example/", "event": "lead.captured"}, "target_url"),
        ({"target_url": "http://127.0.0.1:8000/api/leads", "event": "lead.captured"}, "target_url"),
        ({"target_url": "http://10.0.0.1/", "event": "lead.captured"}, "target_url"),
        ({"target_url": "HERE"}, "event"),
        ({"target_url": "HERE", "event": "captured"}, "event"),
        ({"target_url": "HERE", "event": {"a": 1}}, "event"),
        ({"target_url": "HERE", "events": []}, "events"),
        ({"target_url": "HERE", "events": "lead.eaten"}, "events"),
        ({"target_url": "HERE", "event": "lead.captured", "expiration_date": "soon"}, "expiration_date"),
        *(
            ({"target_url": "HERE", "event": "lead.captured", "expiration_date": end}, "expiration_date")
            for end in (
                "2020-01-01T00:00:00Z",
                "2026-13-40T00:00Z",
                "0001-01-01T00:00:00+07:00",
                "9999-12-31T23:59:59-07:00",
            )
        ),
    ],
)
def test_what_is_wrong_is_named_by_field_and_nothing_is_made(hook, body, field):
    body = {name: hook.address if value == "HERE" else value for name, value in body.items()}
    status, answer = call("post", "hooks", key(), body)
    assert (status, [each["field"] for each in answer["errors"]]) == (422, [field])
    assert not Endpoint.objects.exists()


def test_fields_that_are_null_are_as_if_they_were_not_there(hook):
    body = {"target_url": hook.address, "event": "lead.captured", "events": None, "name": None, "expiration_date": None}
    assert call("post", "hooks", key(), body)[0] == 201
    assert (Endpoint.objects.get().events, Endpoint.objects.get().name) == (["lead.captured"], "Zapier: captured")


def test_our_own_address_is_refused_in_clear_words():
    body = {"target_url": "http://127.0.0.1:8000/api/leads", "event": "lead.captured"}
    assert call("post", "hooks", key(), body)[1]["detail"] == (
        "This is Alur’s own address. Messages would go round in a circle."
    )


def test_an_old_key_sends_leads_and_makes_no_webhooks(hook):
    ApiKey.objects.all().delete()
    secret = make_key("Website", per_minute=9, by=None, at=MORNING)[1]
    assert call("post", "leads", secret, {"email": "dewi@example.com"})[0] == 201
    for method, path, body in (
        ("post", "hooks", {"target_url": hook.address, "event": "lead.captured"}),
        ("get", "hooks/samples?event=lead.captured", None),
    ):
        assert call(method, path, secret, body)[0] == 403
    assert (call("get", "hooks", secret), call("delete", "hooks/1", secret)[0]) == ((200, []), 404)
    assert not Endpoint.objects.exists()


def test_a_key_for_webhooks_alone_sends_and_sees_no_leads():
    lead, secret = arrive(), key(may_send_leads=False)
    found = [
        call("post", "leads", secret, {"email": "budi@example.com"})[0],
        call("post", "leads/batch", secret, {"leads": [{"email": "budi@example.com"}]})[0],
        call("get", f"leads/{lead.pk}", secret)[0],
    ]
    assert found == [403, 403, 403]


@pytest.mark.parametrize("may", [True, False])
def test_every_key_may_ask_whose_it_is(may):
    status, found = call("get", "me", key(may_make_hooks=may, hooks_see_person=may))
    assert (status, found) == (
        200,
        {"name": "Zapier", "may_send_leads": True, "may_make_hooks": may, "hooks_see_person": may},
    )


@pytest.mark.parametrize("path", ["me", "hooks", "hooks/samples?event=lead.captured"])
def test_without_a_key_nothing_is_said(path):
    assert call("get", path, "wrong")[0] == 401


def test_a_revoked_key_hears_nothing_more(hook):
    secret = key()
    tasks.send_due_webhooks()
    subscribe(secret, hook)
    revoke_key(ApiKey.objects.get(), by=None, at=MORNING)
    arrive()
    assert (tasks.send_due_webhooks(), hook.came) == (0, [])


def test_a_revoked_key_ends_its_webhooks_and_what_waits(hook):
    secret = key()
    tasks.send_due_webhooks()
    subscribe(secret, hook)
    hook.answers = [(503, {}, b"")]
    arrive()
    tasks.send_due_webhooks()
    revoke_key(ApiKey.objects.get(), by=None, at=MORNING)
    assert (Endpoint.objects.kept().count(), WebhookDelivery.objects.get().state) == (0, "cancelled")


def test_a_key_that_may_make_no_more_webhooks_sees_and_ends_those_it_made(hook):
    secret = key()
    tasks.send_due_webhooks()
    hook_id = subscribe(secret, hook)
    ApiKey.objects.update(may_make_hooks=False)
    arrive(1)
    assert (tasks.send_due_webhooks(), hook.came) == (0, [])
    status, found = call("get", "hooks", secret)
    assert (status, [(each["id"], each["is_active"]) for each in found]) == (200, [(hook_id, False)])
    assert call("delete", f"hooks/{hook_id}", secret) == (204, None)
    assert not Endpoint.objects.kept().exists()


def test_webhooks_go_on_when_their_key_may_make_them_again(hook):
    secret = key()
    tasks.send_due_webhooks()
    subscribe(secret, hook)
    ApiKey.objects.update(may_make_hooks=False)
    arrive(1)
    tasks.send_due_webhooks()
    ApiKey.objects.update(may_make_hooks=True)
    arrive(2)
    assert tasks.send_due_webhooks() == 1


def test_person_fields_follow_the_key(hook):
    secret = key(hooks_see_person=True)
    tasks.send_due_webhooks()
    subscribe(secret, hook)
    arrive(1)
    tasks.send_due_webhooks()
    ApiKey.objects.update(hooks_see_person=False)
    arrive(2)
    tasks.send_due_webhooks()
    assert ["email" in said(came)["data"] for came in hook.came] == [True, False]


def test_the_description_has_the_calls_of_webhooks():
    described = Client().get("/api/openapi.json").json()
    calls = {f"{method} {path}" for path, methods in described["paths"].items() for method in methods}
    wanted = {
        "get /api/me",
        "post /api/hooks",
        "get /api/hooks",
        "delete /api/hooks/{hook_id}",
        "get /api/hooks/samples",
    }
    assert wanted <= calls
    assert described["components"]["schemas"]["HookIn"]["required"] == ["target_url"]
