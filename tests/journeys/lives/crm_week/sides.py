"""The three CRMs of a week: their doubles, and how people over there see and change a record (I4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from config.reach.crm.records import Place
from leads.models import Activity
from tests.crm.double import Double, Row
from tests.crm.dynamics_double import APP_USER as DYNAMICS_APP
from tests.crm.dynamics_double import CLIENT, OPPORTUNITY, SECRET, TENANT, DynamicsDouble
from tests.crm.hubspot_double import APP_USER as HUBSPOT_APP
from tests.crm.hubspot_double import HubSpotDouble
from tests.crm.salesforce_double import ALUR, SalesforceDouble
from tests.crm.salesforce_tables import salesforce_id

APPS = {ALUR, DYNAMICS_APP, HUBSPOT_APP}


@dataclass(frozen=True, slots=True)
class Note:
    """One change of a record. `era`: the newest activity here at that moment."""

    record: str
    what: str  # owner, status or facts
    was: str
    now: str
    is_ours: bool
    at: datetime
    era: int


class Side:
    """`notes` are all changes there, in their order; `era` is set by who lives the week."""

    KIND: ClassVar[str]
    OBJECT: ClassVar[str]
    FIELDS: ClassVar[Mapping[str, str]]
    STATUSES: ClassVar[Mapping[str, str]]
    CLOSING: ClassVar[Mapping[str, str]]
    IDLE: ClassVar[str]  # a status that means nothing here
    GROUP: ClassVar[str] = ""
    CONVERTS = True
    HAS_USAGE = True
    double: Double

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.era = 0

    # what each CRM says in its own way

    def owner_of(self, row: Row) -> str:
        raise NotImplementedError

    def status_of(self, row: Row) -> str:
        raise NotImplementedError

    def owned(self, owner: str) -> dict[str, Any]:
        raise NotImplementedError

    def in_status(self, status: str) -> dict[str, Any]:
        raise NotImplementedError

    def hire(self, email: str, name: str) -> str:
        raise NotImplementedError

    def credentials(self) -> dict[str, str]:
        raise NotImplementedError

    def end_grant(self) -> None:
        raise NotImplementedError

    def give_grant_back(self) -> None:
        """What sales ops need for new secrets."""

    # for all

    def look(self) -> None:
        """What happened here so far comes before what happens there next."""
        self.era = Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def count_writes(self) -> int:
        return sum(note.is_ours for note in self.notes)

    @property
    def place(self) -> Place:
        return Place(self.double.address, self.double.address)

    def values(self, person: Mapping[str, str]) -> dict[str, str]:
        return {theirs: person[ours] for ours, theirs in self.FIELDS.items() if person.get(ours)}

    def rows(self) -> list[Row]:
        """The leads that are there."""
        kind = self.double.KIND
        return [row for row in self.double.rows.values() if row.kind == kind and not self.is_gone(row)]

    def is_gone(self, row: Row) -> bool:
        return bool(row.is_gone or row.merged_into or row.converted_to)

    def note(self, row: Row, before: tuple[str, str], values: Mapping[str, object], by: str) -> None:
        after = self.owner_of(row), self.status_of(row)
        is_ours = by in APPS
        for what, was, now, names in (
            ("owner", before[0], after[0], self.owned("").keys()),
            ("status", before[1], after[1], self.in_status(self.IDLE).keys()),
        ):
            if names & values.keys():
                self.notes.append(Note(row.id, what, was, now, is_ours, self.double.now, self.era))
        if set(self.FIELDS.values()) & values.keys():
            self.notes.append(Note(row.id, "facts", "", "", is_ours, self.double.now, self.era))


class _Noted:
    """Mixed into a double: tells its side of every change."""

    side: Side

    def edit(self, record_id: str, *, by: str, **values: object) -> None:
        row = self.rows[record_id]
        before = self.side.owner_of(row), self.side.status_of(row)
        super().edit(record_id, by=by, **values)
        self.side.note(row, before, values, by)


class _Salesforce(_Noted, SalesforceDouble): ...


class _HubSpot(_Noted, HubSpotDouble): ...


class _Dynamics(_Noted, DynamicsDouble): ...


class Salesforce(Side):
    KIND, OBJECT = "salesforce", "Lead"
    FIELDS = {
        "first_name": "FirstName",
        "last_name": "LastName",
        "email": "Email",
        "phone": "Phone",
        "company_name": "Company",
        "city": "City",
        "title": "Title",
    }
    STATUSES = {
        "waiting": "Open - Not Contacted",
        "held": "Assigned",
        "contacted": "Working - Contacted",
        "lost": "Closed - Not Converted",
        "disqualified": "Closed - Not Converted",
    }
    CLOSING = {"Closed - Not Converted": "disqualified"}
    IDLE = "Nurturing"

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.double = _Salesforce(at)
        self.double.side = self
        self.double.page_size = 20
        self.double.statuses += [("Assigned", False), (self.IDLE, False)]
        self.double.tables["User"] = self.double.tables["User"][:1]
        self.GROUP = salesforce_id("00G", 1)

    def owner_of(self, row: Row) -> str:
        return str(row.values["OwnerId"])

    def status_of(self, row: Row) -> str:
        return str(row.values["Status"])

    def owned(self, owner: str) -> dict[str, Any]:
        return {"OwnerId": owner or ALUR}

    def in_status(self, status: str) -> dict[str, Any]:
        return {"Status": status}

    def hire(self, email: str, name: str) -> str:
        users = self.double.tables["User"]
        found = salesforce_id("005", 100 + len(users))
        users.append(
            {"Id": found, "Name": name, "Email": email, "Username": email, "IsActive": True, "UserType": "Standard"}
        )
        return found

    def credentials(self) -> dict[str, str]:
        tokens = self.double.tokens
        return {"way": "client_credentials", "client_id": tokens.client_id, "client_secret": tokens.client_secret}

    def end_grant(self) -> None:
        self.double.end_grant()


class HubSpot(Side):
    KIND, OBJECT = "hubspot", "contacts"
    FIELDS = {
        "first_name": "firstname",
        "last_name": "lastname",
        "email": "email",
        "phone": "phone",
        "company_name": "company",
        "city": "city",
        "title": "jobtitle",
    }
    STATUSES = {
        "waiting": "NEW",
        "held": "OPEN",
        "contacted": "IN_PROGRESS",
        "lost": "UNQUALIFIED",
        "disqualified": "UNQUALIFIED",
    }
    CLOSING = {"UNQUALIFIED": "disqualified"}
    IDLE = "BAD_TIMING"
    CONVERTS = False

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.double = _HubSpot(at)
        self.double.side = self
        self.double.most_on_a_page = 20
        self.double.most_calls = 250_000
        self.GROUP = self.double.add_owner("inbound@nusantara.example", "Inbound", "", kind="QUEUE")

    def owner_of(self, row: Row) -> str:
        return str(row.values.get("hubspot_owner_id") or "")

    def status_of(self, row: Row) -> str:
        return str(row.values.get("hs_lead_status") or "")

    def owned(self, owner: str) -> dict[str, Any]:
        return {"hubspot_owner_id": owner}

    def in_status(self, status: str) -> dict[str, Any]:
        return {"hs_lead_status": status}

    def hire(self, email: str, name: str) -> str:
        return self.double.add_owner(email, name, "")

    def credentials(self) -> dict[str, str]:
        return {"way": "token", "token": self.double.token}

    def end_grant(self) -> None:
        self.double.revoke()


class Dynamics(Side):
    KIND, OBJECT = "dynamics", "leads"
    FIELDS = {
        "first_name": "firstname",
        "last_name": "lastname",
        "email": "emailaddress1",
        "phone": "telephone1",
        "company_name": "companyname",
        "city": "address1_city",
        "title": "jobtitle",
    }
    STATUSES = {"waiting": "0:1", "held": "0:8", "contacted": "0:2", "lost": "2:4", "disqualified": "2:5"}
    CLOSING = {"2:4": "lost", "2:5": "disqualified", "2:6": "disqualified"}
    IDLE = "0:9"
    HAS_USAGE = False

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.double = _Dynamics(at)
        self.double.side = self
        self.double.statuses |= {8: (0, "Assigned"), 9: (0, "On hold")}
        self.GROUP = "team:" + self.double.add(by=DYNAMICS_APP, kind="teams", name="Inbound", teamtype=0)

    def owner_of(self, row: Row) -> str:
        owner = str(row.values.get("_ownerid_value") or "")
        return f"team:{owner}" if owner and self.double.rows[owner].kind == "teams" else owner

    def status_of(self, row: Row) -> str:
        return f"{row.values['statecode']}:{row.values['statuscode']}"

    def owned(self, owner: str) -> dict[str, Any]:
        return {"_ownerid_value": owner.removeprefix("team:") or DYNAMICS_APP}

    def in_status(self, status: str) -> dict[str, Any]:
        state, _, reason = status.partition(":")
        return {"statecode": int(state), "statuscode": int(reason)}

    def hire(self, email: str, name: str) -> str:
        return self.double.add(
            by=DYNAMICS_APP, kind="systemusers", fullname=name, internalemailaddress=email, isdisabled=False
        )

    def credentials(self) -> dict[str, str]:
        return {"way": "client", "tenant": TENANT, "client_id": CLIENT, "client_secret": SECRET}

    def end_grant(self) -> None:
        self.double.revoke()
        self.double.sign_in_error = "AADSTS7000222"

    def give_grant_back(self) -> None:
        self.double.sign_in_error = ""


SIDES = {each.KIND: each for each in (Salesforce, HubSpot, Dynamics)}
OPPORTUNITIES = {"salesforce": "", "dynamics": OPPORTUNITY}
