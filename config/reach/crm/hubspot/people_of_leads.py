"""Who a lead object is about. HubSpot copies the contact's name and e-mail into the lead (`hs_associated_contact_...`);
everything else is at the contact, as "contact.phone", and costs at most three calls for a page."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from config.reach.crm.hubspot import paths
from config.reach.crm.hubspot.answers import CONTACTS, LEADS, values_of
from config.reach.crm.hubspot.calls import Calls, rows
from config.reach.crm.hubspot.reading import batch
from config.reach.crm.records import CrmRecord

PREFIX = "contact."
PRIMARY = 578  # HubSpot's own kind of association: from a lead to its main contact


def own(fields: Collection[str]) -> list[str]:
    return sorted(name for name in fields if not name.startswith(PREFIX))


def of_contact(fields: Collection[str]) -> list[str]:
    return sorted(name.removeprefix(PREFIX) for name in fields if name.startswith(PREFIX))


def with_contacts(calls: Calls, records: list[CrmRecord], fields: Collection[str]) -> list[CrmRecord]:
    """The same records with the fields asked for of their contacts."""
    asked = of_contact(fields)
    leads = [record.id for record in records if not record.merged_into and not record.is_gone]
    if not asked or not leads:
        return records
    contact_of = _contacts(calls, leads)
    people = {row["id"]: values_of(row) for row in batch(calls, CONTACTS.name, sorted({*contact_of.values()}), asked)}
    return [_filled(record, people.get(contact_of.get(record.id, ""), {}), asked) for record in records]


def _contacts(calls: Calls, leads: list[str]) -> dict[str, str]:
    """{lead: its main contact}. This address is published (docs, "Batch read associations") but is not in the contract
    file that the tests check against, which has it one lead a call."""
    said = calls.post(paths.associations(LEADS.name, CONTACTS.name), {"inputs": [{"id": each} for each in leads]})
    found = {}
    for row in rows(said):
        others = [each for each in row.get("to") or [] if each.get("toObjectId")]
        if others:
            found[str((row.get("from") or {}).get("id"))] = str(min(others, key=_rank)["toObjectId"])
    return found


def _rank(other: Mapping[str, Any]) -> tuple[bool, int]:
    is_main = any(each.get("typeId") == PRIMARY for each in other.get("associationTypes") or [])
    return not is_main, int(other["toObjectId"])


def _filled(record: CrmRecord, values: Mapping[str, str], asked: list[str]) -> CrmRecord:
    named = {f"{PREFIX}{name}": values[name] for name in asked if name in values}
    return replace(record, values={**record.values, **named})
