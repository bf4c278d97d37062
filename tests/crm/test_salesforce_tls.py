"""Tokens and leads go over https, and never from there into clear text (I4)."""

import ssl
from datetime import UTC, datetime

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Place
from config.reach.crm.salesforce import SalesforceClient
from config.web.safe_fetch import Network
from tests.crm.certificate import certificate
from tests.crm.salesforce_client import Kept, credentials_of, place_of, session_of
from tests.crm.salesforce_double import SalesforceDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_a_connection_is_secured_with_a_certificate_that_is_checked(tmp_path):
    public, context = certificate(tmp_path)
    ours = ssl.create_default_context(cafile=str(public))
    trusting = Network(secure=lambda plain, host: ours.wrap_socket(plain, server_hostname=host))
    with SalesforceDouble(NOON, tls=context) as double:
        kept = Kept(credentials_of(double))
        client = SalesforceClient(session_of(double, kept, network=trusting), place_of(double), "Lead")
        assert len(client.statuses()) == 4
        stranger = SalesforceClient(session_of(double, kept), place_of(double), "Lead")
        with pytest.raises(CrmRefused) as problem:
            stranger.statuses()
        assert (problem.value.reason, problem.value.code) == (Reason.SILENT, "not_secure")


def test_a_token_that_came_over_https_is_not_sent_in_clear_text(tmp_path):
    public, context = certificate(tmp_path)
    ours = ssl.create_default_context(cafile=str(public))
    trusting = Network(secure=lambda plain, host: ours.wrap_socket(plain, server_hostname=host))
    with SalesforceDouble(NOON, tls=context) as double, SalesforceDouble(NOON) as plain:
        double.tokens.instance_url = plain.address
        kept = Kept(credentials_of(double))
        place = Place(base_url=plain.address, login_url=double.address)
        with pytest.raises(CrmRefused) as problem:
            SalesforceClient(session_of(double, kept, network=trusting), place, "Lead").statuses()
        assert (problem.value.code, plain.calls, kept.written) == ("not_secure", [], [])
