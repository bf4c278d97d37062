"""Many records by their ids. HubSpot leaves out a property that is gone without a word, so what is read is looked
through for it."""

from collections.abc import Collection, Mapping
from typing import Any

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.hubspot import paths
from config.reach.crm.hubspot.answers import CHANGED_BY, CONTACTS, LEADS, MERGED, OWNER
from config.reach.crm.hubspot.calls import Calls, rows

MOST_IN_A_BATCH = 100
# HubSpot's own, which nobody can delete; not every kind of record has them
OWN = {MERGED, CHANGED_BY, OWNER, *(each for kind in (CONTACTS, LEADS) for each in (kind.stamp, kind.status))}


def batch(calls: Calls, object_name: str, ids: Collection[str], properties: list[str]) -> list[dict[str, Any]]:
    """Those of the records that are there, a hundred a call."""
    found, ids = [], list(ids)
    for start in range(0, len(ids), MOST_IN_A_BATCH):
        inputs = [{"id": each} for each in ids[start : start + MOST_IN_A_BATCH]]
        body = {"inputs": inputs, "properties": properties, "propertiesWithHistory": []}
        found += rows(calls.post(paths.objects(object_name, "/batch/read"), body))
    check_properties(calls, object_name, properties, found)
    return found


def check_properties(
    calls: Calls, object_name: str, names: Collection[str], found: Collection[Mapping[str, Any]]
) -> None:
    """Raises CrmRefused (FIELD) for a name that is gone. Asks HubSpot only when none of the records shows the property,
    be it as null, and once for each kind of record."""
    unseen = {*names} - {name for row in found for name in row.get("properties") or {}} - OWN
    if not found or not unseen:
        return
    if object_name not in calls.known_properties:
        said = calls.get(paths.properties(object_name), {"archived": "false"})
        calls.known_properties[object_name] = {str(row.get("name")) for row in rows(said)}
    for name in sorted(unseen - calls.known_properties[object_name]):
        raise CrmRefused(Reason.FIELD, code="property_gone", field=name)
