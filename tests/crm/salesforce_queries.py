"""How the double of Salesforce answers queries, page by page (I4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from tests.crm import soql
from tests.crm.double import Row
from tests.crm.salesforce_tables import OTHERS, Column, full_id
from tests.crm.wire import Answer, Refused

if TYPE_CHECKING:
    from tests.crm.salesforce_double import SalesforceDouble

LOCATOR = re.compile(r"(01g\w{15})-(\d+)")
MORE_OR_LESS = {"id", "string", "reference", "picklist", "email", "phone", "url"}  # textarea can be no condition


class Queries:
    """`kept`: what a query found, by locator, for two days over there."""

    def __init__(self, double: SalesforceDouble) -> None:
        self._double = double
        self.kept: dict[str, tuple[list[str], list[Row], int]] = {}
        self._last = Answer()
        self._numbers = count(1)

    def first(self, text: str, version: str, *, is_all: bool, headers: Mapping[str, str]) -> Answer:
        try:
            query = soql.parse(text)
        except soql.Malformed as problem:
            raise _no("MALFORMED_QUERY", f"\n{text[:80]}\n^\nERROR at Row:1:Column:1\n{problem}") from None
        if len({name.lower() for name in query.fields}) != len(query.fields):
            raise _no("INVALID_FIELD", "duplicate field selected")
        if query.table in OTHERS:
            return self._of_table(query)
        if query.table != "Lead" or "read" in self._double.missing:
            raise _no("INVALID_TYPE", f"sObject type '{query.table}' is not supported.")
        names = [self._column(name).name for name in query.fields]
        conditions = [(self._column(each.field), each) for each in query.conditions]
        for column, condition in conditions:
            _check_type(column, condition)
        rows = [row for row in self._double.rows.values() if row.seen_at <= self._double.now]
        for column, condition in conditions:
            rows = _by_moment(rows, column, condition)
        rows = [row for row in rows if (is_all or not row.is_gone) and self._fits(row, conditions)]
        if self._double.most_rows and len(rows) > self._double.most_rows:
            raise _no("QUERY_TIMEOUT", "Your query request was running for too long.")
        for name, is_descending in reversed(query.order):
            column = self._column(name)
            rows.sort(key=lambda row, column=column: self._sorted(row, column), reverse=is_descending)
        rows = rows[: query.limit]
        asked = re.search(r"batchSize=(\d+)", headers.get("sforce-query-options", "batchSize=2000"))
        if not asked or not 200 <= int(asked[1]) <= 2000:
            raise _no("INVALID_QUERY_OPTIONS", "batchSize must be between 200 and 2000")
        locator = f"01g{next(self._numbers):015d}"
        self.kept[locator] = (names, rows, min(int(asked[1]), self._double.page_size))
        return self._page(locator, 0, version)

    def more(self, place: str, version: str) -> Answer:
        found = LOCATOR.fullmatch(place)
        if not found or found[1] not in self.kept:
            raise _no("INVALID_QUERY_LOCATOR", "invalid query locator")
        if self._double.calls and self._double.is_repeated(self._double.calls[-1]):
            return self._last
        return self._page(found[1], int(found[2]), version)

    def _page(self, locator: str, start: int, version: str) -> Answer:
        names, rows, size = self.kept[locator]
        end = start + size
        said: dict[str, object] = {"totalSize": len(rows), "done": end >= len(rows)}
        if start == 0 and end >= len(rows):
            del self.kept[locator]
        if end < len(rows):
            said["nextRecordsUrl"] = f"/services/data/{version}/query/{locator}-{end}"
        said["records"] = [self._double.shown(row, names) for row in rows[start:end]]
        self._last = Answer.of(said)
        return self._last

    def _of_table(self, query: soql.Query) -> Answer:
        known = {name.lower(): name for name in OTHERS[query.table]}
        named = [*query.fields, *(each.field for each in query.conditions), *(name for name, _way in query.order)]
        for name in named:
            if name.lower() not in known:
                raise _no_column(name, query.table)
        rows = self._statuses() if query.table == "LeadStatus" else self._double.tables[query.table]
        for each in query.conditions:
            name = known[each.field.lower()]
            if each.sign not in ("=", "IN"):
                raise _no("MALFORMED_QUERY", "only = and IN")
            wanted = [full_id(value) if name == "Id" else value for value in each.values]
            if "" in wanted and name == "Id":
                raise _no("INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: " + str(each.values[0]))
            rows = [row for row in rows if row[name] in wanted]
        for name, is_descending in reversed(query.order):
            rows = sorted(rows, key=lambda row, name=name: row[known[name.lower()]], reverse=is_descending)
        shown = [known[name.lower()] for name in query.fields]
        found = [{"attributes": {"type": query.table}} | {name: row[name] for name in shown} for row in rows]
        return Answer.of({"totalSize": len(found), "done": True, "records": found})

    def _statuses(self) -> list[dict[str, object]]:
        return [
            {
                "Id": f"01J{place:015d}",
                "ApiName": name,
                "MasterLabel": name,
                "IsConverted": is_converted,
                "IsDefault": place == 1,
                "SortOrder": place,
            }
            for place, (name, is_converted) in enumerate(self._double.statuses, 1)
        ]

    def _column(self, name: str) -> Column:
        found = self._double.column(name)
        if not found:
            raise _no_column(name, "Lead")
        return found

    def _fits(self, row: Row, conditions: list[tuple[Column, soql.Condition]]) -> bool:
        return all(_holds(self._compared(row, column), condition) for column, condition in conditions)

    def _compared(self, row: Row, column: Column) -> object:
        if column.name == "Id":
            return row.id
        if column.type == "datetime":
            at = row.created_at if column.name == "CreatedDate" else row.changed_at
            return at.astimezone(UTC).replace(microsecond=0)
        return self._double.value(row, column.name)

    def _sorted(self, row: Row, column: Column) -> tuple[bool, object]:
        value = self._compared(row, column)
        return value is not None, value if value is not None else ""


def _by_moment(rows: list[Row], column: Column, condition: soql.Condition) -> list[Row]:
    """The index that Salesforce has on this field; stamps need not be cut to whole seconds to be compared with some."""
    at = condition.values[0]
    if column.name != "SystemModstamp" or not isinstance(at, datetime) or at.microsecond:
        return rows
    if condition.sign == ">=":
        return [row for row in rows if row.changed_at >= at]
    return [row for row in rows if row.changed_at < at] if condition.sign == "<" else rows


def _holds(value: object, condition: soql.Condition) -> bool:
    wanted = condition.values
    if condition.sign in ("=", "IN"):
        return value in wanted
    if condition.sign == "!=":
        return value not in wanted
    if value is None:
        return False
    return {
        "<": value < wanted[0],
        ">": value > wanted[0],
        "<=": value <= wanted[0],
        ">=": value >= wanted[0],
    }[condition.sign]


def _check_type(column: Column, condition: soql.Condition) -> None:
    """A datetime is not quoted, a text is."""
    kinds = {"datetime": datetime, "boolean": bool, "double": float, "int": float, "currency": float}
    wanted = kinds.get(column.type, str if column.type in MORE_OR_LESS else None)
    if wanted is None:
        raise _no("INVALID_FIELD", f"field '{column.name}' can not be filtered in a query call")
    for value in condition.values:
        if value is not None and not isinstance(value, wanted):
            quoted = "should not be enclosed in quotes" if isinstance(value, str) else "has another type"
            raise _no("INVALID_FIELD", f"value of filter criterion for field '{column.name}' {quoted}")


def _no_column(name: str, table: str) -> Refused:
    words = (
        f"\nSELECT {name}\n       ^\nERROR at Row:1:Column:8\nNo such column '{name}' on entity '{table}'. If you are "
        "attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference "
        "your WSDL or the describe call for the appropriate names."
    )
    return _no("INVALID_FIELD", words)


def _no(code: str, words: str) -> Refused:
    return Refused(Answer.of([{"message": words, "errorCode": code}], 400))
