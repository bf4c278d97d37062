"""HubSpot's objects in the words that all three clients share."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from config.reach.crm.hubspot.refusals import not_understood
from config.reach.crm.records import CrmField, CrmPerson, CrmRecord, CrmStatus

ID, OWNER, MERGED, CHANGED_BY = "hs_object_id", "hubspot_owner_id", "hs_merged_object_ids", "hs_updated_by_user_id"
KINDS = {"number": "number", "date": "date", "datetime": "datetime", "bool": "boolean", "enumeration": "choice"}
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
WRITABLE = "CRM_PERMISSIONS_ENFORCEMENT"


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """`stamp`: contacts are older than the other objects, and name the moment of a change otherwise."""

    name: str
    stamp: str
    status: str

    def needed(self, fields: Collection[str]) -> list[str]:
        return sorted({*fields, OWNER, self.status, self.stamp, MERGED, CHANGED_BY})


CONTACTS = ObjectKind("contacts", "lastmodifieddate", "hs_lead_status")
LEADS = ObjectKind("leads", "hs_lastmodifieddate", "hs_pipeline_stage")
KINDS_OF_OBJECTS = {kind.name: kind for kind in (CONTACTS, LEADS)}


def record_of(row: Mapping[str, Any], kind: ObjectKind, fields: Collection[str]) -> CrmRecord:
    values, record_id = values_of(row), row.get("id")
    if not record_id:
        raise not_understood()
    is_gone = row.get("archived") is True
    changed_at = (row.get("archivedAt") if is_gone else values.get(kind.stamp)) or row.get("updatedAt")
    return CrmRecord(
        id=str(record_id),
        values={name: values[name] for name in fields if name in values},
        owner=values.get(OWNER, ""),
        status=values.get(kind.status, ""),
        created_at=moment(row.get("createdAt")),
        changed_at=moment(changed_at),
        changed_by=values.get(CHANGED_BY, ""),
        is_gone=is_gone,
    )


def merged_of(row: Mapping[str, Any]) -> Iterator[CrmRecord]:
    """Those that this record took in. Since a merge makes a record with a new id, the older of both are among them."""
    for loser in values_of(row).get(MERGED, "").replace(",", ";").split(";"):
        if loser.strip() and loser.strip() != row["id"]:
            yield CrmRecord(id=loser.strip(), merged_into=str(row["id"]))


def values_of(row: Mapping[str, Any]) -> dict[str, str]:
    """What holds something. HubSpot says null for what is empty, or leaves it out."""
    properties = row.get("properties")
    if not isinstance(properties, dict):
        raise not_understood()
    return {name: str(value) for name, value in properties.items() if value not in (None, "")}


def person_of(row: Mapping[str, Any]) -> CrmPerson:
    """An owner. Its `id` owns records; its `userId` is another number."""
    email = str(row.get("email") or "")
    name = " ".join(str(row.get(part) or "") for part in ("firstName", "lastName")).strip()
    return CrmPerson(
        id=str(row["id"]),
        name=name or email or str(row["id"]),
        email=email,
        is_active=row.get("archived") is not True,
        is_group=row.get("type") == "QUEUE",
    )


def field_of(row: Mapping[str, Any], *, prefix: str = "", label: str = "") -> CrmField:
    return CrmField(
        name=f"{prefix}{row['name']}",
        label=f"{label}{row.get('label') or row['name']}",
        kind=KINDS.get(str(row.get("type")), "text"),
        options=tuple((str(each["value"]), str(each.get("label") or each["value"])) for each in shown(row, "options")),
    )


def statuses_of(row: Mapping[str, Any]) -> list[CrmStatus]:
    """Of the property that holds the status of a contact."""
    return [CrmStatus(value, label) for value, label in field_of(row).options]


def stages_of(pipelines: list[dict[str, Any]]) -> list[CrmStatus]:
    """Of lead objects; where there are several pipelines, each stage says whose it is."""
    found = []
    for pipeline in pipelines:
        prefix = f"{pipeline.get('label')}: " if len(pipelines) > 1 else ""
        found += [
            CrmStatus(
                value=str(stage["id"]),
                label=f"{prefix}{stage.get('label') or stage['id']}",
                is_writable=stage.get("writePermissions", WRITABLE) == WRITABLE,
                is_closed=str((stage.get("metadata") or {}).get("isClosed")).lower() == "true",
            )
            for stage in shown(pipeline, "stages")
        ]
    return found


def shown(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """In HubSpot's order, without what is hidden or archived."""
    found = [
        each for each in row.get(name) or [] if each.get("hidden") is not True and each.get("archived") is not True
    ]
    return sorted(found, key=lambda each: each.get("displayOrder") or 0)


def moment(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said).replace("Z", "+00:00")).astimezone(UTC) if said else None
    except ValueError:
        return None


def milliseconds(at: datetime) -> str:
    return str((at - BEGIN) // timedelta(milliseconds=1))
