"""How Alur signs in to Salesforce and renews its token, and what it keeps (I4)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from config.reach.crm.errors import Reason
from config.reach.crm.salesforce import SalesforceClient, new_secret, sign_in, sign_in_address
from config.reach.crm.salesforce.tokens import audience_of
from config.reach.crm.session import KEPT_WITHIN
from tests.crm.faults import Fault, FaultKind
from tests.crm.salesforce_client import Kept, credentials_of, place_of, refused, session_of
from tests.crm.salesforce_double import SalesforceDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def double() -> Iterator[SalesforceDouble]:
    with SalesforceDouble(NOON) as double:
        yield double


def client_on(double: SalesforceDouble, kept: Kept, **more) -> SalesforceClient:
    return SalesforceClient(session_of(double, kept, **more), place_of(double), "Lead")


def asked_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize("way", ["client_credentials", "refresh", "jwt"])
def test_each_way_gets_a_token_and_keeps_it(double: SalesforceDouble, way: str):
    kept = Kept(credentials_of(double, way))
    assert client_on(double, kept).account().user == "alur@acme.example"
    assert kept.now["access_token"] in double.tokens.access_tokens
    assert (kept.now["instance_url"], kept.now["identity"]) == (double.address, double.tokens.identity)
    client_on(double, kept).statuses()
    assert (double.count("/oauth2/token"), len(kept.written)) == (1, 1)


def test_a_refresh_token_that_rotates_is_kept_before_anything_else_happens(double: SalesforceDouble):
    kept = Kept(credentials_of(double, "refresh"))
    double.next_faults = [Fault(FaultKind.ERROR, on="/services/data")]
    client = client_on(double, kept)
    assert refused(client.statuses).reason is Reason.SILENT
    assert kept.now["refresh_token"] in double.tokens.refresh_tokens
    assert kept.now["refresh_token"] != "5Aep!first"
    for _time in range(3):
        double.revoke()
        client_on(double, kept).statuses()
    assert {kept.now["refresh_token"]} == double.tokens.refresh_tokens


def test_a_refresh_token_that_does_not_rotate_stays(double: SalesforceDouble):
    double.tokens.rotates = False
    kept = Kept(credentials_of(double, "refresh"))
    client_on(double, kept).statuses()
    assert kept.now["refresh_token"] == "5Aep!first"


def test_two_processes_on_one_connection_do_not_use_up_each_others_token(double: SalesforceDouble):
    kept = Kept(credentials_of(double, "refresh"))
    poller, writer = (client_on(double, kept, newest=lambda: kept.now) for _process in range(2))
    poller.statuses()
    writer.statuses()
    assert double.count("/oauth2/token") == 1  # the second one used what the first had kept
    double.revoke()
    writer.statuses()
    poller.statuses()
    assert double.count("/oauth2/token") == 2


def test_a_token_that_another_process_renewed_in_the_same_moment_is_used(double: SalesforceDouble):
    kept = Kept(credentials_of(double, "refresh"))
    client = client_on(double, kept, newest=lambda: kept.now)
    client.statuses()
    double.revoke()
    other = client_on(double, kept)

    def other_is_first(call) -> None:
        if call.path.endswith("/token"):
            double.before = lambda call: None
            other.statuses()

    double.before = other_is_first
    client.statuses()
    assert double.count("/oauth2/token") == 3  # one of them was refused
    assert kept.now["refresh_token"] in double.tokens.refresh_tokens


def test_one_whose_refresh_token_was_used_up_waits_for_what_the_other_is_about_to_keep(double: SalesforceDouble):
    """Salesforce has answered the first, which has not kept its tokens yet when the second is refused."""
    kept = Kept(credentials_of(double, "refresh"))
    late, waits = Kept(kept.now), []

    def pause(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            kept.now = late.now

    second = client_on(double, kept, newest=lambda: kept.now, pause=pause)
    client_on(double, late).statuses()
    assert len(second.statuses()) == 4
    assert (double.count("/oauth2/token"), len(waits)) == (2, 3)
    assert kept.now["refresh_token"] in double.tokens.refresh_tokens


def test_a_grant_that_is_dead_is_waited_for_a_few_seconds_and_asked_for_once(double: SalesforceDouble):
    kept, waits = Kept(credentials_of(double, "refresh")), []
    double.end_grant()
    client = client_on(double, kept, newest=lambda: kept.now, pause=waits.append)
    assert refused(client.statuses).reason is Reason.SIGN_IN
    assert (sum(waits), double.count("/oauth2/token")) == (KEPT_WITHIN, 1)


def test_without_a_person_only_my_domain_answers(double: SalesforceDouble):
    double.tokens.is_my_domain = False
    found = refused(client_on(double, Kept(credentials_of(double))).account)
    assert (found.reason, found.code, found.words) == (
        Reason.SIGN_IN,
        "invalid_grant",
        "request not supported on this domain",
    )


@pytest.mark.parametrize(
    ("way", "wrong", "code"),
    [
        ("client_credentials", {"client_secret": "another"}, "invalid_client"),
        ("client_credentials", {"client_secret": None}, "bad_credentials"),
        ("refresh", {"client_id": "another"}, "invalid_client_id"),
        ("refresh", {"client_secret": ""}, "invalid_client"),
        ("refresh", {"refresh_token": "used"}, "invalid_grant"),
        ("jwt", {"username": "somebody@acme.example"}, "invalid_grant"),
        ("jwt", {"audience": "https://test.salesforce.com"}, "invalid_grant"),
        ("jwt", {"private_key": "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"}, "bad_credentials"),
        ("jwt", {"private_key": ""}, "bad_credentials"),
        ("refresh", {"way": "password"}, "bad_credentials"),
    ],
)
def test_wrong_secrets_are_a_matter_of_the_sign_in(double: SalesforceDouble, way: str, wrong: dict, code: str):
    known = {name: value for name, value in (credentials_of(double, way) | wrong).items() if value is not None}
    kept = Kept(known)
    client = client_on(double, kept)
    assert [(each.reason, each.code) for each in (refused(client.account), refused(client.account))] == [
        (Reason.SIGN_IN, code)
    ] * 2
    assert (double.count("/oauth2/token") <= 1, double.count("/services/data"), kept.written) == (True, 0, [])


def test_a_key_is_taken_as_browsers_paste_it(double: SalesforceDouble):
    known = credentials_of(double, "jwt")
    pasted = known | {"private_key": known["private_key"].strip().replace("\n", "\r\n")}
    assert client_on(double, Kept(pasted)).account().name == "Acme 🚀"


@pytest.mark.parametrize(
    ("login", "audience"),
    [
        ("https://login.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com", "https://test.salesforce.com"),
        ("https://arunika.my.salesforce.com", "https://login.salesforce.com"),
        ("https://Arunika.develop.my.salesforce.com/", "https://login.salesforce.com"),
        ("https://arunika--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"),
        ("https://arunika--uat.my.salesforce.com", "https://test.salesforce.com"),
        ("https://ability-saas-123-dev-ed.scratch.my.salesforce.com", "https://test.salesforce.com"),
        ("https://127.0.0.1:8443/x", "https://127.0.0.1:8443"),
    ],
)
def test_the_audience_is_salesforces_own_address_also_at_my_domain(login: str, audience: str):
    assert audience_of(login) == audience


def test_an_assertion_that_names_its_audience_is_taken(double: SalesforceDouble):
    kept = Kept(credentials_of(double, "jwt") | {"audience": "https://login.salesforce.com"})
    assert client_on(double, kept).account().name == "Acme 🚀"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(FaultKind.HTML, on="token"), Reason.SILENT),
        (Fault(FaultKind.HTML, status=503, on="token"), Reason.SILENT),
        (Fault(FaultKind.ERROR, on="token"), Reason.SILENT),
        (Fault(FaultKind.CUT, on="token"), Reason.SILENT),
        (Fault(FaultKind.STATUS, status=400, on="token"), Reason.SILENT),
        (Fault(FaultKind.TOO_MANY, wait=9, on="token"), Reason.LIMIT),
    ],
    ids=lambda given: f"{given.kind} {given.status}" if isinstance(given, Fault) else str(given),
)
def test_a_token_address_that_is_not_itself_does_not_end_the_sign_in(
    double: SalesforceDouble, fault: Fault, reason: Reason
):
    client = client_on(double, Kept(credentials_of(double)))
    double.next_faults = [fault]
    assert refused(client.statuses).reason is reason
    assert len(client.statuses()) == 4


def test_what_salesforce_says_of_a_sign_in_repeats_no_secret(double: SalesforceDouble):
    kept = Kept(credentials_of(double, "refresh"))
    secrets = [kept.now["client_secret"], kept.now["refresh_token"]]
    said = {"error": "invalid_grant", "error_description": f"bad {secrets[0]} and {secrets[1]}"}
    double.tokens.scripted.append(said)
    found = refused(client_on(double, kept).statuses)
    assert (found.words, found.reason) == ("bad … and …", Reason.SIGN_IN)


@pytest.mark.parametrize("instance", ["", "acme.my.salesforce.com", "ftp:/x"])
def test_a_token_without_an_instance_is_none(double: SalesforceDouble, instance: str):
    double.tokens.instance_url = instance
    kept = Kept(credentials_of(double))
    assert refused(client_on(double, kept).statuses).reason is Reason.SILENT
    assert kept.written == []


def test_a_person_signs_in_and_alur_gets_a_refresh_token(double: SalesforceDouble):
    tokens = double.tokens
    state, verifier = new_secret(), new_secret()
    address = sign_in_address(
        f"{double.address}/",
        client_id=tokens.client_id,
        redirect_uri=tokens.redirect_uri,
        state=state,
        verifier=verifier,
    )
    assert address.startswith(f"{double.address}/services/oauth2/authorize?")
    assert verifier not in address
    assert asked_of(address)["scope"] == "api refresh_token"
    back = tokens.consent(address)
    assert back.startswith(tokens.redirect_uri)
    assert asked_of(back)["state"] == state
    kept = Kept({"client_id": tokens.client_id, "client_secret": tokens.client_secret})
    session = session_of(double, kept)
    sign_in(session, place_of(double), code=asked_of(back)["code"], redirect_uri=tokens.redirect_uri, verifier=verifier)
    assert kept.now["way"] == "refresh"
    assert {kept.now["refresh_token"]} == tokens.refresh_tokens
    assert SalesforceClient(session, place_of(double), "Lead").account().user == "alur@acme.example"
    double.revoke()
    assert client_on(double, kept).account().user == "alur@acme.example"


def test_a_code_is_good_once_and_only_with_its_verifier(double: SalesforceDouble):
    tokens = double.tokens
    app = {"client_id": tokens.client_id, "redirect_uri": tokens.redirect_uri}

    def exchange(code: str, verifier: str) -> Kept:
        kept = Kept({"client_id": tokens.client_id, "client_secret": tokens.client_secret})
        given = {"code": code, "redirect_uri": tokens.redirect_uri, "verifier": verifier}
        sign_in(session_of(double, kept), place_of(double), **given)
        return kept

    address = sign_in_address(double.address, **app, state="s" * 43, verifier="v" * 43)
    stolen = asked_of(tokens.consent(address))["code"]
    found = refused(lambda: exchange(stolen, "w" * 43))
    assert (found.reason, found.words) == (Reason.SIGN_IN, "invalid code verifier")
    code = asked_of(tokens.consent(address))["code"]
    assert exchange(code, "v" * 43).now["refresh_token"]
    assert refused(lambda: exchange(code, "v" * 43)).words == "expired authorization code"


def test_an_app_that_gives_no_refresh_token_is_refused_at_once(double: SalesforceDouble):
    tokens = double.tokens
    tokens.gives_refresh_token = False
    address = sign_in_address(
        double.address, client_id=tokens.client_id, redirect_uri=tokens.redirect_uri, state="s", verifier="v" * 43
    )
    kept = Kept({"client_id": tokens.client_id, "client_secret": tokens.client_secret})
    given = {"code": asked_of(tokens.consent(address))["code"], "redirect_uri": tokens.redirect_uri}
    found = refused(lambda: sign_in(session_of(double, kept), place_of(double), **given, verifier="v" * 43))
    assert (found.reason, found.field, kept.written) == (Reason.RIGHTS, "refresh_token", [])


def test_secrets_of_a_sign_in_are_long_and_never_the_same():
    made = {new_secret() for _time in range(50)}
    assert (len(made), {43 <= len(each) <= 128 for each in made}) == (50, {True})
