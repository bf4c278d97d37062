"""What the API says is what its description says, and nothing about leads that others brought (A1b, C9)."""

import json
from collections.abc import Mapping

import pytest
from django.test import Client

from leads.actions.api.keys import make_key, revoke_key
from leads.actions.intake.capture import capture_lead
from leads.api.endpoint import api
from leads.models import ApiKey, Capture, Lead
from leads.urls import API_CALLS
from queues.models import EntryRule
from tests.factories import MORNING, QueueFactory

pytestmark = pytest.mark.django_db
TYPES = {"string": str, "integer": int, "array": list, "object": dict, "null": type(None), "number": (int, float)}


@pytest.fixture
def described() -> dict:
    return Client().get("/api/openapi.json").json()


def key(per_minute: int = 1000) -> str:
    return make_key("Website", per_minute=per_minute, by=None, at=MORNING)[1]


def call(path: str, body: object = None, *, secret: str, **headers: str) -> tuple[int, dict]:
    headers = {"X-API-Key": secret, **headers}
    if body is None:
        answer = Client().get(f"/api/{path}", headers=headers)
    else:
        text = body if isinstance(body, str) else json.dumps(body)
        answer = Client().post(f"/api/{path}", text, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def wrong(value: object, schema: Mapping, described: Mapping, where: str = "$") -> list[str]:
    """Everything in which a value is not what a schema says; a field that is not described is wrong too."""
    if "$ref" in schema:
        return wrong(value, described["components"]["schemas"][schema["$ref"].rpartition("/")[2]], described, where)
    if "anyOf" in schema:
        found = [wrong(value, each, described, where) for each in schema["anyOf"]]
        return [] if [] in found else min(found, key=len)
    if not isinstance(value, TYPES[schema["type"]]) or isinstance(value, bool):
        return [f"{where}: {value!r} is no {schema['type']}"]
    if isinstance(value, list):
        places = [(f"{where}[{n}]", each) for n, each in enumerate(value)]
        return [problem for place, each in places for problem in wrong(each, schema["items"], described, place)]
    if not isinstance(value, dict):
        return []
    fields = schema["properties"]
    odd = [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    odd += [f"{where}: {name} is not described" for name in value if name not in fields]
    inner = [wrong(value[name], fields[name], described, f"{where}.{name}") for name in value if name in fields]
    return odd + [problem for each in inner for problem in each]


def problems_of(described: Mapping, path: str, method: str, status: int, answer: object) -> list[str]:
    responses = described["paths"][f"/api/{path}"][method]["responses"]
    if str(status) not in responses:
        return [f"{status} is not described"]
    return wrong(answer, responses[str(status)]["content"]["application/json"]["schema"], described)


LEAD = {"email": "dewi@maju.co.id", "message": "x"}
NOTHING_WRONG = {"problems": [], "kept_as_extra": []}
POSTS = {
    "made": ("leads", LEAD, 201),
    "flawed": ("leads", {"external_id": "A-1", "email": "nobody"}, 201),
    "nobody": ("leads", {"city": "Bogor"}, 201),
    "nothing": ("leads", {}, 422),
    "other names": ("leads", {"Email Address": "nobody", "favourite_colour": "blue"}, 201),
    "a wrong type": ("leads", {"email": ["a", {}], "score": True}, 201),
    "a list": ("leads", [LEAD], 422),
    "no JSON": ("leads", "{", 400),
    "too large": ("leads", {"x": "y" * 300_000}, 413),
    "a batch": ("leads/batch", {"leads": [LEAD, LEAD, {"email": 5}, {"city": "Bogor"}, "text"]}, 200),
    "too many": ("leads/batch", {"leads": [LEAD] * 101}, 413),
    "no batch": ("leads/batch", {"leads": []}, 422),
}


@pytest.mark.parametrize("what", POSTS)
def test_each_answer_to_a_post_is_as_described(described, what):
    path, body, expected = POSTS[what]
    status, answer = call(path, body, secret=key())
    assert (status, problems_of(described, path, "post", status, answer)) == (expected, [])


TWO = {"leads": [LEAD, {"external_id": "A-2"}]}


@pytest.mark.parametrize(("path", "body"), [("leads", LEAD), ("leads/batch", TWO)])
def test_each_answer_to_a_key_is_as_described(described, path, body, time_machine):
    time_machine.move_to(MORNING, tick=False)
    secret = key(per_minute=4)
    answers = [call(path, body, secret="wrong"), call(path, body, secret=secret, **{"Idempotency-Key": "one"})]
    Capture.objects.update(state="received", answer=None)
    answers.append(call(path, body, secret=secret, **{"Idempotency-Key": "one"}))
    answers.append(call(path, {"leads": [{"city": "x"}]}, secret=secret, **{"Idempotency-Key": "one"}))
    answers += [call(path, body, secret=secret) for _more in range(2)]
    revoke_key(ApiKey.objects.get(), by=None, at=MORNING)
    answers.append(call(path, body, secret=secret))
    made = 201 if path == "leads" else 200
    assert [status for status, _answer in answers] == [401, made, 200, 422, 200, 429, 401]
    assert [problems_of(described, path, "post", *answer) for answer in answers] == [[]] * len(answers)


def test_each_answer_about_a_lead_is_as_described(described, time_machine):
    time_machine.move_to(MORNING, tick=False)
    secret = key(per_minute=4)
    mine = call("leads", LEAD, secret=secret)[1]["id"]
    answers = [call(f"leads/{which}", secret=secret) for which in (mine, 10**9, "abc", mine)]
    answers.append(call(f"leads/{mine}", secret="wrong"))
    assert [status for status, _answer in answers] == [200, 404, 422, 429, 401]
    assert [problems_of(described, "leads/{lead_id}", "get", *answer) for answer in answers] == [[]] * 5


def test_the_description_tells_the_limits_of_a_batch(described):
    leads = described["components"]["schemas"]["BatchIn"]["properties"]["leads"]
    assert (leads["minItems"], leads["maxItems"], leads["items"]) == (1, 100, {"$ref": "#/components/schemas/LeadIn"})
    assert leads["items"]["$ref"].rpartition("/")[2] in described["components"]["schemas"]


def test_a_key_learns_nothing_about_leads_that_others_made():
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=QueueFactory(name="Secret"))
    lead = capture_lead(LEAD, channel="csv", at=MORNING).lead
    mine, theirs = key(), key()
    call("leads", {"email": "other@maju.co.id"}, secret=theirs)
    batch = {"leads": [LEAD, {"email": "new@maju.co.id"}, {"email": "other@maju.co.id"}]}
    known, new, other = call("leads/batch", batch, secret=mine)[1]["results"]
    assert known == {"index": 0, "id": lead.pk, "state": "joined", "where": {"kind": "known"}, **NOTHING_WRONG}
    assert (new["state"], new["stage"], new["where"]) == ("made", "waiting", {"kind": "queue", "queue": "Secret"})
    assert (other["where"], "stage" in other) == ({"kind": "known"}, False)
    Lead.objects.update(stage="lost")
    assert call(f"leads/{lead.pk}", secret=mine) == (200, {"id": lead.pk, "where": {"kind": "known"}})
    assert call(f"leads/{new['id']}", secret=mine)[1]["stage"] == "lost"
    assert call("leads", LEAD, secret=mine)[1]["where"] == {"kind": "known"}


def test_the_key_that_made_a_lead_learns_where_it_is_when_it_comes_back():
    secret = key()
    first = call("leads", LEAD, secret=secret)[1]
    again = call("leads", LEAD, secret=secret)[1]
    assert (again["state"], again["stage"], again["where"]) == ("joined", first["stage"], first["where"])


def test_the_addresses_written_down_are_those_of_the_framework():
    """They are known without loading it; see leads/urls.py."""
    assert {(each.name, str(each.pattern)) for each in API_CALLS} == {
        (each.name, str(each.pattern)) for each in api.urls[0]
    }
