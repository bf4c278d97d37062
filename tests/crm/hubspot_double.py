"""A HubSpot account on this machine, as strict as its published contract and documentation (I4).

What the documentation leaves open can be switched: `keeps_primary` (an account in the beta where a merge keeps the id
of the winner), `says_null` (what is empty comes as null), `batch_follows_merges`, `sorts`, `most_on_a_page`.
"""

import ssl
from datetime import datetime

from tests.crm.double import Row
from tests.crm.hubspot_access import HubSpotAccess, refuse, said
from tests.crm.hubspot_schema import COPIED, DEFAULTS, STAMPS, pipelines, prop, properties_of
from tests.crm.hubspot_search import search
from tests.crm.wire import Answer, Call

APP_USER = "77001"


class HubSpotDouble(HubSpotAccess):
    """`add_owner`, `associate` and `forget` (a privacy deletion) are what people do over there."""

    KIND = "contacts"

    def __init__(self, now: datetime, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(now, tls=tls)
        self.owners: dict[str, dict] = {}
        self.properties = {kind: properties_of(kind) for kind in STAMPS}
        self.contacts_of: dict[str, list[tuple[str, int]]] = {}  # (contact, kind of association) of a lead
        self.keeps_primary = self.says_null = False
        self.batch_follows_merges = self.sorts = True
        self.most_on_a_page = 200  # of a search
        self._pages: dict[str, Answer] = {}

    # what people do

    def add_owner(self, email: str, first: str, last: str, *, kind: str = "PERSON", is_archived: bool = False) -> str:
        number = next(self.numbers)
        self.owners[str(500 + number)] = {
            "id": str(500 + number),
            "userId": 40_000 + number,
            "email": email,
            "firstName": first,
            "lastName": last,
            "type": kind,
            "archived": is_archived,
            "createdAt": said(self.now),
            "updatedAt": said(self.now),
        }
        return str(500 + number)

    def new_id(self) -> str:
        return str(10_000 + next(self.numbers))

    def associate(self, lead: str, contact: str, kind: int = 578) -> None:
        self.contacts_of.setdefault(lead, []).append((contact, kind))

    def edit(self, record_id: str, *, by: str, **values: object) -> None:
        """HubSpot copies some values of a contact into its leads."""
        with self.lock:
            super().edit(record_id, by=by, **values)
            for lead, contacts in self.contacts_of.items():
                if {*values} & {*COPIED.values()} and any(contact == record_id for contact, _kind in contacts):
                    self.touch(self.rows[lead], by=by)

    def merge(self, record_id: str, *, into: str, by: str) -> None:
        """Both become one record with a new id."""
        with self.lock:
            old = [self.rows[into], self.rows[record_id]]
            if self.keeps_primary:
                super().merge(record_id, into=into, by=by)
            else:
                winner = self.add(by=by, kind=old[0].kind, **{**old[1].values, **old[0].values})
                for each in (into, record_id):
                    self.rows[each].is_gone, self.rows[each].merged_into = True, winner
                into = winner
            before = [str(row.values["hs_merged_object_ids"]) for row in old if row.values.get("hs_merged_object_ids")]
            ids = dict.fromkeys([*before, *(row.id for row in old)])
            self.rows[into].values["hs_merged_object_ids"] = ";".join(each for each in ids if each != into)

    def add_properties(self, kind: str, names: list[str]) -> None:
        self.properties[kind] |= {name: prop(name) for name in names}

    def forget(self, record_id: str) -> None:
        with self.lock:
            del self.rows[record_id]

    def is_page(self, call: Call) -> bool:
        return call.path.endswith("/search")

    # people and fields

    def _owners(self, call: Call) -> Answer:
        archived = call.query.get("archived") == "true"
        rows = [row for row in self.owners.values() if row["archived"] == archived]
        return self._paged(call, rows, most=500)

    def _properties(self, call: Call, kind: str) -> Answer:
        return Answer.of(
            {"results": [each for each in self.properties[kind].values() if self._knows(kind, each["name"])]}
        )

    def _property(self, _call: Call, kind: str, name: str) -> Answer:
        if not self._knows(kind, name):
            raise refuse(404, "OBJECT_NOT_FOUND", f'Property "{name}" does not exist')
        return Answer.of(self.properties[kind][name])

    def _pipelines(self, _call: Call) -> Answer:
        return Answer.of({"results": pipelines()})

    def _knows(self, kind: str, name: str) -> bool:
        return name in self.properties[kind] and name not in self.hidden_fields

    # records

    def _search(self, call: Call, kind: str) -> Answer:
        known = {name for name in self.properties[kind] if self._knows(kind, name)}
        rows = [row for row in self._live(kind) if row.seen_at <= self.now]
        rows = rows if self.sorts else rows[::-1]
        found, total, following = search(call, rows, known, most=self.most_on_a_page, sorts=self.sorts)
        names = call.json["properties"] or DEFAULTS[kind]
        content = {"total": total, "results": [self.shown(row, names) for row in found]}
        answer = Answer.of(content | ({"paging": {"next": {"after": following}}} if following else {}))
        if self.is_repeated(call):
            return self._pages.get(call.path, answer)
        self._pages[call.path] = answer
        return answer

    def _batch(self, call: Call, kind: str) -> Answer:
        body = call.json
        if missing := {"inputs", "properties", "propertiesWithHistory"} - {*body}:
            raise refuse(400, "VALIDATION_ERROR", f"Invalid input JSON: missing {sorted(missing)}")
        if len(body["inputs"]) > 100:
            raise refuse(400, "VALIDATION_ERROR", "The maximum number of inputs is 100")
        found, errors = {}, []
        for each in body["inputs"]:
            row = self._find(kind, each["id"], follows=self.batch_follows_merges)
            if row:
                found[row.id] = self.shown(row, body["properties"] or DEFAULTS[kind])
            else:
                context = {"ids": [each["id"]]}
                errors.append(
                    {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Could not get some objects"}
                )
                errors[-1] |= {"context": context, "errors": [], "links": {}}
        content = {"status": "COMPLETE", "results": list(found.values())}
        content |= {"startedAt": said(self.now), "completedAt": said(self.now)}
        return Answer.of(
            content | ({"errors": errors, "numErrors": len(errors)} if errors else {}), 207 if errors else 200
        )

    def _list(self, call: Call, kind: str) -> Answer:
        archived = call.query.get("archived") == "true"
        rows = [row for row in self.rows.values() if row.kind == kind and row.is_gone and not row.merged_into]
        rows = rows if archived else self._live(kind)
        names = [*filter(None, call.query.get("properties", "").split(","))] or DEFAULTS[kind]
        return self._paged(
            call, [self.shown(row, names) for row in sorted(rows, key=lambda row: int(row.id))], most=100
        )

    def _get(self, call: Call, kind: str, record_id: str) -> Answer:
        row = self._find(kind, record_id)
        if not row:
            raise refuse(404, "OBJECT_NOT_FOUND", "resource not found")
        names = [*filter(None, call.query.get("properties", "").split(","))] or DEFAULTS[kind]
        return Answer.of(self.shown(row, names))

    def _patch(self, call: Call, kind: str, record_id: str) -> Answer:
        body, row = call.json, self._find(kind, record_id)
        if not row:
            raise refuse(404, "OBJECT_NOT_FOUND", "resource not found")
        if not isinstance(body.get("properties"), dict):
            raise refuse(400, "VALIDATION_ERROR", "Invalid input JSON: properties is missing")
        for name, value in body["properties"].items():
            self._check_value(kind, name, value)
        self.edit(row.id, by=APP_USER, **body["properties"])
        return Answer.of(self.shown(row, [*body["properties"], *STAMPS[kind], "hs_object_id"]))

    def _check_value(self, kind: str, name: str, value: object) -> None:
        code, words = "", ""
        if not isinstance(value, str):
            raise refuse(400, "VALIDATION_ERROR", f"Invalid input JSON: {name} is no string")
        if not self._knows(kind, name):
            code, words = "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'
        elif self.properties[kind][name]["modificationMetadata"]["readOnlyValue"]:
            code, words = "READ_ONLY_VALUE", f'"{name}" is a read only property'
        elif value and name == "hubspot_owner_id" and (value not in self.owners or self.owners[value]["archived"]):
            code, words = "INVALID_OWNER_ID", f"{value} is no active owner"
        elif value not in ["", *self._options(kind, name)] and self._options(kind, name):
            code, words = "INVALID_OPTION", f"{value} was not one of the allowed options"
        if code:
            errors = [{"message": words, "code": code, "context": {"propertyName": [name]}}]
            raise refuse(400, "VALIDATION_ERROR", f"Property values were not valid: {words}", errors=errors)

    def _options(self, kind: str, name: str) -> list[str]:
        if name == "hs_pipeline_stage":
            return [stage["id"] for each in pipelines() for stage in each["stages"]]
        return [each["value"] for each in self.properties[kind][name]["options"]]

    def _associations(self, call: Call) -> Answer:
        inputs = [each["id"] for each in call.json["inputs"]]
        if len(inputs) > 1000:
            raise refuse(400, "VALIDATION_ERROR", "The maximum number of inputs is 1000")
        results = []
        for lead in inputs:
            to = [
                {"toObjectId": contact, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": kind}]}
                for contact, kind in self.contacts_of.get(lead, [])
            ]
            results += [{"from": {"id": lead}, "to": to}] if to else []
        return Answer.of({"status": "COMPLETE", "results": results}, 200 if len(results) == len(inputs) else 207)

    def _live(self, kind: str) -> list[Row]:
        return [row for row in self.rows.values() if row.kind == kind and not row.is_gone]

    def _find(self, kind: str, record_id: str, *, follows: bool = True) -> Row | None:
        row = self.rows.get(record_id)
        while row and row.merged_into and follows:
            row = self.rows.get(row.merged_into)
        return row if row and row.kind == kind and not row.is_gone else None

    def _paged(self, call: Call, rows: list[dict], *, most: int) -> Answer:
        limit, after = int(call.query.get("limit", "10")), call.query.get("after", "")
        if not 1 <= limit <= most:
            raise refuse(400, "VALIDATION_ERROR", f"limit must be between 1 and {most}")
        rows = [row for row in rows if not after or int(row["id"]) >= int(after)]
        following = {"paging": {"next": {"after": rows[limit]["id"]}}} if len(rows) > limit else {}
        return Answer.of({"results": rows[:limit], **following})

    def values_of(self, row: Row) -> dict[str, str]:
        created, changed = STAMPS[row.kind]
        values = {**row.values, "hs_object_id": row.id, "hs_updated_by_user_id": row.changed_by}
        values |= {created: said(row.created_at), changed: said(row.changed_at)}
        main = min(self.contacts_of.get(row.id, []), key=lambda each: each[1], default=("", 0))[0]
        contact = self._find("contacts", main)
        values |= {copy: contact.values.get(name) for copy, name in COPIED.items()} if contact else {}
        return {name: str(value) for name, value in values.items() if value not in (None, "")}

    def shown(self, row: Row, names: list[str] | tuple[str, ...]) -> dict:
        values = self.values_of(row)
        asked = {name: values.get(name) for name in names if self._knows(row.kind, name)}
        content = {
            "id": row.id,
            "properties": asked
            if self.says_null
            else {name: value for name, value in asked.items() if value is not None},
            "createdAt": said(row.created_at),
            "updatedAt": said(row.changed_at),
            "archived": row.is_gone,
        }
        return content | ({"archivedAt": said(row.changed_at)} if row.is_gone else {})
