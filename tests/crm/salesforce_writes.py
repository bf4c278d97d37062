"""How the double of Salesforce reads and changes single records, also several calls in one (I4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.crm.double import Row
from tests.crm.salesforce_tables import Column, full_id
from tests.crm.wire import Answer, Refused

if TYPE_CHECKING:
    from tests.crm.salesforce_double import SalesforceDouble

NUMBERS = {"int", "double", "currency"}
INHERITED = {"accept", "authorization", "content-type"}


class Writes:
    def __init__(self, double: SalesforceDouble) -> None:
        self._double = double

    def one(self, record_id: str, names: list[str]) -> dict[str, object]:
        found = self._columns(names)
        row = self._row(record_id)
        if "view_all" in self._double.missing and row.values["OwnerId"] != self._app_user:
            raise _no(404, "NOT_FOUND", "The requested resource does not exist")
        return self._double.shown(row, found)

    def update(self, record_id: str, body: object, headers: Mapping[str, str]) -> Answer:
        row = self._row(record_id)
        if "edit" in self._double.missing:
            raise _no(403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", ())
        if not isinstance(body, dict):
            raise _no(400, "JSON_PARSER_ERROR", "Can not deserialize")
        for name, value in body.items():
            self._check(name, value)
        if row.converted_to:
            raise _no(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ())
        wanted = {self._double.column(name).name: value for name, value in body.items()}
        if wanted.get("OwnerId"):
            wanted["OwnerId"] = full_id(wanted["OwnerId"])
        if self._double.rule_owner and headers.get("sforce-auto-assign", "TRUE").upper() != "FALSE":
            wanted["OwnerId"] = self._double.rule_owner
        self._double.edit(row.id, by=self._app_user, **wanted)
        return Answer(204)

    def collection(self, body: object) -> Answer:
        if not isinstance(body, dict) or not isinstance(body.get("ids"), list) or not body.get("fields"):
            raise _no(400, "MISSING_ARGUMENT", "ids and fields must be given")
        if len(body["ids"]) > 2000:
            raise _no(400, "EXCEEDED_ID_LIMIT", "record limit reached")
        names = self._columns(body["fields"])
        rows = [self._double.find(each) for each in body["ids"]]
        return Answer.of([self._double.shown(row, names) if row and not row.is_gone else None for row in rows])

    def composite(self, body: object) -> Answer:
        """With allOrNone, one failure undoes all, and the others say that they were halted."""
        parts = body.get("compositeRequest") if isinstance(body, dict) else None
        if not isinstance(parts, list) or not parts or len(parts) > 25:
            raise _no(400, "JSON_PARSER_ERROR", "compositeRequest must hold 1 to 25 subrequests")
        if len({part["referenceId"] for part in parts}) != len(parts):
            raise _no(400, "INVALID_INPUT", "Each referenceId must be unique")
        named = [self._double.find(part["url"].partition("?")[0].rpartition("/")[2]) for part in parts]
        before = {row.id: replace(row, values=dict(row.values)) for row in named if row}
        answers = [self._part(part) for part in parts]
        failed = [answer.status >= 400 for answer in answers]
        if any(failed) and body["allOrNone"]:
            self._double.rows |= before
            words = "The transaction was rolled back since another operation in the same transaction failed."
            halted = _no(400, "PROCESSING_HALTED", words).answer
            first = failed.index(True)
            answers = [answer if place == first else halted for place, answer in enumerate(answers)]
        results = [
            {
                "body": json.loads(answer.body) if answer.body else None,
                "httpHeaders": {},
                "httpStatusCode": answer.status,
                "referenceId": part["referenceId"],
            }
            for part, answer in zip(parts, answers, strict=True)
        ]
        return Answer.of({"compositeResponse": results})

    def _part(self, part: dict) -> Answer:
        """Headers of the whole call do not reach its parts, but for three that a part may not name itself."""
        headers = {name.lower(): value for name, value in part.get("httpHeaders", {}).items()}
        if INHERITED & set(headers):
            raise _no(400, "INVALID_INPUT", "a subrequest may not set this header")
        try:
            return self._double.route(
                part["method"], part["url"], {**headers, "content-type": "application/json"}, lambda: part["body"]
            )
        except Refused as refused:
            return refused.answer

    def _check(self, name: str, value: object) -> None:
        column = self._double.column(name)
        if not column:
            raise _no(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type Lead")
        if not column.is_writable:
            words = f"Unable to create/update fields: {column.name}. Please check the security settings of this field."
            raise _no(400, "INVALID_FIELD_FOR_INSERT_UPDATE", words, (column.name,))
        self._check_type(column, value)
        if column.name == "OwnerId":
            self._check_owner(value)
        if column.name == "Status" and value not in [status for status, _is_converted in self._double.statuses]:
            words = f"bad value for restricted picklist field: {value}"
            raise _no(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words, ("Status",))

    def _check_type(self, column: Column, value: object) -> None:
        wanted: tuple[type, ...] = (str,)
        if column.type in NUMBERS:
            wanted = (int, float)
        elif column.type == "boolean":
            wanted = (bool,)
        if value is not None and not isinstance(value, wanted):
            raise _no(400, "JSON_PARSER_ERROR", f"Cannot deserialize a value of {column.name} from {value!r}")

    def _check_owner(self, value: object) -> None:
        if not value:
            raise _no(400, "INVALID_CROSS_REFERENCE_KEY", "Owner ID: owner cannot be blank", ("OwnerId",))
        owner = full_id(value)
        if not owner:
            raise _no(400, "MALFORMED_ID", f"Owner ID: id value of incorrect type: {value}", ("OwnerId",))
        users = {row["Id"]: row["IsActive"] for row in self._double.tables["User"]}
        queues = {row["Id"] for row in self._double.tables["Group"] if row["Type"] == "Queue"}
        if owner not in queues and owner not in users:
            raise _no(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        if users.get(owner) is False:
            raise _no(400, "INACTIVE_OWNER_OR_USER", "operation performed with inactive user", ())

    def _columns(self, names: list[str]) -> list[str]:
        found = []
        for name in names:
            column = self._double.column(name)
            if not column:
                raise _no(400, "INVALID_FIELD", f"No such column '{name}' on entity 'Lead'")
            found.append(column.name)
        return found

    def _row(self, record_id: str) -> Row:
        if not full_id(record_id):
            raise _no(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {record_id}")
        row = self._double.find(record_id)
        if not row:
            raise _no(404, "NOT_FOUND", "The requested resource does not exist")
        if row.is_gone:
            raise _no(404, "ENTITY_IS_DELETED", "entity is deleted", ())
        return row

    @property
    def _app_user(self) -> str:
        return self._double.tokens.identity.rpartition("/")[2]


def _no(status: int, code: str, words: str, fields: tuple[str, ...] | None = None) -> Refused:
    error: dict[str, object] = {"message": words, "errorCode": code}
    return Refused(Answer.of([error if fields is None else {**error, "fields": list(fields)}], status))
