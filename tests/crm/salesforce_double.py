"""A double of Salesforce: leads over REST, as strict as the vendor (I4).

Held to by simple-salesforce, which somebody else wrote (test_salesforce_double.py). Names of fields are those of the
vendor's reference.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

from tests.crm.double import Double, Row
from tests.crm.salesforce_queries import Queries
from tests.crm.salesforce_tables import LEAD, STATUSES, Column, described, full_id, salesforce_id
from tests.crm.salesforce_tokens import SignIn
from tests.crm.salesforce_writes import Writes
from tests.crm.wire import Answer, Call, Refused

DATA = re.compile(r"/services/data/v(\d{2})\.0(/.*)")
ORG = salesforce_id("00D", 1)
ALUR, ANA, BUDI, CICI = (salesforce_id("005", number) for number in (1, 2, 3, 4))
QUEUE = salesforce_id("00G", 1)


class SalesforceDouble(Double):
    """
    People: `ALUR` is the user of the app, `ANA` and `BUDI` sell, `CICI` has left, `QUEUE` is a queue. `most_calls` are
    those of a day. `refuse_next` lets one part of the API say no. `rule_owner`: whom the assignment rule over there
    gives a lead that is changed without the header that forbids it. `most_rows`: queries that find more time out.
    `missing`: rights that the app's user lacks: read, edit, view_all.
    """

    KIND = "Lead"

    def __init__(self, now: datetime, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(now, tls=tls)
        self.most_calls = 15_000
        self.tokens = SignIn(self.address, ORG, ALUR)
        self.page_size, self.most_rows, self.rule_owner = 2000, 0, ""
        self.missing: set[str] = set()
        self.columns: dict[str, Column] = {column.name: column for column in LEAD}
        self.statuses = list(STATUSES)
        self.tables: dict[str, list[dict[str, object]]] = {
            "User": [
                _user(ALUR, "Alur", "alur@acme.example"),
                _user(ANA, "Ana O'Brien", "ana@acme.example"),
                _user(BUDI, "Budi", "budi@acme.example"),
                _user(CICI, "Cici", "cici@acme.example", is_active=False),
                {**_user(salesforce_id("005", 9), "Robot", "robot@acme.example"), "UserType": "AutomatedProcess"},
            ],
            "Group": [
                {"Id": QUEUE, "Name": "Inbound", "Email": None, "Type": "Queue", "DeveloperName": "Inbound"},
                {"Id": salesforce_id("00G", 2), "Name": "All", "Email": None, "Type": "Regular", "DeveloperName": "A"},
            ],
            "Organization": [
                {"Id": ORG, "Name": "Acme 🚀", "OrganizationType": "Enterprise Edition", "IsSandbox": False}
            ],
        }
        self._scripted: list[tuple[str, Answer]] = []
        self._numbers = iter(range(1, 10**9))
        self._queries, self._writes = Queries(self), Writes(self)

    # what a vendor decides

    def answer(self, call: Call) -> Answer:
        if call.path == "/services/oauth2/token":
            return self.tokens.token(call)
        if call.path == "/services/oauth2/authorize":
            return Answer(302, b"", {"Location": self.tokens.consent(call.target)})
        self._check_token(call)
        usage = f"api-usage={self.calls_in_window}/{self.most_calls}"
        try:
            found = self.route(call.method, call.target, call.headers, lambda: call.json)
        except Refused as refused:
            found = refused.answer
        return replace(found, headers={**found.headers, "Sforce-Limit-Info": usage})

    def route(self, method: str, target: str, headers: Mapping[str, str], body: Callable[[], object]) -> Answer:
        """Also of the parts of a composite call."""
        for on, answer in self._scripted:
            if on in f"{method} {target}":
                self._scripted.remove((on, answer))
                return answer
        path, _mark, query = target.partition("?")
        place = DATA.fullmatch(path)
        if not place or not 50 <= int(place[1]) <= 66:
            raise no(404, "NOT_FOUND", "The requested resource does not exist")
        asked = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
        rest = place[2].strip("/").split("/")
        match [method, *rest]:
            case ["GET", "query" | "queryAll" as name]:
                text = unquote(asked.get("q", "").replace("+", " "))
                return self._queries.first(text, f"v{place[1]}.0", is_all=name == "queryAll", headers=headers)
            case ["GET", "query" | "queryAll", locator]:
                return self._queries.more(locator, f"v{place[1]}.0")
            case ["GET", "sobjects", "Lead", "describe"]:
                return Answer.of({"name": "Lead", "fields": list(self._described())})
            case ["GET", "sobjects", "Lead", record_id]:
                names = unquote(asked["fields"]).split(",") if "fields" in asked else list(self.columns)
                return Answer.of(self._writes.one(record_id, names))
            case ["PATCH", "sobjects", "Lead", record_id]:
                _check_json(headers)
                return self._writes.update(record_id, body(), headers)
            case ["POST", "composite"]:
                _check_json(headers)
                return self._writes.composite(body())
            case ["POST", "composite", "sobjects", "Lead"]:
                _check_json(headers)
                return self._writes.collection(body())
        raise no(404, "NOT_FOUND", "The requested resource does not exist")

    def too_many(self, wait: float | None) -> Answer:
        """The quota of the day; with `wait`, what stands before the API and counts calls of a minute."""
        if wait is not None:
            return Answer.of(
                [{"message": "Too many requests", "errorCode": "TOO_MANY_REQUESTS"}], 429, Retry_After=str(int(wait))
            )
        return no(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.").answer

    def own_error(self) -> Answer:
        return no(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId").answer

    def revoke(self) -> None:
        self.tokens.access_tokens.clear()

    def new_id(self) -> str:
        return salesforce_id("00Q", next(self._numbers))

    def is_page(self, call: Call) -> bool:
        return "/query" in call.path

    # what a test and people over there do

    def refuse_next(self, on: str, status: int, code: str, words: str = "No.", fields: tuple[str, ...] = ()) -> None:
        """`on`: a part of method and target, as in "PATCH /services/data"."""
        self._scripted.append((on, no(status, code, words, fields).answer))

    def script(self, on: str, status: int, content: object) -> None:
        """Answers something else, once."""
        self._scripted.append((on, Answer.of(content, status)))

    def end_grant(self) -> None:
        """The admin has taken the app's rights away, or the app."""
        self.revoke()
        self.tokens.refresh_tokens.clear()
        self.tokens.client_secret = "another"

    def forget_locators(self) -> None:
        self._queries.kept.clear()

    def add(self, *, by: str = ANA, kind: str = "", record_id: str = "", **values: object) -> str:
        unknown = set(values) - set(self.columns)
        if unknown:
            raise KeyError(unknown)
        whole = {"OwnerId": ANA, "Status": STATUSES[0][0], "LastName": "Lestari", "Company": "Acme", **values}
        return super().add(by=by, kind=kind, record_id=record_id, **whole)

    def convert(self, record_id: str, *, into: str = "", by: str = ANA) -> None:
        self.rows[record_id].values["Status"] = "Closed - Converted"
        super().convert(record_id, into=into or salesforce_id("003", len(self.rows)), by=by)

    # what its parts share

    def column(self, name: str) -> Column | None:
        """A field that was taken away, or is hidden from the app's user, is not there at all."""
        known = {each.lower(): column for each, column in self.columns.items()}
        found = known.get(name.lower())
        return None if found is None or found.name in self.hidden_fields else found

    def value(self, row: Row, name: str) -> object:
        """As JSON says it."""
        return self.shown(row, [name])[name]

    def shown(self, row: Row, names: list[str]) -> dict[str, object]:
        changed_at = stamp(row.changed_at)
        whole = row.values | {
            "attributes": {"type": "Lead", "url": f"/services/data/v61.0/sobjects/Lead/{row.id}"},
            "Id": row.id,
            "IsDeleted": row.is_gone,
            "MasterRecordId": row.merged_into,
            "IsConverted": bool(row.converted_to),
            "ConvertedContactId": row.converted_to,
            "CreatedDate": stamp(row.created_at),
            "CreatedById": row.changed_by,
            "LastModifiedDate": changed_at,
            "LastModifiedById": row.changed_by,
            "SystemModstamp": changed_at,
        }
        if "Name" in names:
            whole["Name"] = " ".join(str(whole[part]) for part in ("FirstName", "LastName") if whole.get(part))
        return {name: None if whole.get(name) == "" else whole.get(name) for name in ("attributes", *names)}

    def find(self, record_id: str) -> Row | None:
        return self.rows.get(full_id(record_id))

    def _described(self) -> Iterator[dict[str, object]]:
        statuses = [name for name, _is_converted in self.statuses]
        return (described(each, statuses) for each in self.columns.values() if each.name not in self.hidden_fields)

    def _check_token(self, call: Call) -> None:
        scheme, _space, token = call.headers.get("authorization", "").partition(" ")
        if scheme not in ("Bearer", "OAuth") or not token:
            raise no(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
        if token not in self.tokens.access_tokens:
            raise no(401, "INVALID_SESSION_ID", "Session expired or invalid")


def no(status: int, code: str, words: str, fields: tuple[str, ...] | None = None) -> Refused:
    error: dict[str, object] = {"message": words, "errorCode": code}
    return Refused(Answer.of([error if fields is None else {**error, "fields": list(fields)}], status))


def stamp(at: datetime) -> str:
    """To the second, with three zeros."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def _check_json(headers: Mapping[str, str]) -> None:
    if not headers.get("content-type", "").startswith("application/json"):
        raise no(415, "UNSUPPORTED_MEDIA_TYPE", "The Content-Type header must be application/json")


def _user(user_id: str, name: str, email: str, *, is_active: bool = True) -> dict[str, object]:
    return {
        "Id": user_id,
        "Name": name,
        "Email": email,
        "Username": email,
        "IsActive": is_active,
        "UserType": "Standard",
    }
