"""Secrets of one connection in two processes, with a CRM whose refresh tokens are good once (I4)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.sealing import seal
from queues.actions.crm.credentials import open_client
from queues.models import Connection
from queues.queries.crm.clients import secrets_of
from tests.crm.faults import Fault, FaultKind
from tests.crm.salesforce_client import credentials_of
from tests.crm.salesforce_double import SalesforceDouble
from tests.factories.crm import make_connection

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def double(settings) -> Iterator[SalesforceDouble]:
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    with SalesforceDouble(NOON) as double:
        yield double


@pytest.fixture
def connection(db, double: SalesforceDouble) -> Connection:
    secrets = seal(json.dumps(credentials_of(double, "refresh")))
    return make_connection(kind="salesforce", object_name="Lead", login_url=double.address, credentials=secrets)


def again(connection: Connection) -> Connection:
    """As another process reads it."""
    return Connection.objects.get(pk=connection.pk)


def test_what_one_process_renewed_the_other_uses(double: SalesforceDouble, connection: Connection):
    poller, writer = open_client(again(connection)), open_client(again(connection))
    poller.statuses()
    assert len(writer.statuses()) == 4
    double.revoke()
    writer.statuses()
    poller.statuses()
    assert double.count("/oauth2/token") == 2
    kept = secrets_of(again(connection))
    assert {kept["refresh_token"]} == double.tokens.refresh_tokens
    assert kept["refresh_token"] not in again(connection).credentials  # sealed


def test_a_renewed_token_does_not_replace_a_secret_that_was_typed_in_the_meantime(
    double: SalesforceDouble, connection: Connection
):
    poller = open_client(again(connection))
    typed = credentials_of(double, "refresh") | {"client_secret": "typed-just-now"}
    Connection.objects.update(credentials=seal(json.dumps(typed)))
    poller.statuses()
    assert double.count("/oauth2/token") == 1
    assert secrets_of(again(connection)) == typed


def test_a_renewed_token_is_kept_even_if_the_call_then_fails(double: SalesforceDouble, connection: Connection):
    double.next_faults = [Fault(FaultKind.CUT, on="/services/data")]
    with pytest.raises(CrmRefused) as problem:
        open_client(again(connection)).statuses()
    assert problem.value.reason is Reason.SILENT
    assert {secrets_of(again(connection))["refresh_token"]} == double.tokens.refresh_tokens
    assert len(open_client(again(connection)).statuses()) == 4
