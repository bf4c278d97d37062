"""A sign-in to Salesforce with a certificate, through the form in the browser (I4)."""

import json
from collections.abc import Iterator

import pytest

from config.sealing import unseal
from queues.models import Connection
from tests.crm.salesforce_client import credentials_of
from tests.crm.salesforce_double import ORG, SalesforceDouble
from tests.factories import MORNING
from tests.factories.crm import make_connection_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


@pytest.fixture
def salesforce(settings) -> Iterator[SalesforceDouble]:
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    with SalesforceDouble(MORNING) as double:
        yield double


@pytest.fixture
def draft() -> Connection:
    return make_connection_row("salesforce", state="draft", account_id="", credentials="", base_url="")


def typed(double: SalesforceDouble, **more: str) -> dict[str, str]:
    """As a browser sends a text of several lines."""
    known = credentials_of(double, "jwt")
    key = known["private_key"].replace("\n", "\r\n")
    app = {"client_id": known["client_id"], "username": known["username"], "private_key": key}
    return {**app, "login_at": "own", "own_domain": double.address, **more}


def sign_in(client, row: Connection, typed: dict[str, str]):
    return client.post(f"/connections/{row.pk}/sign-in/?way=key", typed)


def test_a_key_opens_the_account_and_is_not_shown_again(client, as_ops, draft, salesforce):
    answer = sign_in(client, draft, typed(salesforce))
    draft.refresh_from_db()
    assert (answer.status_code, draft.account_id) == (302, ORG)
    page = client.get(f"/connections/{draft.pk}/sign-in/?way=key").content.decode()
    assert ("PRIVATE KEY" in page, salesforce.tokens.username in page) == (False, True)


def test_an_audience_that_it_expects_is_typed_kept_and_taken_back(client, as_ops, draft, salesforce, page_text):
    salesforce.tokens.audiences = {"https://acme.example/customers"}
    refused = sign_in(client, draft, typed(salesforce))
    assert (refused.status_code, "audience is invalid" in page_text(refused)) == (422, True)
    assert "PRIVATE KEY" not in refused.content.decode().replace("“-----BEGIN”", "")
    assert sign_in(client, draft, typed(salesforce, audience="https://acme.example/customers")).status_code == 302
    draft.refresh_from_db()
    assert json.loads(unseal(draft.credentials))["audience"] == "https://acme.example/customers"
    page = client.get(f"/connections/{draft.pk}/sign-in/?way=key").content.decode()
    assert 'value="https://acme.example/customers"' in page
    salesforce.tokens.audiences = {salesforce.address}
    assert sign_in(client, draft, typed(salesforce, audience="")).status_code == 302


@pytest.mark.parametrize("audience", ["test.salesforce.com", "https://a b", "javascript:alert(1)"])
def test_what_is_no_audience_is_refused_before_anything_is_asked(
    client, as_ops, draft, salesforce, page_text, audience
):
    answer = sign_in(client, draft, typed(salesforce, audience=audience))
    says = "Write a whole address, such as https://test.salesforce.com"
    assert (answer.status_code, says in page_text(answer), salesforce.calls) == (422, True, [])
