"""What a rotation would be after a file of members: the snapshot of a draft, and a line for each member (F11b)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from routing.decisions.availability.caps import WINDOWS
from routing.decisions.rotation.editable_fields import NEWER_OF_MEMBERS
from routing.decisions.rotation.versions import BY_HAND, BY_RULE, Snapshot

USUAL_WEIGHT = "1.00"


@dataclass(frozen=True, slots=True)
class WantedMember:
    """One person of the file. None, and a cap that is not named: as it is, or as usual for who joins."""

    rep: int
    line: int
    weight: Decimal | None = None
    position: int | None = None
    caps: Mapping[str, int | None] = field(default_factory=dict)
    is_paused: bool | None = None


class Change(StrEnum):
    JOINS = "joins"
    CHANGES = "changes"
    STAYS = "stays"
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member before and after. Places count from 1; `line` is the one of the file, None for who is not in it.
    `kept`: stays although the file lacks it, as a rule adds it ("rule") or its row was refused ("refused")."""

    rep: int
    change: Change
    before: Mapping | None
    after: Mapping | None
    was: int | None
    place: int | None
    line: int | None = None
    kept: str = ""


@dataclass(frozen=True, slots=True)
class PlannedMembers:
    """`orders_by_hand`: the order of the rotation becomes the one by hand."""

    snapshot: Snapshot
    lines: tuple[MemberLine, ...]
    orders_by_hand: bool = False

    def of(self, *changes: Change) -> int:
        return sum(line.change in changes for line in self.lines)


def plan_members(
    now: Snapshot,
    wanted: Sequence[WantedMember],
    *,
    replaces: bool,
    spared: Collection[int] = (),
    is_new: bool = False,
) -> PlannedMembers:
    """`replaces`: who is not in the file leaves, except for those whom a rule adds and the `spared`. Places of the file
    count if it has any; without, who stays keeps the place and who joins stands at the end, in the order of lines."""
    before = {each["rep"]: {**NEWER_OF_MEMBERS, **each} for each in now["members"]}
    in_file = {each.rep: each for each in wanted}
    after: dict[int, dict] = {}
    for rep, member in before.items():
        if rep in in_file:
            after[rep] = member | _values(in_file[rep])
        elif not replaces or member.get(BY_RULE) or rep in spared:
            after[rep] = member
    for each in wanted:
        if each.rep not in before:
            after[each.rep] = _newcomer(each)
    placed = {each.rep: each.position for each in wanted if each.position is not None}
    order = _arranged(list(after), placed)
    fields = dict(now["fields"])
    orders_by_hand = fields.get("order") != BY_HAND and bool(placed or is_new)
    if orders_by_hand:
        fields["order"] = BY_HAND
    members = [after[rep] for rep in order]
    lines = _lines(before, after, order, in_file, spared)
    return PlannedMembers({**now, "fields": fields, "members": members}, lines, orders_by_hand and not is_new)


def _values(each: WantedMember) -> dict[str, object]:
    values: dict[str, object] = {name: each.caps[name] for name in each.caps}
    if each.weight is not None:
        values["weight"] = f"{each.weight:.2f}"
    if each.is_paused is not None:
        values["is_paused"] = each.is_paused
    return values


def _newcomer(each: WantedMember) -> dict[str, object]:
    caps: dict[str, object] = {f"cap_{window}": None for window in WINDOWS}
    return {"rep": each.rep, "is_paused": False, "weight": USUAL_WEIGHT, "ramp": ""} | caps | _values(each)


def _arranged(reps: Sequence[int], placed: Mapping[int, int]) -> list[int]:
    """Those with a place stand at it, the others around them in their order. Places that begin with 0 count from 0; of
    two with one place the earlier line is first; gaps close."""
    if not placed:
        return list(reps)
    first = 0 if 0 in placed.values() else 1
    order = [rep for rep in reps if rep not in placed]
    for rep, place in sorted(placed.items(), key=lambda pair: pair[1]):
        order.insert(max(place - first, 0), rep)
    return order


def _lines(
    before: Mapping[int, Mapping],
    after: Mapping[int, Mapping],
    order: Sequence[int],
    in_file: Mapping[int, WantedMember],
    spared: Collection[int],
) -> tuple[MemberLine, ...]:
    was = {rep: place for place, rep in enumerate(before, start=1)}
    stayed = [rep for rep in before if rep in after]
    moved = [rep for rep in order if rep in before] != stayed
    rank_before = {rep: rank for rank, rep in enumerate(stayed)}
    rank_after = {rep: rank for rank, rep in enumerate(rep for rep in order if rep in before)}
    lines = []
    for place, rep in enumerate(order, start=1):
        old, new = before.get(rep), after[rep]
        is_moved = moved and rep in rank_before and rank_before[rep] != rank_after[rep]
        change = Change.JOINS if old is None else Change.CHANGES if old != new or is_moved else Change.STAYS
        kept = "" if rep in in_file else "refused" if rep in spared else "rule" if new.get(BY_RULE) else ""
        line = in_file[rep].line if rep in in_file else None
        lines.append(MemberLine(rep, change, old, new, was.get(rep), place, line, kept))
    gone = [MemberLine(rep, Change.LEAVES, before[rep], None, was[rep], None) for rep in before if rep not in after]
    return (*lines, *gone)
