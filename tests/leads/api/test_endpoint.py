"""The REST endpoint through HTTP: who may come in, what is refused and how, and once is once."""

import json

import pytest
from django.utils import timezone

from leads.actions.api import intake
from leads.actions.api.keys import make_key, revoke_key
from leads.actions.merging import merge_leads
from leads.models import ApiKey, Capture, Lead
from queues.models import EntryRule
from tests.factories import MORNING, QueueFactory, make_lead, make_ops

pytestmark = pytest.mark.django_db


def rule_into(queue) -> None:
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)


def test_the_answer_for_a_new_lead_says_where_it_is(send):
    rule_into(QueueFactory(name="Hot inbound"))
    status, answer = send("leads", {"email": "Dewi@Example.com", "company_name": "Maju Jaya", "score": 90})
    lead = Lead.objects.get()
    assert (status, answer) == (
        201,
        {
            "id": lead.pk,
            "state": "made",
            "stage": "waiting",
            "where": {"kind": "queue", "queue": "Hot inbound"},
            "problems": [],
            "kept_as_extra": [],
        },
    )
    assert (lead.email, lead.score, lead.channel) == ("dewi@example.com", 90, "api")


def test_the_answer_for_a_lead_without_a_rule_names_the_review_desk(send):
    status, answer = send("leads", {"email": "dewi@example.com"})
    assert (status, answer["where"]) == (201, {"kind": "review", "reasons": ["no_rule"]})


def test_a_known_lead_is_joined(send):
    first = send("leads", {"email": "dewi@example.com"})[1]
    status, answer = send("leads", {"email": "DEWI@example.com", "phone": "+62 812 3456 7890"})
    assert (status, answer["state"], answer["id"]) == (200, "joined", first["id"])
    assert Lead.objects.get().phone == "+6281234567890"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        (b"\xff\xfe", 400),
        ('{"score": NaN}', 400),
        ("[" * 50_000, 400),
        ("[]", 422),
        ("", 422),
        ("null", 422),
        ('"text"', 422),
        ({"email": "a@example.com", "x": "y" * 256 * 1024}, 413),
    ],
)
def test_a_body_that_is_no_lead_is_refused(send, body, status):
    answer = send("leads", body)
    assert (answer[0], sorted(answer[1])) == (status, ["detail", "errors"])
    assert Lead.objects.count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong.key"},
        {"Authorization": "Basic abc"},
        {"X-API-Key": "wrong"},
        {"X-API-Key": ""},
    ],
)
def test_without_a_valid_key_nobody_comes_in(client, headers):
    response = client.post("/api/leads", "{}", content_type="application/json", headers=headers)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert Capture.objects.count() == 0


def test_a_key_may_come_in_a_header_of_its_own(client, key):
    body = json.dumps({"external_id": "A-1"})
    response = client.post("/api/leads", body, content_type="application/json", headers={"X-API-Key": key})
    assert (response.status_code, Lead.objects.get().external_id) == (201, "A-1")


def test_a_revoked_key_and_a_changed_one_are_refused(send, client, key):
    wrong = client.get("/api/leads/1", headers={"Authorization": f"Bearer {key[:-1]}{'a' if key[-1] != 'a' else 'b'}"})
    revoke_key(ApiKey.objects.get(), by=make_ops(), at=timezone.now())
    assert (wrong.status_code, send("leads", {"external_id": "A-1"})[0]) == (401, 401)


def test_calls_over_the_limit_of_a_minute_must_wait(client, time_machine):
    time_machine.move_to(MORNING.replace(second=20), tick=False)
    secret = make_key("Slow", per_minute=2, by=None, at=MORNING)[1]
    headers = {"X-API-Key": secret}
    answers = [client.get("/api/leads/1", headers=headers) for _call in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]
    assert answers[2]["Retry-After"] == "40"
    time_machine.move_to(MORNING.replace(minute=43), tick=False)
    assert client.get("/api/leads/1", headers=headers).status_code == 404


def test_the_same_idempotency_key_gives_the_same_answer_once(send):
    first = send("leads", {"external_id": "A-1"}, **{"Idempotency-Key": "one"})
    Lead.objects.update(stage="nurture")
    assert send("leads", {"external_id": "A-1"}, **{"Idempotency-Key": "one"}) == first
    assert (Lead.objects.count(), Capture.objects.count()) == (1, 1)


def test_an_idempotency_key_with_another_body_is_refused(send):
    send("leads", {"external_id": "A-1"}, **{"Idempotency-Key": "one"})
    status, answer = send("leads", {"external_id": "A-2"}, **{"Idempotency-Key": "one"})
    assert (status, [problem["field"] for problem in answer["errors"]]) == (422, ["Idempotency-Key"])
    assert Lead.objects.get().external_id == "A-1"


def test_an_idempotency_key_belongs_to_its_api_key(send, client):
    send("leads", {"external_id": "A-1"}, **{"Idempotency-Key": "one"})
    other = make_key("Other", per_minute=10, by=None, at=MORNING)[1]
    response = client.post(
        "/api/leads",
        json.dumps({"external_id": "A-2"}),
        content_type="application/json",
        headers={"X-API-Key": other, "Idempotency-Key": "one"},
    )
    assert (response.status_code, Lead.objects.count()) == (201, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_call_settles_what_the_first_stored_before_its_process_died(send, monkeypatch, count):
    leads = [{"external_id": f"A-{n}", "name": f"Dewi {n}"} for n in range(count)]
    body, path = (leads[0], "leads") if count == 1 else ({"leads": leads}, "leads/batch")
    monkeypatch.setattr(intake, "_settled", lambda *_rows, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(path, body, **{"Idempotency-Key": "one"})
    monkeypatch.undo()
    assert set(Capture.objects.values_list("state", flat=True)) == {"received"}
    first = send(path, body, **{"Idempotency-Key": "one"})
    assert (first[0], Lead.objects.count()) == (201 if count == 1 else 200, count)
    assert send(path, body, **{"Idempotency-Key": "one"}) == first
    assert (Lead.objects.count(), Capture.objects.count()) == (count, count)


def test_an_answer_that_was_never_given_is_given_later(send):
    first = send("leads", {"external_id": "A-1"}, **{"Idempotency-Key": "one"})
    Capture.objects.update(answer=None)
    assert send("leads", {"external_id": "A-1"}, **{"Idempotency-Key": "one"}) == first


@pytest.mark.parametrize("name", ["", "with space", "x" * 101, "émile"])
def test_an_idempotency_key_that_could_not_be_kept_is_refused(send, name):
    status, answer = send("leads", {"external_id": "A-1"}, **{"Idempotency-Key": name})
    assert (status, answer["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("leads", "refused"), [([], 422), ([{"external_id": "A-1"}] * 101, 413), ({}, 422), (None, 422), ("text", 422)]
)
def test_a_batch_holds_one_to_a_hundred(send, leads, refused):
    status, answer = send("leads/batch", {"leads": leads})
    assert (status, answer["errors"][0]["field"], Capture.objects.count()) == (refused, "leads", 0)


def test_a_batch_of_a_hundred_goes_in(send):
    status, answer = send("leads/batch", {"leads": [{"external_id": f"A-{n}"} for n in range(100)]})
    assert (status, {result["state"] for result in answer["results"]}) == (200, {"made"})


def test_a_lead_is_seen_by_the_key_that_sent_it_only(send, client, key):
    mine = send("leads", {"external_id": "A-1"})[1]["id"]
    other = make_key("Other", per_minute=10, by=None, at=MORNING)[1]
    seen = client.get(f"/api/leads/{mine}", headers={"X-API-Key": key})
    assert seen.json() == {"id": mine, "stage": "review", "where": {"kind": "review", "reasons": ["no_rule"]}}
    assert client.get(f"/api/leads/{mine}", headers={"X-API-Key": other}).status_code == 404
    assert client.get(f"/api/leads/{10**30}", headers={"X-API-Key": key}).status_code == 404


def test_the_key_itself_is_kept_nowhere(key):
    row = ApiKey.objects.get()
    assert key.startswith(row.prefix) and key not in (row.key_hash, row.prefix)
    assert len(row.key_hash) == 64


def test_a_merged_lead_says_where_it_lives_on(send, client, key):
    mine, kept = send("leads", {"external_id": "A-1"})[1]["id"], make_lead(company_name="Maju Jaya")
    merge_leads(Lead.objects.get(pk=mine), kept, picks={}, by=None, at=MORNING)
    seen = client.get(f"/api/leads/{mine}", headers={"X-API-Key": key}).json()
    assert seen == {"id": mine, "stage": "merged", "where": {"kind": "merged", "lead": kept.pk}}
    lives_on = client.get(f"/api/leads/{kept.pk}", headers={"X-API-Key": key}).json()
    assert lives_on == {"id": kept.pk, "where": {"kind": "known"}}
    stranger = make_key("Other", per_minute=9, by=None, at=MORNING)[1]
    headers = {"X-API-Key": stranger}
    assert [client.get(f"/api/leads/{pk}", headers=headers).status_code for pk in (mine, kept.pk)] == [404, 404]
