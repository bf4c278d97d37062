"""A Dataverse environment on this machine: an OData engine, and around it what only Dataverse does (I4).

modifiedon, the owner's lookup and ETags follow every write; tokens, WhoAmI and metadata are answered here; a PATCH is
refused as Dataverse refuses it: an unknown column, a status of another state, a closed lead.
"""

import json
import re
import uuid
from datetime import datetime, timedelta
from heapq import nsmallest
from urllib.parse import quote, unquote

from tests.crm.dataverse_engine import LAST, ROOT, Engine, cookie, error
from tests.crm.dataverse_model import NAMESPACE, STATES, STATUSES, contract, metadata
from tests.crm.double import Double, Row
from tests.crm.wire import Answer, Call, Refused

TENANT = "contoso.onmicrosoft.com"
CLIENT = "7c0e5cf4-6a3f-4a0c-9a39-3d9f4c8b7f10"
SECRET = "kq8~s3cr3t/of+the=app"
ORGANIZATION = "11111111-aaaa-4bbb-8ccc-000000000001"
APP_USER = "11111111-aaaa-4bbb-8ccc-000000000002"
OPPORTUNITY = "11111111-aaaa-4bbb-8ccc-000000000003"
OWNER_KIND = "Microsoft.Dynamics.CRM.lookuplogicalname"
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SINCE, SIZE = re.compile(r"modifiedon ge (\S+)"), re.compile(r"odata\.maxpagesize=(\d+)")
ONE = re.compile(r"(\w+)\(([0-9a-f-]{36})\)")
READ = {"leads": "prvReadLead", "systemusers": "prvReadUser", "teams": "prvReadTeam"}
READ |= {"organizations": "prvReadOrganization", "audits": "prvReadAuditSummary"}
SIGN_IN = {
    "AADSTS7000222": "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new"
    " keys for your app: https://aka.ms/NewClientSecret",
    "AADSTS7000215": "Invalid client secret provided. Ensure the secret being sent in the request is the client secret"
    " value, not the client secret ID, for a secret added to app '{app}'.",
    "AADSTS700016": "Application with identifier '{app}' was not found in the directory 'Contoso'.",
    "AADSTS90002": "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.",
    "AADSTS500011": "The resource principal named {resource} was not found in the tenant named Contoso.",
}


class DynamicsDouble(Double):
    """`missing`: privileges that the app's user lacks. `has_user`: whether the environment knows the app at all.
    `may_not_own`: users without a role. `audits`: whether deletions are noted. `sign_in_error`: what the token endpoint
    says instead of a token."""

    KIND = "leads"

    def __init__(self, now: datetime) -> None:
        self.engine = Engine(contract())
        super().__init__(now)
        self.missing: set[str] = set()
        self.may_not_own: set[str] = set()
        self.has_user, self.sign_in_error, self.has_etags, self.audits = True, "", True, True
        self._tokens: dict[str, datetime] = {}
        self._page_before: list[object] = []
        self._noted = 0
        self.statuses = dict(STATUSES)
        self.add(by=APP_USER, kind="organizations", record_id=ORGANIZATION, name="Contoso Sales")
        self.add(by=APP_USER, kind="systemusers", record_id=APP_USER, fullname="# Alur", applicationid=CLIENT)

    # what people over there do

    def new_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, str(len(self.rows))))

    def add(self, *, by: str, kind: str = "", record_id: str = "", **values: object) -> str:
        if (kind or self.KIND) == "leads":
            values = {"statecode": 0, "statuscode": 1, "_ownerid_value": APP_USER, "merged": False} | values
        found = super().add(by=by, kind=kind, record_id=record_id, **values)
        self._show(self.rows[found])
        return found

    def touch(self, row: Row, *, by: str) -> None:
        super().touch(row, by=by)
        self._show(row)

    def delete(self, record_id: str, *, by: str) -> None:
        with self.lock:
            super().delete(record_id, by=by)
            row = self.rows[record_id]
            if self.audits and row.kind == "leads":
                self._noted += 1
                values = {
                    "operation": 3,
                    "objecttypecode": "lead",
                    "_objectid_value": row.id,
                    "_userid_value": APP_USER,
                }
                values |= {"createdon": row.changed_at.replace(microsecond=0)}
                self.engine.put("audits", str(uuid.UUID(int=self._noted)), values)

    def restore(self, record_id: str, *, by: str) -> None:
        with self.lock:
            self.rows[record_id].is_gone = False
            self.touch(self.rows[record_id], by=by)

    def merge(self, record_id: str, *, into: str, by: str) -> None:
        """The loser stays, closed, and names the winner."""
        with self.lock:
            self.rows[record_id].merged_into = into
            self.edit(record_id, by=by, merged=True, _masterid_value=into, statecode=2, statuscode=7)
            self.touch(self.rows[into], by=by)

    def convert(self, record_id: str, *, into: str, by: str) -> None:
        with self.lock:
            self.rows[record_id].converted_to = into
            self.edit(record_id, by=by, _qualifyingopportunityid_value=into, statecode=1, statuscode=3)

    def _show(self, row: Row) -> None:
        if row.is_gone:
            return self.engine.drop(row.kind, row.id)
        stamps = {
            "modifiedon": row.changed_at.replace(microsecond=0),
            "createdon": row.created_at.replace(microsecond=0),
            "_modifiedby_value": row.changed_by if ONE.fullmatch(f"a({row.changed_by})") else APP_USER,
        }
        self.engine.put(row.kind, row.id, row.values | stamps)

    # what the vendor decides

    def answer(self, call: Call) -> Answer:
        if call.path.endswith("/oauth2/v2.0/token"):
            return self._token(call)
        given = call.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(given, self.now) <= self.now:
            return Answer(401, b"", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if not self.has_user:
            return error(403, "0x80072560", "The user is not a member of the organization.")
        path = unquote(call.path).removeprefix(f"{ROOT}/")
        if path == "WhoAmI":
            return Answer.of({"BusinessUnitId": ORGANIZATION, "UserId": APP_USER, "OrganizationId": ORGANIZATION})
        if path.startswith("EntityDefinitions"):
            found = metadata(path, self.hidden_fields, self.statuses)
            return Answer.of(found) if found else error(404, "0x80060888", "Resource not found for the segment.")
        table_set, _, _rest = path.partition("(")
        self._demand(READ.get(table_set, ""))
        self._demand_columns(call)
        if call.method == "PATCH":
            return self._patch(call)
        return self._get(call)

    def too_many(self, wait: float | None) -> Answer:
        headers = {} if wait is None else {"Retry_After": str(int(wait))}
        words = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
        return error(429, "0x80072322", words, **headers)

    def own_error(self) -> Answer:
        return error(500, "0x80040216", "An unexpected error occurred.")

    def revoke(self) -> None:
        self._tokens.clear()

    def is_page(self, call: Call) -> bool:
        return call.method == "GET" and call.path.endswith("/leads")

    def _token(self, call: Call) -> Answer:
        form, tenant = call.form, call.path.split("/")[1]
        wrong = [
            (self.sign_in_error, bool(self.sign_in_error)),
            ("AADSTS90002", tenant != TENANT),
            ("AADSTS700016", form.get("client_id") != CLIENT),
            ("AADSTS7000215", form.get("client_secret") != SECRET),
            ("AADSTS500011", form.get("scope") != f"{self.address}/.default"),
        ]
        code = next((code for code, is_wrong in wrong if is_wrong), "")
        if code:
            names = {"app": form.get("client_id"), "tenant": tenant, "resource": form.get("scope")}
            said = SIGN_IN.get(code, "Something else.").format(**names)
            trace = " Trace ID: 0a1b Correlation ID: 2c3d Timestamp: 2026-11-02 12:00:00Z"
            status = 401 if code.startswith("AADSTS70002") else 400
            return Answer.of({"error": "invalid_client", "error_description": f"{code}: {said}{trace}"}, status)
        fresh = f"token-{len(self._tokens)}-{self.now.timestamp():.0f}-{uuid.uuid4().hex}"
        self._tokens[fresh] = self.now + timedelta(seconds=3599)
        return Answer.of({"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": fresh})

    def _demand(self, privilege: str) -> None:
        if privilege in self.missing:
            raise Refused(error(403, "0x80040220", _missing(APP_USER, privilege)))

    def _demand_columns(self, call: Call) -> None:
        asked = set(call.query.get("$select", "").split(","))
        for column in sorted(asked & self.hidden_fields):
            words = f"Could not find a property named '{column}' on type '{NAMESPACE}.lead'."
            raise Refused(error(400, "0x80060888", words))

    def _get(self, call: Call) -> Answer:
        answer = self.engine.ask(call, query=call.url.query, leads=self._near(call))
        if answer.status != 200:
            return answer
        content = json.loads(answer.body)
        rows = content.get("value", [content])
        if self.is_page(call):
            if self.is_repeated(call):
                content = content | {"value": self._page_before or rows, "@odata.nextLink": self._same_again(call)}
            self._page_before = rows
        for row in content.get("value", [content]):
            self._annotate(row, call)
        return Answer.of(content, **{"OData_Version": "4.0"})

    def _near(self, call: Call) -> list[str]:
        """Leads that an index would find, because the engine looks at each one for some 0.1 ms: those that the call
        names, or one page and one more from where it begins."""
        named = GUID.findall(unquote(call.path) + call.query.get("$filter", ""))
        begin = SINCE.search(call.query.get("$filter", ""))
        if named or not begin:
            return list(dict.fromkeys(named)) if named else list(self.rows)
        since = datetime.fromisoformat(begin.group(1))
        after = LAST.search(unquote(unquote(call.query.get("$skiptoken", ""))))
        size = int(SIZE.search(call.headers.get("prefer", "odata.maxpagesize=5000")).group(1))
        places = (
            (row.changed_at.replace(microsecond=0), row.id)
            for row in self.rows.values()
            if row.kind == "leads" and not row.is_gone and row.seen_at <= self.now
        )
        if after and after.group(1):
            last = (datetime.fromisoformat(after.group(1)), after.group(2))
            near = nsmallest(size + 1, (place for place in places if place > last))
        else:
            near = nsmallest(size + 1, (place for place in places if place[0] >= since))
        return sorted((lead for _stamp, lead in near), reverse=True)  # the order is the engine's to find

    def _same_again(self, call: Call) -> str:
        """A link to the page that was asked for, unlike its own."""
        before = LAST.search(unquote(unquote(call.query.get("$skiptoken", ""))))
        token = cookie(*(before.groups() if before else ("", "00000000-0000-0000-0000-000000000000")), 99)
        rest = [part for part in call.url.query.split("&") if not part.startswith("$skiptoken=")]
        return f"{self.address}{call.path}?" + "&".join([*rest, f"$skiptoken={quote(token, safe='')}"])

    def _annotate(self, row: dict[str, object], call: Call) -> None:
        owner = row.get("_ownerid_value")
        if owner and OWNER_KIND in call.headers.get("prefer", ""):
            is_team = self.rows[str(owner)].kind == "teams"
            row[f"_ownerid_value@{OWNER_KIND}"] = "team" if is_team else "systemuser"

    def _patch(self, call: Call) -> Answer:
        values, lead = dict(call.json), ONE.search(unquote(call.path)).group(2)
        self._demand("prvWriteLead")
        row = self.rows.get(lead)
        if "if-match" not in call.headers and (not row or row.is_gone):
            self.add(by=APP_USER, record_id=lead)  # as Dataverse does: a PATCH makes what is not there
            row = self.rows[lead]
        if row and not row.is_gone:
            self._demand_fit(row, values, call)
        answer = self.engine.ask(call, query="", method="PATCH", leads=[lead])
        if answer.status >= 400:
            return answer
        bound = values.pop("ownerid@odata.bind", "")
        if bound:
            values["_ownerid_value"] = ONE.search(bound).group(2)
        self.edit(lead, by=APP_USER, **values)
        if "return=representation" not in call.headers.get("prefer", ""):
            return Answer(204)
        return self._get(call)

    def _demand_fit(self, row: Row, values: dict[str, object], call: Call) -> None:
        for name in values:
            if name not in self.engine.columns("leads") and name != "ownerid@odata.bind":
                words = f"The property '{name}' does not exist on type '{NAMESPACE}.lead'."
                raise Refused(error(400, "0x80048d19", f"An error occurred while validating input parameters: {words}"))
        if not self.has_etags and call.headers.get("if-match", "*") != "*":
            raise Refused(error(400, "0x80060893", "Optimistic concurrency isn't enabled for entity type lead."))
        state = values.get("statecode", row.values["statecode"])
        if row.values["statecode"] != 0 and state != 0:
            raise Refused(error(400, "0x80040203", "The lead is closed."))
        status = values.get("statuscode", row.values["statuscode"])
        if self.statuses.get(status, (None,))[0] != state:
            words = f"{status} is not a valid status code for state code LeadState.{STATES.get(state)} on lead"
            raise Refused(error(400, "0x80048408", f"{words} with Id {row.id}."))
        owner = ONE.search(str(values.get("ownerid@odata.bind", "")))
        if owner:
            self._demand("prvAssignLead")
        if owner and owner.group(2) in self.may_not_own:
            words = f"Read Privilege Check For Owner failed: {_missing(owner.group(2), 'prvReadLead')}"
            raise Refused(error(403, "0x80040220", words))


def _missing(user: str, privilege: str) -> str:
    return (
        f"Principal user (Id={user}, type=8, roleCount=1, privilegeCount=45, accessMode=4), is missing {privilege}"
        f" privilege (Id=886b280c-6396-4d56-a0a3-2c1b0a50ceb0) on OTC=4 for entity 'lead' (LocalizedName='Lead')."
    )
