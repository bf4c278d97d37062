"""Sales ops connect each of the three CRMs in five steps, against doubles that know nothing of Alur (I4)."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from config.sealing import unseal
from leads.models import Lead
from queues.actions.crm.polling import poll
from queues.models import Connection, RemotePerson
from tests.crm.double import Double
from tests.crm.dynamics_double import CLIENT, SECRET, TENANT, DynamicsDouble
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.salesforce_client import credentials_of
from tests.crm.salesforce_double import ANA, SalesforceDouble
from tests.factories import MORNING, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


@pytest.fixture(autouse=True)
def trusted(settings) -> None:
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]


@pytest.fixture
def hubspot() -> Iterator[HubSpotDouble]:
    with HubSpotDouble(MORNING) as double:
        yield double


@pytest.fixture
def dynamics() -> Iterator[DynamicsDouble]:
    with DynamicsDouble(MORNING) as double:
        yield double


@pytest.fixture
def salesforce() -> Iterator[SalesforceDouble]:
    with SalesforceDouble(MORNING) as double:
        yield double


def begin(client, records: str, double: Double) -> Connection:
    """The first step. HubSpot and Microsoft stand at one address for everybody, so here the draft is told another."""
    client.post("/connections/new/", {"records": records, "name": "leads"})
    made = Connection.objects.latest("pk")
    if made.kind != Connection.Kind.SALESFORCE:
        Connection.objects.filter(pk=made.pk).update(login_url=double.address)
    if made.kind == Connection.Kind.HUBSPOT:
        Connection.objects.filter(pk=made.pk).update(base_url=double.address)
    return made


def page_of(connection: Connection, step: str) -> str:
    return f"/connections/{connection.pk}/{step}/"


def goes_through(client, connection: Connection, page_text: Callable, *, shows: tuple[str, ...]) -> None:
    """Steps three to five, with what is guessed; nothing is written over there, and nothing is here before the end."""
    assert client.get(page_of(connection, "people")).status_code == 200
    form = client.get(page_of(connection, "fields")).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    typed = {name: value for name, value in typed.items() if value is not False} | {"which": "all", "days": ""}
    saved = client.post(page_of(connection, "fields"), typed)
    assert (saved.status_code, saved["Location"]) == (302, page_of(connection, "test"))
    sample = page_text(client.get(page_of(connection, "test/look")))
    for says in (*shows, "This 1 lead would come in."):
        assert says in sample
    assert Lead.objects.count() == 0
    client.post(page_of(connection, "on"))
    poll(connection.pk, clock=lambda: MORNING + timedelta(minutes=5))
    connection.refresh_from_db()
    assert (connection.state, connection.problem) == ("working", "")
    assert Lead.objects.get().email == "dewi@kopi.example"
    assert "Working, last lead" in page_text(client.get("/connections/"))


def writes(double: Double) -> int:
    return double.count("", "PATCH")


def test_hubspot_by_the_token_of_a_private_app(client, as_ops, hubspot, page_text):
    rina = make_rep(email="rina@nusantara.example")
    owner = hubspot.add_owner("rina@nusantara.example", "Rina", "Hartono")
    hubspot.add(by="1", email="dewi@kopi.example", firstname="Dewi", company="Kopi Senja 🚀", hubspot_owner_id=owner)
    connection = begin(client, "hubspot:contacts", hubspot)
    answer = client.post(page_of(connection, "sign-in"), {"token": hubspot.token}, follow=True)
    assert "It works: this is Nusantara Foods." in page_text(answer)
    assert RemotePerson.objects.get(remote_id=owner).user == rina
    goes_through(client, connection, page_text, shows=("Dewi", "dewi@kopi.example", "Kopi Senja 🚀"))
    assert (connection.field_map["email"], connection.account_id) == ("email", "8675309")
    assert (connection.status_map["held"], writes(hubspot)) != ("", 0) and writes(hubspot) == 0


def test_hubspot_by_a_sign_in_there(client, as_ops, hubspot, page_text):
    connection = begin(client, "hubspot:contacts", hubspot)
    app = {"client_id": hubspot.client_id, "client_secret": hubspot.client_secret}
    client.post(f"{page_of(connection, 'sign-in')}?way=sign-in", app)
    asked = parse_qs(urlsplit(client.get(page_of(connection, "sign-in/go"))["Location"]).query)
    code = hubspot.sign_in(asked["redirect_uri"][0])
    back = f"/connections/signed-in/?state={asked['state'][0]}&code={code}"
    answer = client.get(back, follow=True)
    assert "It works: this is nusantara.example, as bima@nusantara.example." in page_text(answer)
    again = page_text(client.get(back, follow=True))
    assert "This sign-in was not begun in this browser, or too long ago." in again
    connection.refresh_from_db()
    kept = json.loads(unseal(connection.credentials))
    assert (kept["way"], kept["refresh_token"], connection.people_at) == ("refresh", hubspot.refresh_token, MORNING)


def test_a_hubspot_token_without_rights_names_the_one_that_is_missing(client, as_ops, hubspot, page_text):
    hubspot.scopes.discard("crm.objects.owners.read")
    connection = begin(client, "hubspot:contacts", hubspot)
    page = page_text(client.post(page_of(connection, "sign-in"), {"token": hubspot.token}, follow=True))
    assert "lacks the right crm.objects.owners.read." in page
    connection.refresh_from_db()
    assert (connection.account_id, connection.people_at) == ("8675309", None)
    wrong = client.post(page_of(connection, "sign-in"), {"token": "pat-of-nobody"})
    assert (wrong.status_code, "HubSpot does not accept this." in page_text(wrong)) == (422, True)


@pytest.mark.parametrize("way", ["client", "key"])
def test_salesforce_by_an_app_alone(client, as_ops, salesforce, page_text, way):
    ana = make_rep(email="ana@acme.example")
    lead = {"LastName": "O'Brien", "Company": "Kopi Senja", "Email": "dewi@kopi.example", "Status": "Open"}
    salesforce.add(by=ANA, OwnerId=ANA, **lead)
    connection = begin(client, "salesforce:Lead", salesforce)
    known = credentials_of(salesforce, "client_credentials" if way == "client" else "jwt")
    typed = known | {"login_at": "own", "own_domain": salesforce.address}
    answer = client.post(f"{page_of(connection, 'sign-in')}?way={way}", typed, follow=True)
    assert "It works: this is Acme 🚀, as" in page_text(answer)
    assert RemotePerson.objects.get(remote_id=ANA).user == ana
    goes_through(client, connection, page_text, shows=("O&#x27;Brien", "dewi@kopi.example"))
    assert (connection.base_url, writes(salesforce)) == (salesforce.address, 0)
    assert not {"Closed - Converted"} & set(connection.status_map.values())


def test_salesforce_by_a_sign_in_there_with_pkce(client, as_ops, salesforce, page_text):
    salesforce.tokens.redirect_uri = "http://testserver/connections/signed-in/"
    connection = begin(client, "salesforce:Lead", salesforce)
    app = {"client_id": salesforce.tokens.client_id, "client_secret": salesforce.tokens.client_secret}
    typed = app | {"login_at": "own", "own_domain": salesforce.address}
    client.post(f"{page_of(connection, 'sign-in')}?way=sign-in", typed)
    there = client.get(page_of(connection, "sign-in/go"))["Location"]
    back = salesforce.tokens.consent(there.removeprefix(salesforce.address))
    answer = client.get(f"{urlsplit(back).path}?{urlsplit(back).query}", follow=True)
    assert "It works: this is Acme 🚀, as" in page_text(answer)
    connection.refresh_from_db()
    assert json.loads(unseal(connection.credentials))["way"] == "refresh"


def test_dynamics_by_an_app_with_a_secret(client, as_ops, dynamics, page_text):
    dynamics.add(by="x", subject="Chairs", firstname="Dewi", lastname="Lestari", emailaddress1="dewi@kopi.example")
    connection = begin(client, "dynamics:leads", dynamics)
    typed = {"base_url": dynamics.address, "tenant": TENANT, "client_id": CLIENT, "client_secret": "an ID, no secret"}
    wrong = client.post(page_of(connection, "sign-in"), typed)
    assert "Enter the value of the secret, not its ID." in page_text(wrong)
    assert "an ID, no secret" not in wrong.content.decode()
    right = client.post(page_of(connection, "sign-in"), typed | {"client_secret": SECRET}, follow=True)
    assert "It works: this is Contoso Sales" in page_text(right)
    goes_through(client, connection, page_text, shows=("Dewi Lestari", "dewi@kopi.example"))
    assert writes(dynamics) == 0
