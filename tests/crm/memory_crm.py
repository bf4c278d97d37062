"""A CRM in the memory of a test, behind the same methods as the three clients (I4). It knows nothing of Alur."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmAccount, CrmField, CrmPage, CrmPerson, CrmRecord, CrmStatus, Place, Usage
from config.reach.crm.session import Session

STATUSES = (("New", False), ("Working", False), ("Lost", True), ("Junk", True))
FIELDS = ("FirstName", "LastName", "Email", "Phone", "Company", "Title", "Source", "Budget")


@dataclass
class MemoryCrm:
    """One account with records. `now`: its clock. `before(call, count)` runs before each call and may raise; `calls`
    has the name of each. `page_size` of lists; a list holds what stood there when it was asked."""

    now: datetime
    account_id: str = "org-1"
    page_size: int = 200
    records: dict[str, CrmRecord] = field(default_factory=dict)
    people: list[CrmPerson] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    windows: list[tuple[datetime, datetime, str]] = field(default_factory=list)
    writes: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    before: Callable[[str], object] = lambda call: None
    fields: tuple[str, ...] = FIELDS
    usage: Usage | None = None  # of the day's calls, as each answer says it

    def add(self, record_id: str, *, owner: str = "", status: str = "New", by: str = "", **values: str) -> CrmRecord:
        self.records[record_id] = CrmRecord(record_id, values, owner, status, self.now, self.now, by)
        return self.records[record_id]

    def edit(self, record_id: str, *, by: str = "", values: dict[str, str] | None = None, **changes: object) -> None:
        was = self.records[record_id]
        if values:
            changes["values"] = {**was.values, **values}
        self.records[record_id] = replace(was, changed_at=self.now, changed_by=by, **changes)

    def delete(self, record_id: str) -> None:
        self.edit(record_id, is_gone=True)

    def merge(self, record_id: str, *, into: str) -> None:
        self.edit(record_id, is_gone=True, merged_into=into)
        self.edit(into)

    def convert(self, record_id: str, *, into: str = "account-1") -> None:
        self.edit(record_id, converted_to=into)

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


class MemoryClient:
    """CrmClient over the account that `place.base_url` names."""

    OBJECTS: ClassVar[tuple[str, ...]] = ("leads",)
    accounts: ClassVar[dict[str, MemoryCrm]] = {}

    def __init__(self, session: Session, place: Place, object_name: str) -> None:
        self.session, self.place, self.object_name = session, place, object_name

    @property
    def crm(self) -> MemoryCrm:
        return self.accounts[self.place.base_url]

    def account(self) -> CrmAccount:
        self._call("account")
        return CrmAccount(self.crm.account_id, "Test account")

    def people(self) -> list[CrmPerson]:
        self._call("people")
        return list(self.crm.people)

    def fields(self) -> list[CrmField]:
        self._call("fields")
        return [CrmField(name, name) for name in self.crm.fields]

    def statuses(self) -> list[CrmStatus]:
        self._call("statuses")
        return [CrmStatus(value, value, is_closed=is_closed) for value, is_closed in STATUSES]

    def changed(self, *, since: datetime, until: datetime, fields: Collection[str], after: str = "") -> CrmPage:
        """By id, as HubSpot does, so that the place of a page does not move."""
        self.crm.windows.append((since, until, after))
        self._call("changed")
        self._check(fields)
        found = sorted(each for each, row in self.crm.records.items() if since <= row.changed_at < until)
        left = [each for each in found if each > after]
        page = left[: self.crm.page_size]
        rows = tuple(self._of(self.crm.records[each], fields) for each in page)
        return CrmPage(rows, page[-1] if len(left) > len(page) else "")

    def removed(self, *, since: datetime, until: datetime, after: str = "") -> CrmPage:
        self._call("removed")
        gone = [each for each in self.crm.records.values() if each.is_gone and since <= each.changed_at < until]
        left = [each for each in gone if each.id > after]
        page = left[: self.crm.page_size]
        rows = tuple(replace(each, values={}) for each in page)
        return CrmPage(rows, page[-1].id if len(left) > len(page) else "")

    def read(self, ids: Sequence[str], *, fields: Collection[str]) -> list[CrmRecord]:
        self._call("read")
        self._check(fields)
        rows = [self.crm.records[each] for each in ids if each in self.crm.records]
        return [self._of(each, fields) for each in rows if not each.is_gone or each.merged_into]

    def write(self, record_id: str, *, owner: str | None, status: str | None, fields: Collection[str]) -> CrmRecord:
        self._call("write")
        self._check(fields)
        if record_id not in self.crm.records or self.crm.records[record_id].is_gone:
            raise CrmRefused(Reason.GONE, status=404)
        if self.crm.records[record_id].converted_to:
            raise CrmRefused(Reason.CONVERTED, status=400)
        changes = {name: value for name, value in (("owner", owner), ("status", status)) if value is not None}
        self.crm.writes.append((record_id, owner, status))
        self.crm.edit(record_id, by="alur", **changes)
        return self._of(self.crm.records[record_id], fields)

    def _call(self, name: str) -> None:
        self.crm.calls.append(name)
        self.session.calls += 1
        self.session.usage = self.crm.usage or self.session.usage
        self.crm.before(name)

    def _check(self, fields: Collection[str]) -> None:
        if missing := sorted(set(fields) - set(self.crm.fields)):
            raise CrmRefused(Reason.FIELD, status=400, field=missing[0])

    @staticmethod
    def _of(record: CrmRecord, fields: Collection[str]) -> CrmRecord:
        kept = {name: value for name, value in record.values.items() if name in fields and value}
        return replace(record, values=kept)
