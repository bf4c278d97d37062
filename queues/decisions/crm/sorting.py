"""What is to be done with a record that a poll has found (I4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from queues.decisions.crm.meeting import is_stale


class Way(StrEnum):
    """KNOWN: nothing in it is new. SKIPPED: not known here, and not to be taken in. LEFT: the same, because it is left
    with its owner over there."""

    KNOWN = "known"
    NEW = "new"
    SKIPPED = "skipped"
    LEFT = "left"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Found:
    """The record. `fate`: it was deleted, merged or converted."""

    owner: str = ""
    status: str = ""
    digest: str = ""
    stamp: datetime | None = None
    fate: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """How it stood when Alur last read or wrote it. `gone`: it was deleted, merged or converted then. `is_erased`: the
    person was erased here, so that nothing is known of it."""

    owner: str = ""
    status: str = ""
    digest: str = ""
    stamp: datetime | None = None
    gone: bool = False
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """`meets`: it meets its lead, as its owner, its status or its fate changed. `brings`: its facts are captured."""

    way: Way
    meets: bool = False
    brings: bool = False


def sort_record(
    found: Found, seen: Seen | None, *, takes_in: bool, closing: Mapping[str, str], is_left: bool
) -> Sorted:
    """`closing`: statuses of records that nobody works on any more, so that they do not come in. `is_left`: the leads
    of this owner are left with that person."""
    if seen is None:
        if not takes_in or found.fate or found.status in closing:
            return Sorted(Way.SKIPPED)
        return Sorted(Way.LEFT) if is_left else Sorted(Way.NEW, brings=True)
    if seen.is_erased:  # its id may be that of another record by now
        return Sorted(Way.CHANGED, meets=True) if found.fate else Sorted(Way.KNOWN)
    if is_stale(found.stamp, seen.stamp):
        return Sorted(Way.KNOWN)
    if found.fate:
        return Sorted(Way.KNOWN) if seen.gone else Sorted(Way.CHANGED, meets=True)
    meets = seen.gone or found.owner != seen.owner or found.status != seen.status
    brings = takes_in and found.digest != seen.digest
    return Sorted(Way.CHANGED, meets, brings) if meets or brings else Sorted(Way.KNOWN)
