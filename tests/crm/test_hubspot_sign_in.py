"""Signing in to HubSpot, and hints that HubSpot sends (I4)."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.hubspot import HubSpotClient, scopes_for, sign_in, sign_in_address, verify_hint
from tests.crm.hubspot_client import open_session, place
from tests.crm.hubspot_double import HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
BACK = "https://alur.example/connections/hubspot/back/"


class TestSignIn:
    def test_the_page_asks_for_what_alur_needs_and_gives_the_state_back(self):
        address = urlsplit(sign_in_address(client_id="app-1", redirect_uri=BACK, state="s?&1", object_name="leads"))
        assert f"{address.scheme}://{address.netloc}{address.path}" == "https://app.hubspot.com/oauth/authorize"
        assert parse_qs(address.query) == {
            "client_id": ["app-1"],
            "redirect_uri": [BACK],
            "state": ["s?&1"],
            "scope": [
                "oauth crm.objects.contacts.read crm.objects.leads.read crm.objects.leads.write crm.objects.owners.read"
            ],
        }

    def test_contacts_need_no_right_to_lead_objects(self):
        contacts = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.owners.read"]
        assert scopes_for("contacts") == contacts

    def test_the_code_becomes_tokens_that_are_kept(self, hubspot: HubSpotDouble):
        session = open_session(hubspot, client_id=hubspot.client_id, client_secret=hubspot.client_secret)
        sign_in(session, place(hubspot), code=hubspot.sign_in(BACK), redirect_uri=BACK)
        assert session.kept == [session.credentials]
        assert HubSpotClient(session, place(hubspot), "contacts").account().id == "8675309"
        assert len(session.kept) == 1

    @pytest.mark.parametrize("what", ["code", "redirect_uri", "client_secret"])
    def test_what_does_not_fit_is_refused_and_nothing_is_kept(self, hubspot: HubSpotDouble, what: str):
        given = {"code": hubspot.sign_in(BACK), "redirect_uri": BACK, "client_secret": hubspot.client_secret} | {
            what: "x"
        }
        session = open_session(hubspot, client_id=hubspot.client_id, client_secret=given.pop("client_secret"))
        with pytest.raises(CrmRefused) as refused:
            sign_in(session, place(hubspot), **given)
        assert (refused.value.reason, session.kept) == (Reason.SIGN_IN, [])

    def test_a_code_is_good_once(self, hubspot: HubSpotDouble):
        session = open_session(hubspot, client_id=hubspot.client_id, client_secret=hubspot.client_secret)
        code = hubspot.sign_in(BACK)
        sign_in(session, place(hubspot), code=code, redirect_uri=BACK)
        with pytest.raises(CrmRefused):
            sign_in(session, place(hubspot), code=code, redirect_uri=BACK)
        assert len(session.kept) == 1


class TestHints:
    SECRET, URI, BODY = "app-secret-1", "https://alur.example/hooks/hubspot/7/?a=b", b'[{"objectId": 1}]'
    STAMP = str(int(NOON.timestamp() * 1000))

    def signed(self, uri: str = URI, body: bytes = BODY, stamp: str = STAMP, secret: str = SECRET) -> str:
        whole = b"POST" + uri.encode() + body + stamp.encode()
        return base64.b64encode(hmac.new(secret.encode(), whole, hashlib.sha256).digest()).decode()

    def fits(self, signature: str, *, uri: str = URI, body: bytes = BODY, stamp: str = STAMP, age: float = 0) -> bool:
        return verify_hint(self.SECRET, "POST", uri, body, stamp, signature, NOON.timestamp() + age)

    @pytest.mark.parametrize(("age", "fits"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)])
    def test_one_that_is_signed_counts_for_five_minutes(self, age: float, fits: bool):
        assert self.fits(self.signed(), age=age) is fits

    def test_whatever_is_changed_breaks_it(self):
        assert self.fits(self.signed(secret="other")) is False
        assert self.fits(self.signed(), body=self.BODY + b" ") is False
        assert self.fits(self.signed(), uri=self.URI.replace("7", "8")) is False
        assert self.fits(self.signed(), stamp=str(int(self.STAMP) + 1)) is False
        assert (
            verify_hint(self.SECRET, "GET", self.URI, self.BODY, self.STAMP, self.signed(), NOON.timestamp()) is False
        )

    @pytest.mark.parametrize(("stamp", "signature"), [("", "x"), ("soon", "x"), ("١", "x"), (STAMP, ""), (STAMP, "é")])
    def test_odd_headers_are_refused(self, stamp: str, signature: str):
        assert self.fits(signature, stamp=stamp) is False

    def test_without_a_secret_nothing_fits(self):
        signature = self.signed(secret="")
        assert verify_hint("", "POST", self.URI, self.BODY, self.STAMP, signature, NOON.timestamp()) is False

    def test_an_address_is_signed_with_some_signs_unescaped(self):
        assert self.fits(self.signed("https://alur.example/a:b@c"), uri="https://alur.example/a%3Ab%40c") is True

    def test_a_body_that_is_no_text_is_taken_as_it_is(self):
        assert self.fits(self.signed(body=b"\xff\xfe"), body=b"\xff\xfe") is True
