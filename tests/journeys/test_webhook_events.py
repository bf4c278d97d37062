"""A lead lives through all eight events over pages and the API; what is delivered says the same as the samples (I3)."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from leads.actions.api.keys import make_key
from leads.decisions.webhooks.events import Event
from leads.models import Endpoint
from leads.tasks import send_due_webhooks
from queues import tasks
from queues.models import EntryRule
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_rep
from tests.webhook_receiver import Received, receiver

pytestmark = pytest.mark.django_db
HOLDS = (Event.ASSIGNED, Event.CONTACTED, Event.BREACHED, Event.RETURNED, Event.CONVERTED, Event.CLOSED)


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


def call(method: str, path: str, secret: str, body: object = None):
    text = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(Client(), method)(f"/api/{path}", headers={"Authorization": f"Bearer {secret}"}, **text).json()


def said_by(came: Received) -> dict:
    return json.loads(came.body)


def live_through_all(secret: str) -> None:
    """Rina takes a lead, is late, contacts it and gives it back; takes it again and sells; takes another, which is
    no good."""
    queue, rina = QueueFactory(slug="smb"), Client()
    rina.force_login(make_rep(TeamFactory(), first_name="Rina", last_name="Hartono"))
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    minutes = iter(range(1, 99))

    def at_next(act, *given, **more):
        with time_machine.travel(MORNING + timedelta(hours=next(minutes)), tick=False):
            return act(*given, **more)

    def take() -> str:
        at_next(rina.post, "/take-next/", {"queue": "smb"})
        return f"/leads/{Assignment.objects.open().get().lead_id}"

    for name in ("dewi", "putri"):
        at_next(call, "post", "leads", secret, {"email": f"{name}@example.com", "company_name": name})
    lead = take()
    for _limit in range(3):
        at_next(tasks.escalate_overdue)
    at_next(rina.post, f"{lead}/contact/", {"kind": "call", "outcome": "reached"})
    at_next(rina.post, f"{lead}/return/", {"reason": "not_my_type", "note": ""})
    for close, more in (("convert", {"stage": "converted"}), ("disqualify", {"reason": "no_need"})):
        lead = take()
        at_next(rina.post, f"{lead}/contact/", {"kind": "call", "outcome": "reached"})
        answer = at_next(rina.post, f"{lead}/{close}/", {"note": "", **more})
        assert not Assignment.objects.open().exists(), answer.content.decode()[:500]


@pytest.mark.parametrize("sees_person", [False, True])
def test_what_is_delivered_has_the_fields_of_the_samples_for_every_event(hook, sees_person):
    with time_machine.travel(MORNING, tick=False):
        secret = make_key(
            "Zapier", per_minute=1000, by=None, at=MORNING, may_make_hooks=True, hooks_see_person=sees_person
        )[1]
        send_due_webhooks()
        made_up = {event: call("get", f"hooks/samples?event={event}", secret)[0] for event in Event}
        call("post", "hooks", secret, {"target_url": hook.address, "events": list(Event)})
        assert Endpoint.objects.count() == 1
    live_through_all(secret)
    with time_machine.travel(MORNING + timedelta(days=2), tick=False):
        while send_due_webhooks():
            pass
        real = {event: call("get", f"hooks/samples?event={event}", secret)[0] for event in Event}
    came = sorted(map(said_by, hook.came), key=lambda each: int(each["data"]["activity_id"]))
    assert {each["type"] for each in came} == set(Event)
    keys = list(came[0]["data"])
    assert [list(each["data"]) for each in came] == [keys] * len(came)
    assert {tuple(each[event]["data"]) for each in (made_up, real) for event in Event} == {tuple(keys)}
    assert ("email" in keys) is sees_person
    said = {(each["type"], each["data"]["holder_name"]) for each in came}
    assert said == {(event, "Rina Hartono" if event in HOLDS else None) for event in Event}
    assert {event: made_up[event]["data"]["holder_name"] for event in Event} == dict(said)
    newest = {each["type"]: each for each in came}
    assert {event: {**real[event], "id": ""} for event in Event} == {e: {**newest[e], "id": ""} for e in Event}
