"""The client of Salesforce: reads leads, writes owner and status (I4)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmAccount, CrmField, CrmPage, CrmPerson, CrmRecord, CrmStatus, Place
from config.reach.crm.salesforce import soql
from config.reach.crm.salesforce.answers import (
    NEEDED,
    NEXT,
    fields_of,
    next_page,
    person_of,
    queue_of,
    record_of,
    rows_of,
    status_of,
    text_of,
)
from config.reach.crm.salesforce.calls import DATA, Calls
from config.reach.crm.salesforce.refusals import not_understood
from config.reach.crm.session import Session

QUERY_SECONDS = 30  # Salesforce itself gives up a query after 120, but a worker's task ends before that
PAGE, SMALL_PAGE = 1000, 200  # 2,000 is the most, and more than 10 MB where leads have long texts
SHORT = timedelta(hours=1)  # a host that is silent about so little hangs; asking for less would not help
IDS_AT_ONCE = 200
MOST_PAGES = 200
NO_RULES = {"Sforce-Auto-Assign": "FALSE"}  # else an assignment rule over there may take the lead away again


class SalesforceClient:
    OBJECTS: ClassVar[tuple[str, ...]] = ("Lead",)

    def __init__(self, session: Session, place: Place, object_name: str) -> None:
        self._session, self._object = session, object_name
        self._calls = Calls(session, place)
        self._page, self.query_seconds = PAGE, QUERY_SECONDS

    def account(self) -> CrmAccount:
        """The token's own answer names the user; a token that was pasted without it does not."""
        found = self._query("SELECT Id,Name FROM Organization")
        if len(found) != 1:
            raise not_understood()
        user_id = self._session.credentials.get("identity", "").rpartition("/")[2]
        users = self._query(f"SELECT Id,Name,Username FROM User WHERE Id = {soql.text(user_id)}") if user_id else []
        user = text_of(users[0].get("Username")) if users else ""
        return CrmAccount(id=str(found[0]["Id"]), name=text_of(found[0].get("Name")), user=user)

    def people(self) -> list[CrmPerson]:
        """Also those who have left, because leads may still be theirs."""
        users = self._query(
            "SELECT Id,Name,Email,Username,IsActive FROM User WHERE UserType IN ('Standard','PowerPartner') ORDER BY Id"
        )
        queues = self._query("SELECT Id,Name,Email FROM Group WHERE Type = 'Queue' ORDER BY Id")
        return [*map(person_of, users), *map(queue_of, queues)]

    def fields(self) -> list[CrmField]:
        return fields_of(self._calls.get(f"{DATA}/sobjects/{self._object}/describe"))

    def statuses(self) -> list[CrmStatus]:
        rows = self._query("SELECT ApiName,MasterLabel,IsConverted,SortOrder FROM LeadStatus ORDER BY SortOrder")
        return [status_of(row) for row in rows]

    def changed(self, *, since: datetime, until: datetime, fields: Collection[str], after: str = "") -> CrmPage:
        """With what was deleted, merged and converted. `after` is Salesforce's own path of the next page, which it
        keeps for two days."""
        if after and not NEXT.fullmatch(after):
            raise CrmRefused(Reason.WINDOW, code="bad_next_page")
        try:
            said = self._rows_page(after or _changes(self._object, since, until, fields))
        except CrmRefused as refused:
            if refused.code == "too_slow" and not after and until - since > SHORT:
                raise CrmRefused(Reason.WINDOW, code="too_slow") from None
            raise
        records = tuple(record_of(row, fields) for row in rows_of(said))
        return CrmPage(records, next_page(said, after))

    def removed(self, *, since: datetime, until: datetime, after: str = "") -> CrmPage:
        return CrmPage(())  # `changed` says it

    def read(self, ids: Sequence[str], *, fields: Collection[str]) -> list[CrmRecord]:
        names = soql.columns(NEEDED, fields).split(",")
        wanted = [soql.checked_id(each) for each in ids]
        found: list[CrmRecord] = []
        for start in range(0, len(wanted), IDS_AT_ONCE):
            content = {"ids": wanted[start : start + IDS_AT_ONCE], "fields": names}
            rows = self._calls.post(f"{DATA}/composite/sobjects/{self._object}", content)
            if not isinstance(rows, list):
                raise not_understood()
            found += [record_of(row, fields) for row in rows if isinstance(row, dict)]
        return [record for record in found if not record.is_gone]

    def write(self, record_id: str, *, owner: str | None, status: str | None, fields: Collection[str]) -> CrmRecord:
        """Both or neither, and the record as it then stands, in one call. A lead always has an owner and a status:
        "" leaves them."""
        path = f"{DATA}/sobjects/{self._object}/{soql.checked_id(record_id)}"
        reading = f"{path}?fields={soql.columns(NEEDED, fields)}"
        values = {"OwnerId": soql.checked_id(owner) if owner else "", "Status": status or ""}
        wanted = {name: value for name, value in values.items() if value}
        if not wanted:
            return record_of(_object(self._calls.get(reading, about_record=True)), fields)
        writes = {"method": "PATCH", "url": path, "referenceId": "write", "httpHeaders": NO_RULES, "body": wanted}
        _none, row = self._calls.together(writes, {"method": "GET", "url": reading, "referenceId": "read"})
        return record_of(_object(row), fields)

    def _rows_page(self, path: str) -> dict[str, Any]:
        """A page with more than Alur takes at once is asked for once more, with fewer records."""
        try:
            return self._ask_page(path)
        except CrmRefused as refused:
            if refused.code != "too_large":
                raise
        self._page = SMALL_PAGE
        try:
            return self._ask_page(path)
        except CrmRefused as refused:
            raise CrmRefused(Reason.WINDOW, code="too_large") if refused.code == "too_large" else refused from None

    def _ask_page(self, path: str) -> dict[str, Any]:
        headers = {"Sforce-Query-Options": f"batchSize={self._page}"}
        return _object(self._calls.get(path, headers=headers, seconds=self.query_seconds))

    def _query(self, query: str) -> list[dict[str, Any]]:
        """All rows of a short list."""
        found, path = [], f"{DATA}/query/?{_asked(query)}"
        for _page in range(MOST_PAGES):
            said = self._rows_page(path)
            found += rows_of(said)
            path = next_page(said, path)
            if not path:
                return found
        raise not_understood(code="no_end")


def _changes(object_name: str, since: datetime, until: datetime, fields: Collection[str]) -> str:
    query = (
        f"SELECT {soql.columns(NEEDED, fields)} FROM {object_name}"
        f" WHERE SystemModstamp >= {soql.moment(since)} AND SystemModstamp < {soql.moment(until)}"
        " ORDER BY SystemModstamp ASC, Id ASC"
    )
    return f"{DATA}/queryAll/?{_asked(query)}"


def _asked(query: str) -> str:
    return urlencode({"q": query}, safe=",:")


def _object(said: object) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise not_understood()
    return said
