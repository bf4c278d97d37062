"""The double of HubSpot refuses what HubSpot refuses, and keeps from searches what HubSpot keeps from them (I4)."""

import http.client
import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.crm.hubspot_double import HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CONTACTS = "/crm/objects/2026-03/contacts"
FILTER = {"propertyName": "hs_object_id", "operator": "GT", "value": "0"}
WHOLE = {
    "filterGroups": [{"filters": [FILTER]}],
    "sorts": ["hs_object_id"],
    "properties": ["email"],
    "limit": 200,
    "after": "0",
}


def ask(hubspot: HubSpotDouble, path: str, method: str = "GET", body: object = None, token: str | None = None) -> tuple:
    line = http.client.HTTPConnection(hubspot.address.removeprefix("http://"), timeout=5)
    bearer = {"Authorization": f"Bearer {hubspot.token if token is None else token}"}
    line.request(method, path, json.dumps(body) if body is not None else None, bearer)
    reply = line.getresponse()
    return reply.status, json.loads(reply.read() or "null")


def search(hubspot: HubSpotDouble, **changed: object) -> tuple:
    return ask(hubspot, f"{CONTACTS}/search", "POST", {**WHOLE, **changed})


@pytest.mark.parametrize("needed", [*WHOLE])
def test_a_search_needs_all_its_keys(hubspot: HubSpotDouble, needed: str):
    status, said = ask(hubspot, f"{CONTACTS}/search", "POST", {name: WHOLE[name] for name in WHOLE if name != needed})
    assert (status, said["category"], needed in said["message"]) == (400, "VALIDATION_ERROR", True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"filterGroups": [{"filters": [{**FILTER, "operator": "NEWER"}]}]}, "operator"),
        ({"filterGroups": [{"filters": [{**FILTER, "value": 0}]}]}, "value"),
        ({"filterGroups": [{"filters": [{**FILTER, "propertyName": "shoe_size"}]}]}, "problem"),
        ({"filterGroups": [{"filters": [FILTER]}] * 7}, "filters"),
        ({"sorts": ["shoe_size"]}, "problem"),
        ({"sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]}, "sorts"),
        ({"limit": 201}, "limit"),
        ({"limit": "200"}, "limit"),
        ({"after": 0}, "after"),
        ({"after": "9801"}, "10000"),
        ({"properties": ["a_long_name"] * 300}, "3000"),
    ],
)
def test_a_search_that_is_not_right_is_refused(hubspot: HubSpotDouble, changed: dict, words: str):
    hubspot.add(by="1", email="dewi@acme.example")
    assert search(hubspot)[1]["total"] == 1
    status, said = search(hubspot, **changed)
    assert (status, words in said["message"]) == (400, True)


def test_pages_end_at_ten_thousand_hits(hubspot: HubSpotDouble):
    for number in range(10_050):
        hubspot.add(by="1", email=f"{number}@acme.example")
    status, said = search(hubspot, after="9800")
    assert (status, said["total"], len(said["results"]), said["paging"]["next"]["after"]) == (200, 10_050, 200, "10000")
    assert search(hubspot, after="10000")[0] == 400


def test_searches_hide_what_was_deleted_merged_or_forgotten(hubspot: HubSpotDouble):
    ids = [hubspot.add(by="1", email=f"{number}@acme.example") for number in range(5)]
    hubspot.delete(ids[0], by="1")
    hubspot.merge(ids[1], into=ids[2], by="1")
    hubspot.forget(ids[3])
    winner = hubspot.rows[ids[1]].merged_into
    assert [row["id"] for row in search(hubspot)[1]["results"]] == [ids[4], winner]
    archived = ask(hubspot, f"{CONTACTS}?archived=true&limit=100")[1]["results"]
    assert [(row["id"], row["archived"], "archivedAt" in row) for row in archived] == [(ids[0], True, True)]
    assert [ask(hubspot, f"{CONTACTS}/{each}")[0] for each in ids] == [404, 200, 200, 404, 200]
    assert {ask(hubspot, f"{CONTACTS}/{each}")[1]["id"] for each in ids[1:3]} == {winner}


def test_a_merge_of_a_merge_remembers_all(hubspot: HubSpotDouble):
    ids = [hubspot.add(by="1", email=f"{number}@acme.example") for number in range(3)]
    hubspot.merge(ids[1], into=ids[0], by="1")
    first = hubspot.rows[ids[0]].merged_into
    hubspot.merge(ids[2], into=first, by="1")
    asked = f"{CONTACTS}/{ids[1]}?properties=hs_merged_object_ids,email"
    said = ask(hubspot, asked)[1]["properties"]
    assert said == {"hs_merged_object_ids": ";".join([*ids[:2], first, ids[2]]), "email": "0@acme.example"}


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"numemployees": 3}, None),
        ({"shoe_size": "44"}, "PROPERTY_DOESNT_EXIST"),
        ({"hs_object_id": "1"}, "READ_ONLY_VALUE"),
        ({"hubspot_owner_id": "40001"}, "INVALID_OWNER_ID"),
        ({"hs_lead_status": "open"}, "INVALID_OPTION"),
    ],
)
def test_a_write_that_is_not_right_changes_nothing(hubspot: HubSpotDouble, properties: dict, code: str | None):
    contact = hubspot.add(by="1", email="dewi@acme.example")
    body = {"properties": {"email": "other@acme.example", **properties}}
    status, said = ask(hubspot, f"{CONTACTS}/{contact}", "PATCH", body)
    assert (status, said["category"], [each["code"] for each in said.get("errors", [])]) == (
        400,
        "VALIDATION_ERROR",
        [code] if code else [],
    )
    assert hubspot.rows[contact].values == {"email": "dewi@acme.example"}


@pytest.mark.parametrize(
    "body", [{"inputs": []}, {"inputs": [{"id": "1"}] * 101, "properties": [], "propertiesWithHistory": []}]
)
def test_a_batch_that_is_not_right_is_refused(hubspot: HubSpotDouble, body: dict):
    assert ask(hubspot, f"{CONTACTS}/batch/read", "POST", body)[0] == 400


def test_nothing_is_said_without_a_token_that_counts(hubspot: HubSpotDouble):
    for token in ("", "other"):
        assert ask(hubspot, CONTACTS, token=token)[1]["category"] == "INVALID_AUTHENTICATION"
    hubspot.access_tokens = {"mine": NOON + timedelta(minutes=30)}
    assert ask(hubspot, CONTACTS, token="mine")[0] == 200
    hubspot.now += timedelta(minutes=30)
    assert ask(hubspot, CONTACTS, token="mine")[1]["category"] == "EXPIRED_AUTHENTICATION"


def test_lists_are_at_most_a_hundred_long(hubspot: HubSpotDouble):
    assert ask(hubspot, f"{CONTACTS}?limit=101")[0] == 400
    assert ask(hubspot, "/crm/objects/v3/contacts")[0] == 404
