"""Rows of Dataverse as records and people."""

from collections.abc import Collection, Mapping
from datetime import datetime

from config.reach.crm.dynamics.odata import moment_of
from config.reach.crm.dynamics.wire import OWNER_KIND
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmPerson, CrmRecord

OPEN, QUALIFIED = 0, 1  # of statecode; every other value is closed as well
OWNER, TEAM = "_ownerid_value", "team:"
BECAME = ("_qualifyingopportunityid_value", "_parentcontactid_value", "_parentaccountid_value")
ALWAYS = (
    "leadid", "statecode", "statuscode", OWNER, "createdon", "modifiedon", "_modifiedby_value",
    "merged", "_masterid_value", *BECAME,
)  # fmt: skip


def record(row: Mapping[str, object], fields: Collection[str]) -> CrmRecord:
    """Owner: the id of a user, or "team:" and the id of a team. A status that was removed there is none. Raises
    CrmRefused (SILENT) for what is no lead."""
    state, status = state_of(row), _number(row, "statuscode")
    is_merged = row.get("merged") is True
    return CrmRecord(
        id=_id(row, "leadid"),
        values={name: text for name in fields if (text := _text(row.get(name)))},
        owner=_owner(row),
        status=f"{state}:{status}" if status is not None else "",
        created_at=_moment(row, "createdon"),
        changed_at=_moment(row, "modifiedon"),
        changed_by=_text(row.get("_modifiedby_value")).lower(),
        merged_into=_text(row.get("_masterid_value")).lower() if is_merged else "",
        converted_to=_became(row) if state == QUALIFIED else "",
    )


def state_of(row: Mapping[str, object]) -> int:
    found = _number(row, "statecode")
    return OPEN if found is None else found


def deletion(row: Mapping[str, object]) -> CrmRecord:
    """Of a row of the audit."""
    return CrmRecord(
        id=_id(row, "_objectid_value"),
        changed_at=_moment(row, "createdon"),
        changed_by=_text(row.get("_userid_value")).lower(),
        is_gone=True,
    )


def person(row: Mapping[str, object]) -> CrmPerson:
    return CrmPerson(
        id=_id(row, "systemuserid"),
        name=_text(row.get("fullname")),
        email=_text(row.get("internalemailaddress")),
        is_active=row.get("isdisabled") is not True,
    )


def team(row: Mapping[str, object]) -> CrmPerson:
    return CrmPerson(id=TEAM + _id(row, "teamid"), name=_text(row.get("name")), is_group=True)


def _id(row: Mapping[str, object], column: str) -> str:
    found = _text(row.get(column)).lower()
    if not found:
        raise _unreadable()
    return found


def _number(row: Mapping[str, object], column: str) -> int | None:
    try:
        return int(str(row[column])) if row[column] is not None else None
    except (KeyError, ValueError):
        raise _unreadable() from None


def _moment(row: Mapping[str, object], column: str) -> datetime | None:
    try:
        return moment_of(row.get(column))
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> CrmRefused:
    return CrmRefused(Reason.SILENT, code="not_odata")


def _owner(row: Mapping[str, object]) -> str:
    owner = _text(row.get(OWNER)).lower()
    return f"{TEAM}{owner}" if owner and row.get(f"{OWNER}@{OWNER_KIND}") == "team" else owner


def _became(row: Mapping[str, object]) -> str:
    """Nothing need be made of a qualified lead: then it became itself."""
    made = next((str(row[column]) for column in BECAME if row.get(column)), None)
    return (made or _text(row.get("leadid"))).lower()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
