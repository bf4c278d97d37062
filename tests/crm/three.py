"""The doubles of the three CRMs behind one face, for what must be the same with each (I4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.crm.double import Double
from tests.crm.dynamics_double import CLIENT, ORGANIZATION, SECRET, TENANT, DynamicsDouble
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.salesforce_double import ANA, BUDI, ORG, SalesforceDouble
from tests.factories import MORNING

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
