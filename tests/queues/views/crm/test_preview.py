"""The preview of a set-up counts what the first poll then takes in, with each of the three CRMs (I4)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from config.sealing import seal
from leads.actions.intake.capture import capture_lead
from leads.models import Capture, Lead
from queues.models import Connection, CrmLink
from tests.crm.double import Double
from tests.crm.dynamics_double import CLIENT, ORGANIZATION, SECRET, TENANT, DynamicsDouble
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.polls import poll
from tests.crm.salesforce_double import ANA, BUDI, ORG, SalesforceDouble
from tests.factories import MORNING, make_rep
from tests.factories.crm import make_connection_row, make_remote_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
EARLIER = MORNING - timedelta(days=3)


@dataclass
class There:
    """One CRM. `email` and `owner`: its names of them; `closed`: a status that is closed."""

    double: Double
    account: str
    secrets: dict[str, str]
    email: str
    owner: str
    known_owner: str
    left_owner: str
    status: Callable[[str], dict[str, object]]
    closed: str

    def add(self, email: str, *, owner: str = "", status: str = "") -> str:
        values = {self.email: email} if email else {}
        values |= ({self.owner: owner} if owner else {}) | (self.status(status) if status else {})
        return self.double.add(by=ANA, **values)


def status_in(name: str) -> Callable[[str], dict[str, object]]:
    return lambda value: {name: value}


def salesforce() -> There:
    double = SalesforceDouble(EARLIER)
    secrets = {
        "way": "client_credentials",
        "client_id": double.tokens.client_id,
        "client_secret": double.tokens.client_secret,
    }
    return There(double, ORG, secrets, "Email", "OwnerId", ANA, BUDI, status_in("Status"), "Closed - Not Converted")


def hubspot() -> There:
    double = HubSpotDouble(EARLIER)
    ana, budi = (double.add_owner(f"{name}@acme.example", name, "Acme") for name in ("ana", "budi"))
    secrets, status = {"way": "token", "token": double.token}, status_in("hs_lead_status")
    return There(double, "8675309", secrets, "email", "hubspot_owner_id", ana, budi, status, "UNQUALIFIED")


def dynamics() -> There:
    double = DynamicsDouble(EARLIER)
    ana, budi = (double.add(by="x", kind="systemusers", fullname=name) for name in ("Ana", "Budi"))

    def status(value: str) -> dict[str, object]:
        state, code = value.split(":")
        return {"statecode": int(state), "statuscode": int(code)}

    secrets = {"way": "client", "tenant": TENANT, "client_id": CLIENT, "client_secret": SECRET}
    return There(double, ORGANIZATION, secrets, "emailaddress1", "_ownerid_value", ana, budi, status, "2:5")


KINDS = {"salesforce": salesforce, "hubspot": hubspot, "dynamics": dynamics}


@pytest.fixture(params=KINDS)
def set_up(request, settings) -> Iterator[tuple[There, Connection]]:
    """Whose last step is open; the leads of one owner are left with them."""
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    there = KINDS[request.param]()
    with there.double as double:
        row = make_connection_row(
            request.param,
            account_id=there.account,
            base_url=double.address,
            login_url=double.address,
            credentials=seal(json.dumps(there.secrets)),
            field_map={"email": there.email},
            closing_map={there.closed: "disqualified"},
            state="draft",
        )
        make_remote_person(row, make_rep(), there.known_owner)
        make_remote_person(row, None, there.left_owner, how="hand")
        yield there, row


def look(client, row: Connection, page_text) -> str:
    return page_text(client.get(f"/connections/{row.pk}/test/look/"))


def test_it_says_what_then_comes_in(client, as_ops, set_up, page_text):
    there, row = set_up
    known = capture_lead({"email": "known@acme.example"}, channel=Capture.Channel.API, at=MORNING).lead
    there.add("new@acme.example")
    there.add("New@ACME.example", owner=there.known_owner)
    there.add("known@acme.example", owner=there.known_owner)
    there.add("own@acme.example", owner=there.known_owner)
    there.add("")
    there.add("left@acme.example", owner=there.left_owner)
    there.add("closed@acme.example", status=there.closed)
    there.add("closed.left@acme.example", status=there.closed, owner=there.left_owner)
    there.double.delete(there.add("deleted@acme.example"), by=ANA)
    there.double.convert(there.add("converted@acme.example"), into=there.double.new_id(), by=ANA)
    there.double.merge(there.add("loser@acme.example"), into=there.add("winner@acme.example"), by=ANA)
    there.double.now = MORNING
    page = look(client, row, page_text)
    before = Lead.objects.count()
    client.post(f"/connections/{row.pk}/on/")
    poll(row, at=MORNING)
    came, made = CrmLink.objects.count(), Lead.objects.count() - before
    assert f"These {came} leads would come in." in page
    assert f"{came - made} of them are known here by their e-mail and join." in page
    assert "2 are closed there and stay out. 1 stays with its owner there." in page
    assert (came, came - made) == (7 if row.kind == "hubspot" else 6, 2)  # a contact is not converted
    assert CrmLink.objects.filter(lead=known).count() == 1


def test_each_row_says_what_becomes_of_it(client, as_ops, set_up, page_text):
    there, row = set_up
    there.add("new@acme.example")
    there.add("left@acme.example", owner=there.left_owner)
    there.add("closed@acme.example", status=there.closed)
    says = ("would be a new lead", "stays with its owner there", "does not come in: it is closed there")
    page = look(client, row, page_text)
    assert ("This 1 lead would come in." in page, [each for each in says if each not in page]) == (True, [])
    Connection.objects.update(take_since=MORNING)
    page = look(client, row, page_text)
    assert "comes in when it is changed there" in page
    assert "No lead would come in now; each does when it is made or changed over there." in page
    Connection.objects.update(takes_in=False)
    assert "does not come in: this connection only writes" in look(client, row, page_text)
