"""What a record of a CRM says that Alur did not know, and who wins where both changed the owner (I4)."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

FIGHT_WITHIN = timedelta(hours=1)
MAX_CHANGES_BACK = 3  # the third one within that time is left alone: a program over there would go on for ever


class Code(StrEnum):
    """A line of the lead's story. Only codes: dashboards/presenters/crm_story.py has the words."""

    OWNER_OURS = "owner_ours"  # Alur's owner goes back
    OWNER_FIGHT = "owner_fight"  # changed back too often: left as it is there, and shown to sales ops
    OWNER_THEIRS = "owner_theirs"  # the lead goes to that person here
    OWNER_UNKNOWN = "owner_unknown"  # nobody here is that owner, so the lead stays with its holder
    OWNER_CANNOT = "owner_cannot"  # that person cannot hold leads here
    OWNER_NONE = "owner_none"  # the owner was removed there
    OWNER_NOTED = "owner_noted"  # nothing follows from it
    STATUS = "status"
    CLOSED = "closed"  # the new status closes the lead here
    DELETED = "deleted"
    MERGED = "merged"  # the record went into another one, which is the lead's from now on
    MERGED_BESIDE = "merged_beside"  # it went into one that belongs to another lead
    CONVERTED = "converted"
    RESTORED = "restored"  # it was gone and is there again


class Then(StrEnum):
    """What follows from an owner there. AGREED: it is what Alur wants."""

    NOTHING = "nothing"
    AGREED = "agreed"
    WRITE = "write"
    HAND_OVER = "hand_over"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Known:
    """How a record stood when Alur last read or wrote it. `is_left_alone`: its owner was changed back too often, and
    nobody here has acted since."""

    owner: str = ""
    status: str = ""
    fights: int = 0
    fought_at: datetime | None = None
    is_left_alone: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """The lead. `owner`: the id over there of the person who holds it, "" for nobody or somebody unknown there."""

    owner: str = ""
    is_open: bool = True
    crm_wins: bool = False
    writes: bool = True


@dataclass(frozen=True, slots=True)
class Theirs:
    """Who the owner over there is here."""

    user_id: int | None = None
    can_hold: bool = False


@dataclass(frozen=True, slots=True)
class OwnerVerdict:
    then: Then = Then.NOTHING
    code: Code | None = None
    fights: int = 0
    fought_at: datetime | None = None


def owner_verdict(known: Known, found: str, here: Here, theirs: Theirs, *, at: datetime) -> OwnerVerdict:
    """What follows from the owner of a record as it was just read."""
    quiet = OwnerVerdict(fights=known.fights, fought_at=known.fought_at)
    if found == known.owner:
        return quiet
    if found == here.owner:
        return replace(quiet, then=Then.AGREED)
    noted = replace(quiet, then=Then.LEAVE, code=Code.OWNER_NOTED)
    if not here.is_open:
        return noted
    if here.crm_wins:
        then, code = _where_theirs_wins(found, theirs)
        return replace(quiet, then=then, code=code)
    if not here.owner or not here.writes or known.is_left_alone:
        return noted
    return _changed_back(known, at=at)


def _where_theirs_wins(found: str, theirs: Theirs) -> tuple[Then, Code]:
    if not found:
        return Then.LEAVE, Code.OWNER_NONE
    if theirs.user_id is None:
        return Then.LEAVE, Code.OWNER_UNKNOWN
    return (Then.HAND_OVER, Code.OWNER_THEIRS) if theirs.can_hold else (Then.LEAVE, Code.OWNER_CANNOT)


def _changed_back(known: Known, *, at: datetime) -> OwnerVerdict:
    """`fought_at` is when the first of these changes was seen."""
    if known.fought_at is None or at - known.fought_at > FIGHT_WITHIN:
        return OwnerVerdict(Then.WRITE, Code.OWNER_OURS, fights=1, fought_at=at)
    fights = known.fights + 1
    if fights >= MAX_CHANGES_BACK:
        return OwnerVerdict(Then.LEAVE, Code.OWNER_FIGHT, fights=fights, fought_at=known.fought_at)
    return OwnerVerdict(Then.WRITE, Code.OWNER_OURS, fights=fights, fought_at=known.fought_at)


def status_verdict(
    known: Known, found: str, *, wanted: str, closing: Mapping[str, str], is_open: bool
) -> tuple[Code | None, str]:
    """The line of the story, and the stage that the lead gets here."""
    if found == known.status or (wanted and found == wanted):
        return None, ""
    stage = closing.get(found, "")
    return (Code.CLOSED, stage) if stage and is_open else (Code.STATUS, "")


def digest(values: Mapping[str, str], fields: Collection[str]) -> str:
    """Of the mapped fields that hold something, so that a field that vanishes and one that is emptied are the same."""
    kept = {name: values[name] for name in fields if values.get(name)}
    return hashlib.sha1(json.dumps(kept, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def is_stale(stamp: datetime | None, seen: datetime | None) -> bool:
    """Whether the record was read before Alur last wrote it. Both are stamps of the CRM's own clock."""
    return stamp is not None and seen is not None and stamp < seen
