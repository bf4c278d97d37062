"""What Dynamics 365 answers instead: each is paused, tried again or shown, and nothing is lost (I4)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from config.reach.crm.dynamics.answers import refusal
from config.reach.crm.errors import CrmRefused, Reason
from config.web.safe_fetch import Reply
from tests.crm.dynamics_double import APP_USER, SECRET
from tests.crm.faults import Fault, FaultKind

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def refused(client, call: Callable[..., object] | None = None) -> CrmRefused:
    with pytest.raises(CrmRefused) as found:
        if call:
            call()
        else:
            client.changed(since=NOON - HOUR, until=NOON + HOUR, fields=("lastname",))
    assert found.value.__cause__ is None
    return found.value


def tokens(dynamics) -> int:
    return dynamics.count("/token", "POST")


@pytest.mark.parametrize(
    ("fault", "reason", "status", "wait"),
    [
        (Fault(FaultKind.TOO_MANY, wait=37), Reason.LIMIT, 429, 37),
        (Fault(FaultKind.TOO_MANY), Reason.LIMIT, 429, None),
        (Fault(FaultKind.ERROR), Reason.SILENT, 500, None),
        (Fault(FaultKind.STATUS, status=502), Reason.SILENT, 502, None),
        (Fault(FaultKind.STATUS, status=503), Reason.SILENT, 503, None),
        (Fault(FaultKind.STATUS, status=302), Reason.SILENT, 302, None),
        (Fault(FaultKind.STATUS, status=408), Reason.SILENT, 408, None),
        (Fault(FaultKind.STATUS, status=400), Reason.SILENT, 400, None),
        (Fault(FaultKind.STATUS, status=409), Reason.BUSY, 409, None),
        (Fault(FaultKind.HANG, wait=0.01), Reason.SILENT, 0, None),
        (Fault(FaultKind.CUT), Reason.SILENT, 0, None),
        (Fault(FaultKind.HTML), Reason.SILENT, 200, None),
        (Fault(FaultKind.HTML, status=403), Reason.SILENT, 403, None),
        (Fault(FaultKind.HTML, status=404), Reason.SILENT, 404, None),
    ],
    ids=lambda given: str(given) if not isinstance(given, Fault) else f"{given.kind}-{given.status}",
)
def test_the_line_and_the_host_may_fail(dynamics, dynamics_client, fault, reason, status, wait):
    lead = dynamics.add(by=APP_USER, lastname="Lestari")
    client = dynamics_client()
    client.account()
    dynamics.next_faults = [fault]
    found = refused(client)
    assert (found.reason, found.status, found.wait, found.is_daily) == (reason, status, wait, False)
    page = client.changed(since=NOON - HOUR, until=NOON + HOUR, fields=())
    assert [record.id for record in page.records] == [lead]  # the same question again finds everything


def test_retry_after_counts_to_the_second_and_also_as_a_date():
    now = NOON.timestamp()
    body = b'{"error": {"code": "0x80072321", "message": "Combined execution time"}}'
    for said, seconds in (("299", 299), (format_datetime(NOON + timedelta(seconds=90), usegmt=True), 90)):
        found = refusal(Reply(429, {"retry-after": said}, body), now=now)
        assert (found.reason, found.wait, found.code) == (Reason.LIMIT, seconds, "0x80072321")
    assert refusal(Reply(503, {"retry-after": "8"}, b""), now=now).wait == 8


def test_a_token_is_taken_once_and_again_before_it_ends(dynamics, dynamics_client):
    client = dynamics_client()
    client.account()
    client.account()
    assert tokens(dynamics) == 1
    assert client.kept["expires_at"] == str(int(NOON.timestamp()) + 3599)
    again = dynamics_client(**client.kept)
    dynamics.now += timedelta(minutes=57)
    again.account()
    assert tokens(dynamics) == 1
    dynamics.now += timedelta(minutes=1, seconds=30)
    again.account()
    assert (tokens(dynamics), again.kept["access_token"] != client.kept["access_token"]) == (2, True)


def test_a_revoked_token_is_renewed_once_and_then_it_is_for_people(dynamics, dynamics_client):
    client = dynamics_client()
    client.account()
    dynamics.revoke()
    assert client.people() == []
    assert tokens(dynamics) == 2
    dynamics.before = lambda call: None if call.path.endswith("token") else dynamics.revoke()
    found = refused(client)
    assert (found.reason, found.status) == (Reason.SIGN_IN, 401)
    assert tokens(dynamics) == 3


@pytest.mark.parametrize(
    ("credentials", "code"),
    [
        ({"client_secret": "an old one"}, "AADSTS7000215"),
        ({"client_id": "11111111-0000-4000-8000-000000000000"}, "AADSTS700016"),
        ({"tenant": "fabrikam.onmicrosoft.com"}, "AADSTS90002"),
        ({"tenant": "../common?x="}, "AADSTS900023"),
        ({"tenant": ""}, "AADSTS900023"),
    ],
)
def test_wrong_credentials_say_what_to_do(dynamics, dynamics_client, credentials, code):
    found = refused(dynamics_client(**credentials))
    assert (found.reason, found.code, found.field) == (Reason.SIGN_IN, code, code)
    assert not found.words or found.words.startswith(code)  # its own, where it was asked at all
    assert dynamics.count("/api/") == 0


def test_an_expired_secret_and_an_unknown_environment_say_what_to_do(dynamics, dynamics_client):
    dynamics.sign_in_error = "AADSTS7000222"
    expired = refused(dynamics_client())
    assert (expired.reason, expired.field) == (Reason.SIGN_IN, "AADSTS7000222")
    assert expired.words.startswith("AADSTS7000222: The provided client secret keys")
    dynamics.sign_in_error = "AADSTS500011"
    assert refused(dynamics_client()).field == "AADSTS500011"
    dynamics.sign_in_error = "AADSTS50999"
    other = refused(dynamics_client())
    assert (other.reason, other.words) == (Reason.SIGN_IN, "AADSTS50999: Something else.")  # without their trace ids


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(FaultKind.TOO_MANY, wait=9, on="/token"), Reason.LIMIT),
        (Fault(FaultKind.ERROR, on="/token"), Reason.SILENT),
        (Fault(FaultKind.HTML, on="/token"), Reason.SILENT),
        (Fault(FaultKind.HTML, status=403, on="/token"), Reason.SILENT),
        (Fault(FaultKind.CUT, on="/token"), Reason.SILENT),
        (Fault(FaultKind.STATUS, status=204, on="/token"), Reason.SILENT),
    ],
    ids=lambda given: f"{given.kind}-{given.status}" if isinstance(given, Fault) else "",
)
def test_a_token_endpoint_that_fails_is_no_wrong_secret(dynamics, dynamics_client, fault, reason):
    client = dynamics_client()
    dynamics.next_faults = [fault]
    found = refused(client)
    assert (found.reason, found.wait) == (reason, fault.wait)
    assert (client.kept, client.changed(since=NOON, until=NOON + HOUR, fields=()).records) == ({}, ())


def test_an_app_without_a_user_in_the_environment_says_so(dynamics, dynamics_client):
    dynamics.has_user = False
    found = refused(dynamics_client(), lambda: dynamics_client().account())
    assert (found.reason, found.status, found.field) == (Reason.RIGHTS, 403, "application user")
    assert found.words == "The user is not a member of the organization."


@pytest.mark.parametrize(
    ("privilege", "call"),
    [("prvReadLead", "read"), ("prvReadUser", "people"), ("prvReadTeam", "people")],
)
def test_a_missing_privilege_is_named(dynamics, dynamics_client, privilege, call):
    dynamics.missing = {privilege}
    client = dynamics_client()
    found = refused(client, {"read": lambda: client.read([APP_USER], fields=()), "people": client.people}[call])
    assert (found.reason, found.status, found.field) == (Reason.RIGHTS, 403, privilege)


def test_a_column_that_vanishes_in_the_middle_is_named(dynamics, dynamics_client):
    for _lead in range(501):
        dynamics.add(by=APP_USER)
    client = dynamics_client()
    dynamics.next_faults = [Fault(FaultKind.VANISHED, field="lastname", on="skiptoken")]
    first = client.changed(since=NOON - HOUR, until=NOON + HOUR, fields=("lastname",))
    assert len(first.records) == 500
    found = refused(
        client,
        lambda: client.changed(since=NOON - HOUR, until=NOON + HOUR, fields=("lastname",), after=first.after),
    )
    assert (found.reason, found.field) == (Reason.FIELD, "lastname")


def test_a_column_that_never_was_is_named(dynamics, dynamics_client):
    client = dynamics_client()
    found = refused(client, lambda: client.changed(since=NOON, until=NOON + HOUR, fields=("new_region",)))
    assert (found.reason, found.status, found.field) == (Reason.FIELD, 400, "new_region")


@pytest.mark.parametrize(
    ("status", "code", "message", "reason", "field"),
    [
        (400, "0x80048408", "5 is not a valid status code for state code LeadState.Open", Reason.WRONG, ""),
        (400, "0x80040265", "Leads need a region.", Reason.WRONG, ""),
        (400, "", "Invalid property 'x_y' was found in entity 'Microsoft.Dynamics.CRM.lead'.", Reason.FIELD, "x_y"),
        (409, "0x80060891", "Another request is under way.", Reason.BUSY, ""),
        (413, "0x80040216", "Too large.", Reason.WRONG, ""),
        (422, "", "Cannot be understood.", Reason.WRONG, ""),
        (404, "", "lead With Id = 0 Does Not Exist", Reason.GONE, ""),
        (404, "0x80060888", "Resource not found for the segment 'leads'.", Reason.FIELD, "leads"),
        (412, "", "The version of the existing record doesn't match", Reason.BUSY, ""),
        (403, "0x80048306", "SecLib::AccessCheckEx failed. Required access: WriteAccess", Reason.ACCESS, "WriteAccess"),
        (403, "0x80040220", "Principal is missing prvWriteLead, no WriteAccess", Reason.RIGHTS, "prvWriteLead"),
        (403, "0x80040225", "Denied.", Reason.RIGHTS, ""),
        (401, "0x80072560", "The user is not a member of the organization.", Reason.RIGHTS, "application user"),
    ],
)
def test_errors_of_the_web_api_are_read(status, code, message, reason, field):
    body = f'{{"error": {{"code": "{code}", "message": "{message}"}}}}'.encode()
    found = refusal(Reply(status, {}, body), now=0)
    assert (found.reason, found.status, found.code, found.field) == (reason, status, code, field)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"error": "x"}', b'{"error": null}', b"<html>", b"\xff"])
def test_what_is_no_error_of_the_web_api_is_silence(body):
    assert refusal(Reply(400, {}, body), now=0).reason is Reason.SILENT


def test_a_database_that_takes_too_long_is_asked_for_less(dynamics, dynamics_client):
    from tests.crm.dataverse_engine import error

    client = dynamics_client()
    client.account()
    dynamics.own_error = lambda: error(500, "0x80044151", "SQL timeout expired.")
    dynamics.next_faults = [Fault(FaultKind.ERROR)]
    assert refused(client).reason is Reason.WINDOW


def test_no_secret_is_in_what_people_see_of_an_error(dynamics, dynamics_client):
    client = dynamics_client()
    dynamics.sign_in_error = "AADSTS50999"
    for found in (refused(client), refused(dynamics_client(client_secret="Something"))):
        assert SECRET not in f"{found} {found.words} {found.code} {found.field}"
    assert refused(dynamics_client(client_secret="Something")).words == "AADSTS50999: … else."
