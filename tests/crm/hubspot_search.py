"""Searches as HubSpot takes them: what it refuses, what it finds, and in which order (I4)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.crm.double import Row
from tests.crm.hubspot_access import refuse
from tests.crm.hubspot_schema import STAMPS
from tests.crm.wire import Call

NEEDED = {"after", "filterGroups", "limit", "properties", "sorts"}
ORDERED = {
    "GT": lambda mine, asked: mine > asked,
    "GTE": lambda mine, asked: mine >= asked,
    "LT": lambda mine, asked: mine < asked,
    "LTE": lambda mine, asked: mine <= asked,
    "EQ": lambda mine, asked: mine == asked,
}
MOST_HITS, MOST_CHARACTERS = 10_000, 3_000
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
CHANGED = {changed for _created, changed in STAMPS.values()}


def search(call: Call, rows: list[Row], known: set[str], *, most: int, sorts: bool) -> tuple[list[Row], int, str]:
    """The page, how many there are in all, and where the next page begins."""
    body = call.json
    check(call, known)
    found = list({row.id: row for group in body["filterGroups"] for row in matching(rows, group["filters"])}.values())
    for sort in reversed(body["sorts"] if sorts else []):
        found.sort(key=lambda row: value(row, sort.removeprefix("-")) or (0, ""), reverse=sort.startswith("-"))
    start, limit = int(body["after"] or 0), min(body["limit"], most)
    end = start + limit
    return found[start:end], len(found), str(end) if len(found) > end else ""


def check(call: Call, known: set[str]) -> None:
    body = call.json
    if len(call.body) > MOST_CHARACTERS:
        raise refuse(400, "VALIDATION_ERROR", "The request is longer than 3000 characters")
    if missing := NEEDED - {*body}:
        raise refuse(
            400, "VALIDATION_ERROR", f"Invalid input JSON: some required fields were not set: {sorted(missing)}"
        )
    if not isinstance(body["limit"], int) or not 1 <= body["limit"] <= 200:
        raise refuse(400, "VALIDATION_ERROR", "limit must be between 1 and 200")
    if not isinstance(body["after"], str) or not (body["after"] or "0").isdigit():
        raise refuse(400, "VALIDATION_ERROR", "Invalid input JSON: after is a number in a string")
    if int(body["after"] or 0) + body["limit"] > MOST_HITS:
        raise refuse(400, "VALIDATION_ERROR", "Paging beyond 10000 results is not supported")
    if not all(isinstance(each, str) for each in [*body["sorts"], *body["properties"]]):
        raise refuse(400, "VALIDATION_ERROR", "Invalid input JSON: sorts and properties are strings")
    if len(body["filterGroups"]) > 6 or any(len(each["filters"]) > 6 for each in body["filterGroups"]):
        raise refuse(400, "VALIDATION_ERROR", "Too many filters")
    filters = [each for group in body["filterGroups"] for each in group["filters"]]
    for each in filters:
        if each.get("operator") not in ORDERED:
            raise refuse(400, "VALIDATION_ERROR", f"Invalid input JSON: operator {each.get('operator')} is unknown")
        if not isinstance(each.get("value"), str):
            raise refuse(400, "VALIDATION_ERROR", "Invalid input JSON: value is a string")
    for name in [*(each["propertyName"] for each in filters), *(sort.removeprefix("-") for sort in body["sorts"])]:
        if name not in known:
            errors = [{"message": f'Property "{name}" does not exist', "context": {"propertyName": [name]}}]
            raise refuse(400, "VALIDATION_ERROR", "There was a problem with the request.", errors=errors)


def matching(rows: list[Row], filters: list[dict]) -> list[Row]:
    """One filter after the other, ids first: they leave the fewest."""
    for test in map(test_of, sorted(filters, key=lambda each: each["propertyName"] != "hs_object_id")):
        rows = [row for row in rows if test(row)]
    return rows


def test_of(each: dict) -> Callable[[Row], bool]:
    """Made once for a search, because a test may keep ten thousand records."""
    name, fits, asked = each["propertyName"], ORDERED[each["operator"]], number(each["value"])
    if name == "hs_object_id":
        return lambda row: fits(int(row.id), asked[0])
    if name in CHANGED and each["operator"] in ("GTE", "LT"):
        moment = BEGIN + timedelta(milliseconds=asked[0])
        return lambda row: fits(row.changed_at, moment)
    return lambda row: (mine := value(row, name)) is not None and fits(mine, asked)


def value(row: Row, name: str) -> tuple[int, str] | None:
    """Moments are milliseconds; numbers come before words."""
    if name == "hs_object_id":
        return int(row.id), ""
    if name in STAMPS[row.kind]:
        at = row.created_at if name == STAMPS[row.kind][0] else row.changed_at
        return (at - BEGIN) // timedelta(milliseconds=1), ""
    said = row.values.get(name)
    return None if said in (None, "") else number(str(said))


def number(said: str) -> tuple[int, str]:
    return (int(said), "") if said.isdigit() else (0, said.lower())
