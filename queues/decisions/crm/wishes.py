"""What Alur wants a record to say: the owner and the status that follow from how its lead stands now (I4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

CONTACTED = "contacted"  # of a status map: a lead that is held and was contacted
HELD = "held"


@dataclass(frozen=True, slots=True)
class Standing:
    """A lead now. `holder` is the user who has it."""

    stage: str
    holder: int | None = None
    is_contacted: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """ "" is none: the record keeps what it says. `is_unmatched`: its holder is unknown over there."""

    owner: str = ""
    status: str = ""
    is_unmatched: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wish of a link. `done_status` was carried out once: what somebody chooses there later stays until Alur wants
    another one."""

    owner: str = ""
    status: str = ""
    done_status: str = ""


def wish_of(standing: Standing, *, owners: Mapping[int, str], statuses: Mapping[str, str]) -> Wish:
    """`owners`: ids over there by user here. `statuses`: of the connection, by stage; a stage that is not named has
    none."""
    owner = "" if standing.holder is None else owners.get(standing.holder, "")
    status = statuses.get(standing.stage, "")
    if standing.stage == HELD and standing.is_contacted:
        status = statuses.get(CONTACTED, "") or status
    return Wish(owner, status, is_unmatched=standing.holder is not None and not owner)


def renewed(before: Wanted, wish: Wish, *, moves_owner: bool) -> Wanted:
    """What is wanted after an act. An act that moves no owner, as a contact, repeats no wish for one: an owner over
    there who was accepted since then stays."""
    now = replace(before, owner=wish.owner) if moves_owner else before
    return now if wish.status == before.status else replace(now, status=wish.status, done_status="")


def to_write(wanted: Wanted, *, owner: str, status: str) -> tuple[str | None, str | None]:
    """Owner and status that are still to be written on a record that stands so; None for what stays."""
    is_done = wanted.status in ("", status, wanted.done_status)
    return wanted.owner if wanted.owner not in ("", owner) else None, None if is_done else wanted.status
