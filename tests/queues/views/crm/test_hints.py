"""HubSpot says that something changed: a signed call moves the next question forward, and no more (I4)."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client

from config.sealing import seal
from queues.models import Connection
from tests.factories import MORNING
from tests.factories.crm import make_connection_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
SECRET = "app-secret-1"
BODY = json.dumps([{"subscriptionType": "contact.propertyChange", "objectId": 1, "portalId": 8675309}])
LATER = MORNING + timedelta(minutes=5)
SOON = MORNING + timedelta(seconds=35)


@pytest.fixture
def connection() -> Connection:
    sealed = seal(json.dumps({"way": "refresh", "client_id": "app-1", "client_secret": SECRET}))
    return make_connection_row(credentials=sealed, next_poll_at=LATER)


def call(connection: Connection, *, body: str = BODY, secret: str = SECRET, age: float = 0, signs: str = ""):
    """As HubSpot calls: from outside, with no cookie."""
    path = f"/connections/{connection.pk}/hint/"
    stamp = str(int((MORNING.timestamp() - age) * 1000))
    whole = f"POST{signs or f'http://testserver{path}'}{BODY}{stamp}"
    signature = base64.b64encode(hmac.new(secret.encode(), whole.encode(), hashlib.sha256).digest()).decode()
    headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
    outside = Client(enforce_csrf_checks=True)
    return outside.post(path, body, content_type="application/json", headers=headers)


def next_poll(connection: Connection):
    connection.refresh_from_db()
    return connection.next_poll_at


def test_a_signed_call_brings_the_next_question_forward(connection):
    assert call(connection).status_code == 204
    assert next_poll(connection) == SOON


def test_many_calls_do_not_put_it_off(connection, time_machine):
    call(connection)
    time_machine.move_to(MORNING + timedelta(seconds=20), tick=False)
    assert call(connection).status_code == 204
    assert next_poll(connection) == SOON


def test_one_that_is_due_sooner_stays(connection):
    Connection.objects.update(next_poll_at=MORNING)
    assert (call(connection).status_code, next_poll(connection)) == (204, MORNING)


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "other"}, {"body": "[]"}, {"age": 301}, {"age": -301}, {"signs": "http://testserver/connections/"}],
)
def test_what_is_not_signed_right_finds_nothing_and_changes_nothing(connection, wrong: dict):
    assert (call(connection, **wrong).status_code, next_poll(connection)) == (404, LATER)


@pytest.mark.parametrize("stamp", ["9" * 400, "9" * 5000, "-1", "１２３", ""])
def test_a_time_that_is_none_finds_nothing(connection, stamp: str):
    headers = {"X-HubSpot-Signature-v3": "x", "X-HubSpot-Request-Timestamp": stamp}
    path = f"/connections/{connection.pk}/hint/"
    assert Client().post(path, BODY, content_type="application/json", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "stands",
    [
        {"kind": "salesforce"},
        {"credentials": seal(json.dumps({"way": "token", "token": "pat-1"}))},
        {"credentials": "sealed with another key"},
        {"credentials": ""},
    ],
)
def test_a_connection_without_a_client_secret_of_hubspot_is_not_there(connection, stands: dict):
    Connection.objects.update(**stands)
    assert (call(connection, secret="" if stands.get("credentials") == "" else SECRET).status_code) == 404
    assert next_poll(connection) == LATER


@pytest.mark.parametrize(
    "stands",
    [
        {"state": "off"},
        {"state": "draft"},
        {"state": "broken"},
        {"state": "paused", "paused_until": LATER},
        {"takes_in": False},
    ],
)
def test_a_connection_that_takes_nothing_in_is_left_alone(connection, stands: dict):
    Connection.objects.update(**stands)
    assert (call(connection).status_code, next_poll(connection)) == (204, LATER)


def test_nobody_looks_at_it(connection, client, as_ops):
    assert client.get(f"/connections/{connection.pk}/hint/").status_code == 405
    assert call(Connection(pk=connection.pk + 1)).status_code == 404


def test_the_address_may_be_the_one_that_proxies_know(connection, settings):
    settings.SITE_URL = "https://leads.example.com"
    assert call(connection, signs=f"https://leads.example.com/connections/{connection.pk}/hint/").status_code == 204


def test_a_body_that_no_hint_has_is_not_read(connection):
    assert (call(connection, body="x" * 3_000_000).status_code, next_poll(connection)) == (404, LATER)


def test_a_form_in_parts_is_no_call(connection):
    headers = {"X-HubSpot-Signature-v3": "any", "X-HubSpot-Request-Timestamp": str(int(MORNING.timestamp() * 1000))}
    answer = Client(enforce_csrf_checks=True).post(f"/connections/{connection.pk}/hint/", {"a": "1"}, headers=headers)
    assert (answer.status_code, next_poll(connection)) == (404, LATER)
