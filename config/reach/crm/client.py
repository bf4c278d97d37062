"""What each of the three clients can do (I4)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from config.reach.crm.records import CrmAccount, CrmField, CrmPage, CrmPerson, CrmRecord, CrmStatus, Place
from config.reach.crm.session import Session


class CrmClient(Protocol):
    """Every method is one call or a few, raises CrmRefused, and leaves `session.usage` as the CRM counts it. Moments
    are aware, in UTC."""

    OBJECTS: ClassVar[tuple[str, ...]]  # what can be connected; the first by default
    session: Session  # set by who makes it

    def __init__(self, session: Session, place: Place, object_name: str) -> None: ...

    def account(self) -> CrmAccount:
        """Whom these secrets belong to; also the cheapest proof that they work."""
        ...

    def people(self) -> list[CrmPerson]: ...

    def fields(self) -> list[CrmField]:
        """Those that can be read."""
        ...

    def statuses(self) -> list[CrmStatus]:
        """Values of the field that holds the status, read from the CRM itself."""
        ...

    def changed(self, *, since: datetime, until: datetime, fields: Collection[str], after: str = "") -> CrmPage:
        """One page of what was made or changed in [since, until), each record at least once however many there are.
        What was merged or converted says so; what was deleted too, where the CRM lists it here."""
        ...

    def removed(self, *, since: datetime, until: datetime, after: str = "") -> CrmPage:
        """One page of what was deleted, where `changed` does not say so; otherwise an empty one, without a call."""
        ...

    def read(self, ids: Sequence[str], *, fields: Collection[str]) -> list[CrmRecord]:
        """As they stand now, in any order; without those that are gone."""
        ...

    def write(self, record_id: str, *, owner: str | None, status: str | None, fields: Collection[str]) -> CrmRecord:
        """None leaves a value as it is, "" empties it where the CRM allows that. Returns the record as it stands
        afterwards."""
        ...
