"""The client of HubSpot: reads contacts or lead objects, writes owner and status (I4)."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.hubspot import paths
from config.reach.crm.hubspot.answers import (
    CONTACTS,
    ID,
    KINDS_OF_OBJECTS,
    LEADS,
    MERGED,
    OWNER,
    field_of,
    merged_of,
    milliseconds,
    person_of,
    record_of,
    stages_of,
    statuses_of,
)
from config.reach.crm.hubspot.calls import Calls, next_after, rows
from config.reach.crm.hubspot.people_of_leads import PREFIX, own, with_contacts
from config.reach.crm.hubspot.reading import batch, check_properties
from config.reach.crm.hubspot.tokens import access_token, ask_form
from config.reach.crm.records import CrmAccount, CrmField, CrmPage, CrmPerson, CrmRecord, CrmStatus, Place
from config.reach.crm.session import Session

PAGE = 200  # the most of a search
LIST_PAGE = 100  # the most of a list
LONGEST_SEARCH = 2900  # characters; HubSpot refuses 3,000


class HubSpotClient:
    OBJECTS: ClassVar[tuple[str, ...]] = (CONTACTS.name, LEADS.name)

    def __init__(self, session: Session, place: Place, object_name: str) -> None:
        self._session, self._place = session, place
        self._kind = KINDS_OF_OBJECTS[object_name]
        self._calls = Calls(session, place)

    def account(self) -> CrmAccount:
        """A token of a sign-in says itself whose it is. For that of a private app, the published address is that of
        account information, which is not in the contract file that the tests check against."""
        if self._session.credentials.get("way") == "refresh":
            asked = {"token": access_token(self._session, self._place), "token_type_hint": "access_token"}
            said = ask_form(self._session, self._place, paths.TOKEN_SAYS, asked)
            if said.get("active") is False:
                raise CrmRefused(Reason.SIGN_IN, code="not_active")
            return _account(said.get("hub_id"), said.get("hub_domain"), said.get("user"))
        said = self._calls.get(paths.ACCOUNT)
        return _account(said.get("portalId"), said.get("portalName"), None)

    def people(self) -> list[CrmPerson]:
        asked = {"limit": str(LIST_PAGE)}
        found = {}
        for archived in ("true", "false"):  # who has come back is active
            for row in self._calls.all_rows(paths.OWNERS, {**asked, "archived": archived}):
                found[str(row["id"])] = person_of(row)
        return list(found.values())

    def fields(self) -> list[CrmField]:
        found = [field_of(row) for row in self._properties(self._kind.name)]
        if self._kind is LEADS:
            contact = self._properties(CONTACTS.name)
            found += [field_of(row, prefix=PREFIX, label="Contact: ") for row in contact]
        return found

    def statuses(self) -> list[CrmStatus]:
        if self._kind is LEADS:
            return stages_of(rows(self._calls.get(paths.pipelines(LEADS.name))))
        return statuses_of(self._calls.get(paths.properties(CONTACTS.name, f"/{CONTACTS.status}")))

    def changed(self, *, since: datetime, until: datetime, fields: Collection[str], after: str = "") -> CrmPage:
        """`after` is the last id of the page before: HubSpot ends the pages of one search at 10,000 hits, and sorting
        by a moment that many records share could go round for ever."""
        last, needed = int(after or 0), self._kind.needed(own(fields))
        body = {"filterGroups": [{"filters": self._filters(since, until, last)}], "sorts": [ID]}
        body |= {"properties": needed, "limit": PAGE, "after": "0"}
        is_short = len(json.dumps(body)) <= LONGEST_SEARCH
        said = self._calls.post(self._at("/search"), body if is_short else {**body, "properties": []})
        found = rows(said)
        ids = [_number(row) for row in found]
        is_more = bool(next_after(said)) or len(found) == PAGE
        if found and (max(ids) <= last or (is_more and ids != sorted(ids))):
            raise CrmRefused(Reason.SILENT, code="page_out_of_order")  # going on would lose records, or never end
        fresh = [row for row, number in zip(found, ids, strict=True) if number > last]
        if is_short:
            check_properties(self._calls, self._kind.name, needed, fresh)
        else:
            fresh = batch(self._calls, self._kind.name, [row["id"] for row in fresh], needed)
        records = with_contacts(self._calls, [each for row in fresh for each in self._read(row, fields)], fields)
        return CrmPage(tuple(records), str(ids[-1]) if is_more and ids else "")

    def removed(self, *, since: datetime, until: datetime, after: str = "") -> CrmPage:
        """HubSpot lists what was deleted in the last 90 days without saying when it should begin: pages may be empty
        and yet have another one after them, so ask for this seldom. Only a record that was deleted after a merge still
        says which others went into it."""
        asked = {"archived": "true", "limit": str(LIST_PAGE), "properties": MERGED}
        asked |= {"after": after} if after else {}
        said = self._calls.get(self._at(), asked)
        following = next_after(said)
        if following and following == after:
            raise CrmRefused(Reason.SILENT, code="page_out_of_order")
        gone: list[CrmRecord] = []
        for row in rows(said):
            record = record_of(row, self._kind, ())
            if record.is_gone and record.changed_at and since <= record.changed_at < until:
                gone += [*merged_of(row), record]
        return CrmPage(tuple(gone), following)

    def read(self, ids: Sequence[str], *, fields: Collection[str]) -> list[CrmRecord]:
        """A record that was merged answers with the one that took it in, under another id."""
        wanted = dict.fromkeys(ids)
        found: dict[str, CrmRecord] = {}
        for row in batch(self._calls, self._kind.name, wanted, self._kind.needed(own(fields))):
            found |= {each.id: each for each in self._read(row, fields)}
        merged = [self._winner(record_id) for record_id in wanted if record_id not in found]
        found |= {each.id: each for each in merged if each}
        return with_contacts(self._calls, [found[each] for each in wanted if each in found], fields)

    def write(self, record_id: str, *, owner: str | None, status: str | None, fields: Collection[str]) -> CrmRecord:
        """HubSpot answers with what it changed and little else; the rest is read again if it is asked for."""
        wish = {OWNER: owner, self._kind.status: status}
        properties = {name: value for name, value in wish.items() if value is not None}
        if properties:
            row = self._calls.patch(paths.record(self._kind.name, record_id), {"properties": properties})
            if str(row.get("id")) != record_id:
                return CrmRecord(id=record_id, merged_into=str(row.get("id") or ""))
            if {OWNER, self._kind.status, *own(fields)} <= {*(row.get("properties") or {})}:
                return with_contacts(self._calls, [record_of(row, self._kind, own(fields))], fields)[0]
        read = self.read([record_id], fields=fields)
        if not read:
            raise CrmRefused(Reason.GONE, status=404)
        return read[0]

    def _filters(self, since: datetime, until: datetime, last: int) -> list[dict[str, str]]:
        return [
            {"propertyName": self._kind.stamp, "operator": "GTE", "value": milliseconds(since)},
            {"propertyName": self._kind.stamp, "operator": "LT", "value": milliseconds(until)},
            {"propertyName": ID, "operator": "GT", "value": str(last)},
        ]

    def _at(self, rest: str = "") -> str:
        return paths.objects(self._kind.name, rest)

    def _read(self, row: dict[str, Any], fields: Collection[str]) -> list[CrmRecord]:
        """Those that it took in come first, so that their links are moved before it is met."""
        return [*merged_of(row), record_of(row, self._kind, own(fields))]

    def _winner(self, record_id: str) -> CrmRecord | None:
        """Of one that a batch did not show: that which took it in, or None if it is gone."""
        try:
            row = self._calls.get(paths.record(self._kind.name, record_id), about_record=True)
        except CrmRefused as refused:
            if refused.reason is Reason.GONE:
                return None
            raise
        if not row.get("id") or str(row["id"]) == record_id:
            raise CrmRefused(Reason.SILENT, code="not_understood")  # there after all: to be read again
        return CrmRecord(id=record_id, merged_into=str(row["id"]))

    def _properties(self, object_name: str) -> list[dict[str, Any]]:
        said = rows(self._calls.get(paths.properties(object_name), {"archived": "false"}))
        return [row for row in said if row.get("hidden") is not True and row.get("archived") is not True]


def _account(portal: object, name: object, user: object) -> CrmAccount:
    if not portal:
        raise CrmRefused(Reason.SILENT, code="not_understood")
    return CrmAccount(id=str(portal), name=str(name or f"HubSpot {portal}"), user=str(user or ""))


def _number(row: dict[str, Any]) -> int:
    try:
        return int(row["id"])
    except (KeyError, TypeError, ValueError):
        raise CrmRefused(Reason.SILENT, code="not_understood") from None
