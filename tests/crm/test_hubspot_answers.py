"""What the client of HubSpot makes of each answer that is not the one it asked for (I4; connections.md, 1.1)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.hubspot import HubSpotClient
from config.reach.crm.hubspot.refusals import refusal
from config.reach.crm.hubspot.tokens import renew
from config.reach.crm.records import Usage
from config.web.safe_fetch import Reply
from tests.crm.faults import Fault, FaultKind
from tests.crm.hubspot_client import FIELDS, by_refresh, open_client, open_session, place
from tests.crm.hubspot_double import HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def search(hubspot: HubSpotDouble, **credentials: str) -> CrmRefused:
    with pytest.raises(CrmRefused) as refused:
        open_client(hubspot, **credentials).changed(since=NOON, until=NOON + HOUR, fields=FIELDS)
    return refused.value


def people(hubspot: HubSpotDouble) -> CrmRefused:
    with pytest.raises(CrmRefused) as refused:
        open_client(hubspot).people()
    return refused.value


class TestLimits:
    @pytest.mark.parametrize("wait", [7.0, 0.0])
    def test_a_wait_that_hubspot_names_is_taken(self, hubspot: HubSpotDouble, wait: float):
        hubspot.next_faults = [Fault(FaultKind.TOO_MANY, wait=wait or None)]
        refused = search(hubspot)
        assert (refused.reason, refused.status, refused.code) == (Reason.LIMIT, 429, "SECONDLY")
        assert (refused.wait, refused.is_daily) == (wait or 1.0, False)

    def test_without_one_it_is_a_second_for_a_search_and_three_else(self, hubspot: HubSpotDouble):
        hubspot.next_faults = [Fault(FaultKind.TOO_MANY), Fault(FaultKind.TOO_MANY)]
        assert (search(hubspot).wait, people(hubspot).wait, len(hubspot.calls)) == (1.0, 3.0, 2)

    def test_the_days_limit_is_another(self, hubspot: HubSpotDouble):
        hubspot.most_calls, hubspot.window = 1, timedelta(days=1)
        open_client(hubspot).statuses()
        refused = people(hubspot)
        assert (refused.reason, refused.code, refused.is_daily, refused.wait) == (Reason.LIMIT, "DAILY", True, None)
        assert refused.words == "You have reached your daily limit."

    def test_the_days_calls_are_counted_as_hubspot_counts_them(self, hubspot: HubSpotDouble):
        hubspot.most_calls = 1000
        session = open_session(hubspot)
        client = HubSpotClient(session, place(hubspot), "contacts")
        client.changed(since=NOON, until=NOON + HOUR, fields=FIELDS)
        assert session.usage is None  # searches do not say
        client.statuses()
        assert (session.usage, session.calls) == (Usage(used=2, limit=1000), 2)
        client.changed(since=NOON, until=NOON + HOUR, fields=FIELDS)
        assert session.usage == Usage(used=2, limit=1000)


class TestRefused:
    def test_a_revoked_token_is_a_sign_in(self, hubspot: HubSpotDouble):
        client = open_client(hubspot)
        hubspot.revoke()
        with pytest.raises(CrmRefused) as refused:
            client.people()
        assert (refused.value.reason, refused.value.code) == (Reason.SIGN_IN, "INVALID_AUTHENTICATION")
        assert len(hubspot.calls) == 1

    @pytest.mark.parametrize("token", ["", "  ", "pat\nX-Other: 1", "pat-é"])
    def test_what_is_no_token_is_sent_to_nobody(self, hubspot: HubSpotDouble, token: str):
        assert (search(hubspot, way="token", token=token).reason, hubspot.calls) == (Reason.SIGN_IN, [])

    def test_a_token_may_be_pasted_with_spaces(self, hubspot: HubSpotDouble):
        assert open_client(hubspot, way="token", token=f" {hubspot.token}\n").people() == []

    @pytest.mark.parametrize(
        ("object_name", "scope"),
        [("contacts", "crm.objects.contacts.read"), ("leads", "crm.objects.leads.read")],
    )
    def test_a_missing_scope_is_named(self, hubspot: HubSpotDouble, object_name: str, scope: str):
        hubspot.scopes = set()
        with pytest.raises(CrmRefused) as refused:
            open_client(hubspot, object_name).changed(since=NOON, until=NOON + HOUR, fields=())
        assert (refused.value.reason, refused.value.status, refused.value.field) == (Reason.RIGHTS, 403, scope)

    def test_reading_is_no_right_to_write(self, hubspot: HubSpotDouble):
        contact = hubspot.add(by="1", email="dewi@acme.example")
        hubspot.scopes -= {"crm.objects.contacts.write"}
        with pytest.raises(CrmRefused) as refused:
            open_client(hubspot).write(contact, owner="", status=None, fields=())
        assert (refused.value.reason, refused.value.field) == (Reason.RIGHTS, "crm.objects.contacts.write")

    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            (409, Reason.BUSY),
            (412, Reason.BUSY),
            (423, Reason.BUSY),
            (400, Reason.WRONG),
            (422, Reason.WRONG),
            (404, Reason.WRONG),  # an address that this account does not have, no record
            (302, Reason.SILENT),
            (477, Reason.SILENT),
            (500, Reason.SILENT),
            (502, Reason.SILENT),
            (524, Reason.SILENT),
        ],
    )
    def test_a_status_without_a_body(self, hubspot: HubSpotDouble, status: int, reason: Reason):
        hubspot.next_faults = [Fault(FaultKind.STATUS, status=status)]
        refused = search(hubspot)
        assert (refused.reason, refused.status, len(hubspot.calls)) == (reason, status, 1)


class TestSilence:
    @pytest.mark.parametrize("status", [200, 401, 403, 404, 503])
    def test_a_page_of_a_proxy_is_no_answer(self, hubspot: HubSpotDouble, status: int):
        hubspot.next_faults = [Fault(FaultKind.HTML, status=status)]
        refused = search(hubspot)
        assert (refused.reason, refused.status, refused.words) == (Reason.SILENT, status, "")

    def test_too_many_calls_for_the_proxy_are_too_many(self, hubspot: HubSpotDouble):
        hubspot.next_faults = [Fault(FaultKind.HTML, status=429)]
        refused = search(hubspot)
        assert (refused.reason, refused.wait, refused.is_daily) == (Reason.LIMIT, 1.0, False)

    def test_an_error_of_hubspots_own(self, hubspot: HubSpotDouble):
        hubspot.next_faults = [Fault(FaultKind.ERROR)]
        refused = search(hubspot)
        assert (refused.reason, refused.status, refused.code) == (Reason.SILENT, 500, "INTERNAL_ERROR")

    def test_half_an_answer(self, hubspot: HubSpotDouble):
        hubspot.next_faults = [Fault(FaultKind.CUT)]
        assert (search(hubspot).reason, len(hubspot.calls)) == (Reason.SILENT, 1)

    def test_no_answer(self, hubspot: HubSpotDouble):
        hubspot.next_faults = [Fault(FaultKind.HANG, wait=0.01)]
        assert search(hubspot).reason is Reason.SILENT

    @pytest.mark.parametrize("answer", [[], {"results": {}}, {"results": ["1"]}, {"results": [{"id": "x"}]}, {}, None])
    def test_json_of_another_shape(self, hubspot: HubSpotDouble, answer: object):
        hubspot.say(answer)
        assert (search(hubspot).reason, search(hubspot).code) == (Reason.SILENT, "not_understood")

    def test_a_list_without_an_end_ends(self, hubspot: HubSpotDouble):
        hubspot.say({"results": [], "paging": {"next": {"after": "7"}}})
        refused = people(hubspot)
        assert (refused.reason, refused.code, len(hubspot.calls)) == (Reason.SILENT, "no_end", 2)


class TestSignedIn:
    def test_a_token_is_renewed_before_it_ends_and_kept_at_once(self, hubspot: HubSpotDouble):
        session = open_session(hubspot, **by_refresh(hubspot))
        client = HubSpotClient(session, place(hubspot), "contacts")
        client.people()
        assert [call.path for call in hubspot.calls].count("/oauth/2026-03/token") == 1
        assert session.kept == [session.credentials]
        kept = session.kept[0]
        assert kept["refresh_token"] == hubspot.refresh_token != "refresh-token-0"
        assert float(kept["expires_at"]) == (NOON + timedelta(minutes=30)).timestamp()
        hubspot.now += timedelta(minutes=29, seconds=30)
        client.people()
        assert len(session.kept) == 2

    def test_a_clock_that_is_wrong_costs_one_more_call(self, hubspot: HubSpotDouble):
        session = open_session(hubspot, **by_refresh(hubspot))
        client = HubSpotClient(session, place(hubspot), "contacts")
        client.statuses()
        hubspot.access_tokens = dict.fromkeys(hubspot.access_tokens, NOON)  # ended earlier than we think
        assert client.statuses() != []
        assert (len(session.kept), len(hubspot.calls)) == (2, 5)

    def test_one_that_is_refused_again_is_not_renewed_for_ever(self, hubspot: HubSpotDouble):
        credentials = by_refresh(hubspot, access_token="old", expires_at="99999999999")
        hubspot.access_tokens = {"old": NOON}
        hubspot.before = lambda _call: hubspot.access_tokens.update(dict.fromkeys(hubspot.access_tokens, NOON))
        assert search(hubspot, **credentials).reason is Reason.SIGN_IN
        assert [call.path.rpartition("/")[2] for call in hubspot.calls] == ["search", "token", "search"]

    def test_a_dead_grant_is_a_sign_in_and_one_call(self, hubspot: HubSpotDouble):
        credentials = by_refresh(hubspot)
        hubspot.revoke()
        refused = search(hubspot, **credentials)
        assert (refused.reason, refused.words, len(hubspot.calls)) == (Reason.SIGN_IN, "", 1)

    def test_what_one_process_renewed_another_uses(self, hubspot: HubSpotDouble):
        credentials = by_refresh(hubspot)
        shared = [credentials]
        first, second = (
            HubSpotClient(open_session(hubspot, shared=shared, **credentials), place(hubspot), "contacts")
            for _process in range(2)
        )
        first.statuses()
        assert (second.statuses() != [], hubspot.count("/token"), len(shared)) == (True, 1, 2)
        hubspot.now += HOUR
        assert (second.statuses() != [], first.statuses() != [], hubspot.count("/token")) == (True, True, 2)

    def test_two_that_renew_in_the_same_moment_both_go_on(self, hubspot: HubSpotDouble):
        credentials = by_refresh(hubspot)
        shared, other = [credentials], open_session(hubspot, **credentials)
        client = HubSpotClient(open_session(hubspot, shared=shared, **credentials), place(hubspot), "contacts")

        def overtake(_call: object) -> None:
            """Another process was first, and keeps what it got."""
            hubspot.before = lambda _call: None
            renew(other, place(hubspot))
            shared.append(dict(other.credentials))

        hubspot.before = overtake
        assert client.statuses() != []
        assert (hubspot.count("/token"), len(shared)) == (2, 2)

    def test_what_the_other_is_about_to_keep_is_waited_for(self, hubspot: HubSpotDouble):
        credentials = by_refresh(hubspot)
        shared, other = [credentials], open_session(hubspot, **credentials)
        renew(other, place(hubspot))
        session = open_session(hubspot, shared=shared, pause=lambda _s: shared.append(other.credentials), **credentials)
        client = HubSpotClient(session, place(hubspot), "contacts")
        assert client.statuses() != []
        assert (hubspot.count("/token"), len(shared)) == (2, 2)

    def test_a_token_endpoint_that_is_down_is_silence(self, hubspot: HubSpotDouble):
        credentials = by_refresh(hubspot)
        hubspot.next_faults = [Fault(FaultKind.ERROR, on="/token"), Fault(FaultKind.TOO_MANY, wait=9, on="/token")]
        assert search(hubspot, **credentials).reason is Reason.SILENT
        refused = search(hubspot, **credentials)
        assert (refused.reason, refused.wait, hubspot.refresh_token) == (Reason.LIMIT, 9, "refresh-token-0")


def test_words_that_repeat_a_secret_are_left_out(hubspot: HubSpotDouble):
    content = {"category": "VALIDATION_ERROR", "message": f"what is {hubspot.token}?"}
    hubspot.say(content, status=400)
    assert (search(hubspot).reason, search(hubspot).words) == (Reason.WRONG, "")


@pytest.mark.parametrize(
    ("content", "reason", "field"),
    [
        (
            {
                "category": "VALIDATION_ERROR",
                "message": 'Property values were not valid: [{"isValid":false,"message":"Property \\"tier\\" does not'
                ' exist","error":"PROPERTY_DOESNT_EXIST","name":"tier"}]',
            },
            Reason.FIELD,
            "tier",
        ),
        (
            {"errors": [{"code": "PROPERTY_DOESNT_EXIST", "context": {"propertyName": ["tier"]}, "message": "no"}]},
            Reason.FIELD,
            "tier",
        ),
        ({"message": "no", "errors": [{"message": "no", "in": "hubspot_owner_id"}]}, Reason.WRONG, "hubspot_owner_id"),
        ({"message": "Invalid input JSON", "errors": [{"in": "body", "message": "no"}]}, Reason.WRONG, ""),
        ({"message": "no", "errors": "none", "context": [1]}, Reason.WRONG, ""),
    ],
)
def test_errors_are_understood_in_each_form_that_hubspot_shows(content: dict, reason: Reason, field: str):
    refused = refusal(Reply(400, {}, json.dumps(content).encode()), now=0)
    assert (refused.reason, refused.field) == (reason, field)


@pytest.mark.parametrize(
    "content",
    [
        {"errors": [{"message": "no", "context": {"policyName": ["DAILY"]}}]},
        {"message": "You have reached your daily limit."},
        {"policyName": "DAILY"},
    ],
)
def test_the_days_limit_is_known_by_each_form(content: dict):
    refused = refusal(Reply(429, {"retry-after": "3600"}, json.dumps(content).encode()), now=0)
    assert (refused.reason, refused.is_daily, refused.wait) == (Reason.LIMIT, True, 3600)


def test_a_record_that_its_user_may_not_edit_is_closed_alone():
    content = {"category": "FORBIDDEN", "message": "You may not edit this contact."}
    reply = Reply(403, {}, json.dumps(content).encode())
    assert refusal(reply, now=0, about_record=True).reason is Reason.ACCESS
    assert refusal(reply, now=0).reason is Reason.RIGHTS
    no_scopes = Reply(403, {}, json.dumps(content | {"category": "MISSING_SCOPES"}).encode())
    assert refusal(no_scopes, now=0, about_record=True).reason is Reason.RIGHTS


def test_all_scopes_that_are_missing_are_named_but_those_for_sensitive_values():
    scopes = [
        "crm.schemas.deals.read",
        "crm.objects.deals.sensitive.read.v2",
        "crm.objects.deals.read",
        "crm.objects.x",
    ]
    content = {"category": "MISSING_SCOPES", "errors": [{"message": "", "context": {"requiredGranularScopes": scopes}}]}
    refused = refusal(Reply(403, {}, json.dumps(content).encode()), now=0)
    assert (refused.reason, refused.field) == (Reason.RIGHTS, "crm.objects.deals.read, crm.objects.x")
