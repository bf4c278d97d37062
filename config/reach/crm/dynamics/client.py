"""Leads of one Dynamics 365 environment (I4). Tried against an OData engine, not against a live environment:
docs/connections/dynamics.md."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from config.reach.crm.dynamics import metadata, rows
from config.reach.crm.dynamics.answers import NO_ETAGS, SQL_TIMEOUT
from config.reach.crm.dynamics.odata import chunks, columns, guid, moment_from, moment_to, rows_of, target, text_literal
from config.reach.crm.dynamics.wire import KINDS, Wire
from config.reach.crm.dynamics.wishes import about_owner, values_of
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmAccount, CrmField, CrmPage, CrmPerson, CrmRecord, CrmStatus, Place
from config.reach.crm.session import Session

PAGE = 500
DELETIONS = 100  # of one page; each is looked up
IDS = 50  # in one query; Dataverse takes 500 conditions
TABLES = {"leads": "lead"}
NOT_HERE = {Reason.RIGHTS, Reason.FIELD, Reason.WRONG, Reason.GONE}  # of what is good to have and not needed
DELETED = 3  # an operation of the audit
ANY = "*"  # matches every version, but no record that is gone


@dataclass(frozen=True, slots=True)
class _Version:
    etag: str
    state: int


class DynamicsClient:
    """`after` of a page is Dataverse's own link to the next, longer than 500 signs. One client asks one thing at a
    time; the reader and the writer of a connection have one each, of 52 calls that Dataverse allows at once."""

    OBJECTS: ClassVar[tuple[str, ...]] = tuple(TABLES)

    def __init__(self, session: Session, place: Place, object_name: str) -> None:
        self.session = session
        self._wire = Wire(session, place)
        self._set, self._table = object_name, TABLES[object_name]
        self._versions: dict[str, _Version] = {}  # as last read here, for the next write

    def account(self) -> CrmAccount:
        who = self._wire.get("WhoAmI")
        organization, user = _id(who, "OrganizationId"), _id(who, "UserId")
        return CrmAccount(
            id=organization,
            name=self._name(f"organizations({organization})", "name"),
            user=self._name(f"systemusers({user})", "fullname"),
        )

    def people(self) -> list[CrmPerson]:
        """Users, also those who left, and the teams that can own records. Apps are no people."""
        users = target(
            "systemusers",
            select="systemuserid,fullname,internalemailaddress,isdisabled",
            filter="applicationid eq null",
            orderby="systemuserid asc",
        )
        teams = target("teams", select="teamid,name", filter="teamtype ne 1", orderby="teamid asc")
        return [*map(rows.person, self._all(users)), *map(rows.team, self._all(teams))]

    def fields(self) -> list[CrmField]:
        return metadata.fields(self._wire, self._table)

    def statuses(self) -> list[CrmStatus]:
        return metadata.statuses(self._wire, self._table)

    def changed(self, *, since: datetime, until: datetime, fields: Collection[str], after: str = "") -> CrmPage:
        """Raises CrmRefused (WINDOW) where the database over there takes too long."""
        first = target(
            self._set,
            select=self._select(fields),
            filter=f"modifiedon ge {moment_from(since)} and modifiedon lt {moment_to(until)}",
            orderby="modifiedon asc,leadid asc",
        )
        try:
            content = self._wire.get(after or first, prefer=f"odata.maxpagesize={PAGE}, {KINDS}")
        except CrmRefused as refused:
            if refused.code == SQL_TIMEOUT:
                raise CrmRefused(Reason.WINDOW, status=refused.status, code=refused.code) from None
            raise
        return CrmPage(tuple(rows.record(row, fields) for row in rows_of(content)), _next(content, after))

    def removed(self, *, since: datetime, until: datetime, after: str = "") -> CrmPage:
        """Where the environment audits leads and the app may read that, as it says what was deleted when; otherwise
        none, and deletions show where a linked record is missing in `read`, and at a write (GONE). Change tracking
        lists them too; why not: docs/decisions/69-readers-keep-their-page.md."""
        first = target(
            "audits",
            select="_objectid_value,createdon,_userid_value",
            filter=f"operation eq {DELETED} and objecttypecode eq {text_literal(self._table)}"
            f" and createdon ge {moment_from(since)} and createdon lt {moment_to(until)}",
            orderby="createdon asc",
        )
        try:
            content = self._wire.get(after or first, prefer=f"odata.maxpagesize={DELETIONS}")
        except CrmRefused as refused:
            if refused.reason in NOT_HERE and not after:
                return CrmPage(())
            raise
        found = {record.id: record for record in map(rows.deletion, rows_of(content))}
        for record in self.read(list(found), fields=()):
            del found[record.id]  # it was restored
        return CrmPage(tuple(found.values()), _next(content, after))

    def read(self, ids: Sequence[str], *, fields: Collection[str]) -> list[CrmRecord]:
        select = self._select(fields)
        found = []
        for some in chunks([guid(each) for each in ids], IDS):
            which = " or ".join(f"leadid eq {each}" for each in some)
            for row in self._all(target(self._set, select=select, filter=which, orderby="leadid asc")):
                found.append(self._seen(row, fields))
        return found

    def write(self, record_id: str, *, owner: str | None, status: str | None, fields: Collection[str]) -> CrmRecord:
        """Onto the version that `read` found last, or else onto the newest: changed since, it is BUSY. What is
        qualified, closed or merged is CONVERTED and stays as it is. An owner must be there: "" is WRONG."""
        lead = guid(record_id)
        values = values_of(owner, status)
        place = target(f"{self._set}({lead})", select=self._select(fields))
        version = self._versions.pop(lead, None) or self._version(self._wire.get(place, prefer=KINDS))
        if version.state != rows.OPEN:
            raise CrmRefused(Reason.CONVERTED, code=f"state_{version.state}")
        if not values:
            return rows.record(self._wire.get(place, prefer=KINDS), fields)
        try:
            row = self._patch(place, values, version.etag)
        except CrmRefused as refused:
            raise about_owner(refused, lead, owner or "") from None
        return rows.record(row or self._wire.get(place, prefer=KINDS), fields)

    def _patch(self, place: str, values: Mapping[str, object], etag: str) -> Mapping[str, object]:
        try:
            return self._wire.patch(place, values, etag=etag)
        except CrmRefused as refused:
            if refused.code != NO_ETAGS:
                raise
        return self._wire.patch(place, values, etag=ANY)

    def _select(self, fields: Collection[str]) -> str:
        return ",".join(columns([*rows.ALWAYS, *fields]))

    def _all(self, first: str) -> Iterator[Mapping[str, object]]:
        met = [first]
        while met[-1]:
            content = self._wire.get(met[-1], prefer=f"odata.maxpagesize={PAGE}, {KINDS}")
            yield from rows_of(content)
            met.append(_next(content, *met))

    def _seen(self, row: Mapping[str, object], fields: Collection[str]) -> CrmRecord:
        found = rows.record(row, fields)
        self._versions[found.id] = self._version(row)
        return found

    def _version(self, row: Mapping[str, object]) -> _Version:
        return _Version(str(row.get("@odata.etag") or ANY), rows.state_of(row))

    def _name(self, place: str, column: str) -> str:
        """A name is worth a call, but no missing right."""
        try:
            return str(self._wire.get(target(place, select=column)).get(column) or "")
        except CrmRefused as refused:
            if refused.reason not in NOT_HERE:
                raise
        return ""


def _id(content: Mapping[str, object], name: str) -> str:
    try:
        return guid(str(content.get(name)))
    except CrmRefused:
        raise CrmRefused(Reason.SILENT, code="not_odata") from None


def _next(content: Mapping[str, object], *met: str) -> str:
    link = str(content.get("@odata.nextLink") or "")
    if link and link in met:
        raise CrmRefused(Reason.SILENT, code="same_page")
    return link
