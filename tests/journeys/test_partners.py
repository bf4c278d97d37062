"""Leads go to a partner pool, as overflow or by hand, are downloaded or sent to its webhook, and come back (D8)."""

import hmac
import json
import re
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.contrib.messages import get_messages

from leads.actions.api.keys import make_key
from leads.models import Activity, Lead
from queues import tasks
from queues.actions.partners.delivering import send_deliveries
from queues.models import (
    CleanupRun,
    Entry,
    EntryRule,
    PartnerDelivery,
    PartnerLead,
    PartnerPool,
    Queue,
    ReviewItem,
)
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, make_ops, make_rep
from tests.factories.old_leads import held, old, on_desk
from tests.factories.outside import PUBLIC, Outside

pytestmark = pytest.mark.django_db
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
HOOK = "https://hook.example/leads"
OK, BUSY, GONE = (f"HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n".encode() for line in ("200 OK", "503 No", "410 Gone"))


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ops(clock, client):
    made = make_ops(first_name="Bima", last_name="Santoso")
    client.force_login(made)
    return made


@pytest.fixture
def pool(ops) -> PartnerPool:
    return PartnerPool.objects.create(name="Mitra", is_active=True)


@pytest.fixture
def small(pool) -> Queue:
    """Full above 1 lead, so the third goes to the partner."""
    queue = QueueFactory(
        name="Small", slug="small", when_full="partner", overflow_pool=pool, depth_limit=1, depth_lift=0
    )
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


@pytest.fixture
def send(client, ops):
    """Leads of these companies, one after the other, through the API."""
    key = make_key("Website", per_minute=100_000, by=ops, at=MORNING)[1]

    def call(*names: str) -> list[Lead]:
        for name in names:
            row = json.dumps({"email": f"a@{name}.co.id", "company_name": name, "score": 50})
            answer = client.post(
                "/api/leads", row, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
            )
            assert answer.status_code in (200, 201, 202)
        return [Lead.objects.get(company_name=name) for name in names]

    return call


def secret_of(client, pool: PartnerPool) -> str:
    answer = client.post(f"/partners/{pool.pk}/secret/")
    pool.refresh_from_db()
    return answer.context["secret"]


def act(client, what: str, *leads: Lead, **more):
    return client.post("/cleanup/act/", {"act": what, "leads": [lead.pk for lead in leads], **more})


def outside(answer: bytes | dict) -> Outside:
    return Outside({PUBLIC: answer}, hosts={"hook.example": [PUBLIC]})


def stage(lead: Lead) -> str:
    return Lead.objects.get(pk=lead.pk).stage


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_overflow_of_a_full_queue_goes_to_the_partner_and_comes_back_at_its_place(client, small, send, pool):
    first, second, third, fourth = send("satu", "dua", "tiga", "empat")
    assert [stage(lead) for lead in (first, second, third, fourth)] == ["waiting", "waiting", "partner", "partner"]
    assert PartnerLead.objects.filter(pool=pool, queue=small, by=None).count() == 2
    told = Activity.objects.get(lead=third, kind="partner").details
    assert (told["partner"], told["queue"], told["overflow"]) == ("Mitra", "Small", True)
    page = client.get("/cleanup/", {"tab": "partner"}).context["rows"]
    assert {(row.place, row.why) for row in page} == {("With Mitra", "Overflow of Small")}
    assert "leads go to the partner Mitra" in client.get("/queues/small/").content.decode()
    assert "With Mitra since" in client.get(f"/leads/{third.pk}/").content.decode()
    answer = act(client, "recall", third)
    assert (said(answer)[-1], stage(third)) == ("1 lead was called back.", "waiting")
    entry = Entry.objects.waiting().get(lead=third)
    assert (entry.queue, entry.since_at, entry.rule) == (small, MORNING, EntryRule.objects.get())
    assert said(act(client, "recall", third))[-1] == "1 had moved on already."


def test_a_pool_that_is_off_gets_nothing_and_the_leads_are_parked(small, send, pool):
    PartnerPool.objects.update(is_active=False)
    third = send("satu", "dua", "tiga")[-1]
    assert (stage(third), ReviewItem.objects.get(lead=third).parked_for) == ("review", small)


def test_a_lead_that_comes_again_is_ours_again(small, send, pool):
    third = send("satu", "dua", "tiga")[-1]
    Queue.objects.update(when_full="off")
    send("tiga")
    assert (stage(third), Entry.objects.waiting().filter(lead=third).count()) == ("waiting", 1)
    stay = PartnerLead.objects.get(lead=third)
    assert (stay.called_back_at, stay.called_back_by) == (MORNING, None)


def test_a_partner_is_told_that_a_lead_came_to_us_again(client, small, send, pool):
    PartnerPool.objects.update(address=HOOK)
    secret_of(client, pool)
    third = send("satu", "dua", "tiga")[-1]
    hook = outside(OK)
    send_deliveries(at=MORNING, network=hook.network)
    Queue.objects.update(when_full="off")
    send("tiga")
    send_deliveries(at=MORNING, network=hook.network)
    events = [json.loads(asked.partition(b"\r\n\r\n")[2])["event"] for asked in hook.asked]
    assert (stage(third), events) == ("waiting", ["lead.sent", "lead.called_back"])


def test_a_lead_that_goes_from_the_desk_into_the_overflow_comes_back_into_the_queue(client, small, send, ops):
    send("satu", "dua")
    lead = on_desk(1)
    client.post("/review/decide/", {"act": "ask", "items": [ReviewItem.objects.get(lead=lead).pk]})
    assert stage(lead) == "partner"
    act(client, "recall", lead)
    assert Entry.objects.waiting().get(lead=lead).queue == small


def test_by_hand_from_anywhere_and_undone(client, ops, pool):
    team = TeamFactory()
    queue, rep = QueueFactory(team=team), make_rep(team)
    kept_by, desk, waits = held(queue, rep), on_desk(), old(queue)
    leads = [kept_by, desk, waits]
    answer = act(client, "partner", *leads, pool=pool.pk)
    assert said(answer)[-1] == "3 leads were sent to Mitra."
    assert {stage(lead) for lead in leads} == {"partner"}
    assert Notification.objects.filter(user=rep, kind="taken_away").count() == 1
    assert Entry.objects.get(lead=waits).left_how == "partner"
    page = client.get(f"/leads/{waits.pk}/").content.decode()
    assert ("It never waited in a queue" in page, "Sent to the partner Mitra" in page) == (False, True)
    client.post(f"/cleanup/{CleanupRun.objects.get().pk}/undo/")
    assert [stage(lead) for lead in leads] == ["held", "review", "waiting"]
    assert Entry.objects.waiting().get(lead=waits).since_at == MORNING - 9 * DAY
    assert Assignment.objects.open().get(lead=kept_by).holder == rep


def test_all_that_is_parked_for_a_queue_is_sent_after_a_look(client, ops, pool, send):
    queue = QueueFactory(name="Full", slug="full", when_full="park", depth_limit=1, depth_lift=0)
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    leads = send("satu", "dua", "tiga", "empat")
    address = "/cleanup/act/?tab=parked&queue=full"
    ask = client.post(address, {"act": "partner", "pool": pool.pk, "all": "1"}).content.decode()
    assert "2 leads leave to Mitra, with names, e-mails, phones and messages." in ask
    client.post(address, {"act": "partner", "pool": pool.pk, "all": "1", "sure": "2"})
    assert [stage(lead) for lead in leads] == ["waiting", "waiting", "partner", "partner"]


@pytest.mark.parametrize(
    ("pool_of", "says"),
    [(lambda pool: "", "Choose the partner pool"), (lambda pool: pool.pk, "This partner pool is switched off.")],
)
def test_nothing_leaves_without_a_pool_that_is_on(client, ops, pool, pool_of, says):
    lead = old(QueueFactory())
    PartnerPool.objects.update(is_active=False)
    answer = act(client, "partner", lead, pool=pool_of(pool))
    assert (answer.status_code, stage(lead)) == (422, "waiting")
    assert says in " ".join(said(answer))


def test_the_webhook_gets_each_lead_once_signed(client, ops, pool):
    PartnerPool.objects.update(address=HOOK)
    secret = secret_of(client, pool)
    assert secret not in pool.secret
    assert secret not in client.get("/partners/").content.decode()
    lead = old(QueueFactory(), company_name="Maju", first_name="Dewi")
    act(client, "partner", lead, pool=pool.pk)
    hook = outside(OK)
    assert [send_deliveries(at=MORNING, network=hook.network) for _run in range(2)] == [1, 0]
    head, _blank, body = hook.asked[0].partition(b"\r\n\r\n")
    sent, delivery = json.loads(body), PartnerDelivery.objects.get()
    assert (sent["event"], sent["id"], sent["lead"]["first_name"]) == ("lead.sent", str(delivery.key), "Dewi")
    assert f"idempotency-key: {delivery.key}" in head.decode().lower()
    seconds, digest = re.search(r"t=(\d+),v1=([0-9a-f]{64})", head.decode()).groups()
    assert digest == hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    assert (delivery.state, delivery.attempts) == ("sent", 1)
    act(client, "recall", lead)
    send_deliveries(at=MORNING, network=hook.network)
    back = json.loads(hook.asked[1].partition(b"\r\n\r\n")[2])
    assert (back["event"], back["lead"]) == ("lead.called_back", {"id": lead.pk})


def test_a_busy_webhook_is_tried_again_with_growing_gaps_and_then_sent_by_hand(client, ops, pool):
    PartnerPool.objects.update(address=HOOK)
    secret_of(client, pool)
    act(client, "partner", old(QueueFactory()), pool=pool.pk)
    hook, tries, at = outside(BUSY), [], MORNING
    for _minute in range(26 * 60):
        before = len(hook.asked)
        if PartnerDelivery.objects.filter(next_at__lte=at).exists():
            send_deliveries(at=at, network=hook.network)
        tries += [int((at - MORNING) / MINUTE)] if len(hook.asked) > before else []
        at += MINUTE
    assert tries == [0, 1, 6, 36, 156, 516, 936, 1440]
    assert PartnerDelivery.objects.get().state == "failed"
    assert "1 message did not reach a partner." in client.get("/flow/").content.decode()
    assert "The host did not take it." in client.get("/partners/").content.decode()
    answer = client.post(f"/partners/{pool.pk}/send-again/")
    assert said(answer)[-1] == "1 message is sent again within a minute."
    assert send_deliveries(at=MORNING + 30 * DAY, network=outside(OK).network) == 1


@pytest.mark.parametrize(
    ("hosts", "answer", "state"),
    [
        ({"hook.example": ["10.0.0.7"]}, OK, "failed"),
        ({"hook.example": [PUBLIC]}, GONE, "failed"),
        ({"hook.example": [PUBLIC]}, b"", "unsure"),
        ({}, OK, "waiting"),
    ],
)
def test_what_a_host_answers(client, ops, pool, hosts, answer, state):
    PartnerPool.objects.update(address=HOOK)
    secret_of(client, pool)
    act(client, "partner", old(QueueFactory()), pool=pool.pk)
    send_deliveries(at=MORNING, network=Outside({PUBLIC: answer, "10.0.0.7": answer}, hosts=hosts).network)
    assert PartnerDelivery.objects.get().state == state


def test_a_process_that_died_sends_nothing_twice(client, ops, pool):
    PartnerPool.objects.update(address=HOOK)
    secret_of(client, pool)
    act(client, "partner", old(QueueFactory()), pool=pool.pk)
    PartnerDelivery.objects.update(state="sending", leased_until=MORNING - MINUTE, next_at=None)
    hook = outside(OK)
    assert (send_deliveries(at=MORNING, network=hook.network), hook.asked) == (0, [])
    assert PartnerDelivery.objects.get().state == "unsure"


def test_what_never_left_is_not_called_back_at_the_partner(client, ops, pool):
    PartnerPool.objects.update(address=HOOK)
    secret_of(client, pool)
    lead = old(QueueFactory())
    act(client, "partner", lead, pool=pool.pk)
    act(client, "recall", lead)
    assert (PartnerDelivery.objects.count(), tasks.send_to_partners()) == (0, 0)
