"""What we send to HubSpot, and what our double of it answers, held to the contract that HubSpot publishes (I4)."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import CrmRefused
from config.reach.crm.hubspot import HubSpotClient, scopes_for, sign_in
from tests.crm.contracts import HUBSPOT, Contract, contract_path, read_contract
from tests.crm.faults import Fault, FaultKind
from tests.crm.hubspot_client import all_changed, by_refresh, open_client, open_session, place
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.wire import Answer, Call

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
# published as well, but not in the file
ELSEWHERE = re.compile(r"/account-info/2026-03/details|/crm/associations/2026-03/leads/contacts/batch/read")
# seen in HubSpot's documentation of errors, and not in the contract
ALSO_SAID = ("status", "policyName", "errorType")


class HeldToContract(HubSpotDouble):
    """Looks at each call and answer; `faults` are what does not fit."""

    def __init__(self, now: datetime, contract: Contract, object_name: str) -> None:
        super().__init__(now)
        self.contract, self.scopes_asked = contract, set(scopes_for(object_name))
        self.faults: list[str] = []
        self.seen: set[tuple[str, str, int]] = set()

    def meet(self, call: Call) -> tuple[Answer, Fault | None]:
        answer, fault = super().meet(call)
        if not ELSEWHERE.fullmatch(call.path):
            self.faults += [f"{call.method} {call.path}: {each}" for each in self._look(call, answer)]
        return answer, fault

    def _look(self, call: Call, answer: Answer) -> Iterator[str]:
        found = self.contract.operation(call.method, call.path)
        if not found:
            yield "no such operation"
            return
        template, operation = found
        self.seen.add((call.method, template, answer.status))
        known = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        yield from (f"no parameter {name}" for name in call.query if name not in known)
        if "requestBody" in operation and answer.status < 400:
            content = operation["requestBody"]["content"]
            yield from self.contract.faults(content, call.form if "oauth" in call.path else call.json)
            if [*content] != [call.headers["content-type"]]:
                yield f"content type {call.headers['content-type']}"
        ways = [set(way.get("oauth2", [])) for way in operation.get("security", [])]
        if ways and not any(way <= self.scopes_asked for way in ways):
            yield f"needs a scope that nobody is asked for: {ways}"
        said = Call("", "", {}, answer.body, NOON).json
        if answer.status >= 400:
            said = {name: value for name, value in said.items() if name not in ALSO_SAID}
        yield from self.contract.faults(self.contract.answer(operation, answer.status), said)


@pytest.fixture(params=["contacts", "leads"])
def held(request: pytest.FixtureRequest) -> Iterator[HeldToContract]:
    contract = read_contract(contract_path(HUBSPOT))
    with HeldToContract(NOON, contract, request.param) as double:
        double.kind = request.param
        yield double


def test_all_that_the_client_does_fits(held: HeldToContract):
    """Each method once, by either way to sign in, with records in each state."""
    kind, rina = held.kind, held.add_owner("rina@alur.example", "Rina", "Wijaya")
    held.add_owner("old@alur.example", "Old", "", is_archived=True)
    held.add_owner("", "", "", kind="QUEUE")
    name = {"contacts": "email", "leads": "hs_lead_name"}[kind]
    ids = [held.add(by="1", kind=kind, **{name: f"{number}@acme.example"}) for number in range(230)]
    held.delete(ids[0], by="1")
    held.merge(ids[1], into=ids[2], by="1")
    client = open_client(held, kind)
    fields = (name, *(["contact.phone"] if kind == "leads" else []))
    assert len({each.id for each in all_changed(client, NOON, NOON + HOUR, fields)}) == 230
    assert len(client.removed(since=NOON, until=NOON + HOUR).records) == 1
    assert len(client.read([*ids[:3], ids[9]], fields=fields)) == 3
    status = {"contacts": "OPEN", "leads": "new-stage-id"}[kind]
    assert client.write(ids[9], owner=rina, status=status, fields=fields).owner == rina
    assert (len(client.people()), bool(client.fields()), bool(client.statuses())) == (3, True, True)
    assert client.account().id == "8675309"
    signed_in = open_session(held, client_id=held.client_id, client_secret=held.client_secret)
    sign_in(signed_in, place(held), code=held.sign_in("https://alur.example/"), redirect_uri="https://alur.example/")
    signed_in.renew(expires_at="0")
    assert HubSpotClient(signed_in, place(held), kind).account().name == "nusantara.example"
    assert held.faults == []
    at = f"/crm/objects/2026-03/{kind}"
    record = f"{at}/{{{'contactId' if kind == 'contacts' else 'leadsId'}}}"
    status_place = (
        "/crm/pipelines/2026-03/{objectType}"
        if kind == "leads"
        else "/crm/properties/2026-03/{objectType}/{propertyName}"
    )
    assert held.seen == {
        ("POST", f"{at}/search", 200),
        ("GET", at, 200),
        ("POST", f"{at}/batch/read", 200),
        ("POST", f"{at}/batch/read", 207),
        ("GET", record, 404),
        ("PATCH", record, 200),
        ("GET", "/crm/owners/2026-03", 200),
        ("GET", "/crm/properties/2026-03/{objectType}", 200),
        ("GET", status_place, 200),
        ("POST", "/oauth/2026-03/token", 200),
        ("POST", "/oauth/2026-03/token/introspect", 200),
    }


def test_all_errors_of_the_double_fit(held: HeldToContract):
    contact = held.add(by="1", kind=held.kind, email="dewi@acme.example")
    held.next_faults = [Fault(FaultKind.TOO_MANY, wait=3), Fault(FaultKind.ERROR)]
    wishes = [{"owner": "1"}, {"owner": "1"}, {"owner": "1"}, {"status": "SOLD"}, {}]
    for wish in wishes:
        with suppress(CrmRefused):
            open_client(held, held.kind).write(contact, **{"owner": None, "status": None, **wish}, fields=())
    held.scopes = set()
    for credentials in ({}, {"way": "token", "token": "other"}, by_refresh(held, refresh_token="other")):
        with pytest.raises(CrmRefused):
            open_client(held, held.kind, **credentials).people()
    assert held.faults == []
    assert {status for _method, _path, status in held.seen} == {429, 500, 400, 200, 403, 401}


def test_the_check_itself_finds_what_does_not_fit():
    contract = read_contract(contract_path(HUBSPOT))
    path, patch = contract.operation("PATCH", "/crm/objects/2026-03/contacts/1")
    assert path == "/crm/objects/2026-03/contacts/{contactId}"
    content = patch["requestBody"]["content"]
    assert contract.faults(content, {"properties": {"hs_lead_status": "OPEN"}}) == []
    assert contract.faults(content, {"properties": {"numemployees": 3}}) == [
        "$.properties.numemployees: 3 is not of type 'string'"
    ]
    assert contract.faults(content, {}) == ["$: 'properties' is a required property"]
    assert contract.faults(content, {"properties": {}, "id": "1"}) == ["id is not in the contract"]
    answer = contract.answer(patch, 200)
    assert "$: 'updatedAt' is a required property" in contract.faults(answer, {"id": "1", "properties": {}})
    assert contract.operation("PATCH", "/crm/objects/v3/contacts/1") is None
