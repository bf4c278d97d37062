"""Salesforce's records in the words that all three clients share."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from config.reach.crm.records import CrmField, CrmPerson, CrmRecord, CrmStatus
from config.reach.crm.salesforce.refusals import not_understood

NEEDED = (
    "Id",
    "OwnerId",
    "Status",
    "IsConverted",
    "ConvertedContactId",
    "ConvertedAccountId",
    "IsDeleted",
    "MasterRecordId",
    "CreatedDate",
    "LastModifiedById",
    "SystemModstamp",
)
KINDS = {
    **dict.fromkeys(("string", "textarea", "email", "phone", "url", "id", "reference", "combobox", "time"), "text"),
    **dict.fromkeys(("int", "long", "double", "currency", "percent"), "number"),
    **dict.fromkeys(("picklist", "multipicklist"), "choice"),
    "date": "date",
    "datetime": "datetime",
    "boolean": "boolean",
}
NEXT = re.compile(r"/services/data/v\d{2,3}\.\d/query(?:All)?/([A-Za-z0-9_]{1,100})(?:-(\d{1,9}))?")


def record_of(row: Mapping[str, Any], fields: Collection[str]) -> CrmRecord:
    """A merge deletes the loser and names the winner. What was converted names the contact, and the account of a
    person who is one; who may not see either learns no more than that it was converted."""
    record_id = row.get("Id")
    if not record_id or not isinstance(record_id, str):
        raise not_understood()
    is_gone = row.get("IsDeleted") is True
    became = row.get("ConvertedContactId") or row.get("ConvertedAccountId") or record_id
    return CrmRecord(
        id=record_id,
        values={name: said for name in fields if (said := text_of(row.get(name)))},
        owner=text_of(row.get("OwnerId")),
        status=text_of(row.get("Status")),
        created_at=moment_of(row.get("CreatedDate")),
        changed_at=moment_of(row.get("SystemModstamp")),
        changed_by=text_of(row.get("LastModifiedById")),
        is_gone=is_gone,
        merged_into=text_of(row.get("MasterRecordId")) if is_gone else "",
        converted_to=str(became) if row.get("IsConverted") is True else "",
    )


def rows_of(said: object) -> list[dict[str, Any]]:
    """The records of one page."""
    rows = said.get("records") if isinstance(said, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise not_understood()
    return rows


def next_page(said: Mapping[str, Any], before: str) -> str:
    """Where the next page is; "" is the end. Raises CrmRefused (SILENT) for one that was already here: the page before
    came once more, and asking again may bring the right one."""
    if said.get("done") is True:
        return ""
    path = said.get("nextRecordsUrl")
    following, last = NEXT.fullmatch(str(path or "")), NEXT.fullmatch(before)
    if not following:
        raise not_understood(code="bad_next_page")
    if last and following[1] == last[1] and int(following[2] or 0) <= int(last[2] or 0):
        raise not_understood(code="same_page")
    return str(path)


def person_of(row: Mapping[str, Any]) -> CrmPerson:
    name = text_of(row.get("Name")) or text_of(row.get("Username"))
    return CrmPerson(
        id=str(row["Id"]), name=name, email=text_of(row.get("Email")), is_active=row.get("IsActive") is True
    )


def queue_of(row: Mapping[str, Any]) -> CrmPerson:
    return CrmPerson(id=str(row["Id"]), name=text_of(row.get("Name")), email=text_of(row.get("Email")), is_group=True)


def status_of(row: Mapping[str, Any]) -> CrmStatus:
    """REST has no call that converts a lead: a person over there does, and that sets the status."""
    value, is_converted = str(row["ApiName"]), row.get("IsConverted") is True
    label = text_of(row.get("MasterLabel")) or value
    return CrmStatus(value=value, label=label, is_writable=not is_converted, is_closed=is_converted)


def fields_of(said: object) -> list[CrmField]:
    """Without what is composed of others, as an address, and what is no text."""
    rows = said.get("fields") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        raise not_understood()
    return [_field_of(row) for row in rows if row.get("type") in KINDS and not row.get("deprecatedAndHidden")]


def _field_of(row: Mapping[str, Any]) -> CrmField:
    options = [each for each in row.get("picklistValues") or [] if each.get("active") is True]
    return CrmField(
        name=str(row["name"]),
        label=text_of(row.get("label")) or str(row["name"]),
        kind=KINDS[str(row["type"])],
        options=tuple((str(each["value"]), str(each.get("label") or each["value"])) for each in options),
    )


def text_of(value: object) -> str:
    """ "" for nothing, and for what is composed of others."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def moment_of(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said)) if said else None
    except ValueError:
        return None
