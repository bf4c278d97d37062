"""What a version of a rotation says, how two of them differ, and whether a draft still fits (F11b).

A snapshot is {"fields": {column: value}, "members": [{"rep": key, ...own settings}, ...]} of plain values; members
stand in their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ORDER, BY_HAND = "order of members", "hand"
Snapshot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """From one snapshot to another: columns and members with (before, after), None where there is none; `places` are
    the reps in their old and new order, empty when those who stayed stand as before."""

    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    members: Mapping[int, tuple[Mapping | None, Mapping | None]] = field(default_factory=dict)
    places: tuple[Sequence[int], Sequence[int]] = ((), ())

    def __bool__(self) -> bool:
        return bool(self.fields or self.members or self.places[1])

    @property
    def names(self) -> set[object]:
        """What is changed: names of columns, keys of reps, and ORDER."""
        return {*self.fields, *self.members} | ({ORDER} if self.places[1] else set())


@dataclass(frozen=True, slots=True)
class Merged:
    """A draft on top of what stands now. With conflicts nothing can be published."""

    snapshot: Snapshot
    conflicts: tuple[object, ...] = ()


def changes(before: Snapshot, after: Snapshot, *, with_places: bool = False) -> Changes:
    """Places count where they stand by hand, as they follow from something else in the other orders; or always."""
    fields = {
        name: (before["fields"].get(name), value)
        for name, value in after["fields"].items()
        if before["fields"].get(name) != value
    }
    old, new = _by_rep(before), _by_rep(after)
    members = {
        rep: (old.get(rep), new.get(rep))
        for rep in dict.fromkeys([*_reps(before), *_reps(after)])
        if old.get(rep) != new.get(rep)
    }
    stayed_old = [rep for rep in _reps(before) if rep in new]
    stayed_new = [rep for rep in _reps(after) if rep in old]
    is_by_hand = after["fields"].get("order", BY_HAND) == BY_HAND
    is_moved = (is_by_hand or with_places) and stayed_old != stayed_new
    places = (tuple(stayed_old), tuple(stayed_new)) if is_moved else ((), ())
    return Changes(fields, members, places)


def merged(base: Snapshot, draft: Snapshot, now: Snapshot) -> Merged:
    """What the draft changed since `base`, done to `now`. What both changed, to something else each, is a conflict."""
    wanted, meanwhile = changes(base, draft), changes(base, now)
    conflicts: list[str | int] = [
        name for name, (_old, new) in wanted.fields.items() if _differs(meanwhile.fields, name, new)
    ]
    conflicts += [rep for rep, (_old, new) in wanted.members.items() if _differs(meanwhile.members, rep, new)]
    if wanted.places[1] and meanwhile.places[1] and wanted.places[1] != meanwhile.places[1]:
        conflicts.append(ORDER)
    fields = {**now["fields"], **{name: new for name, (_old, new) in wanted.fields.items()}}
    if wanted.places[1] and fields.get("order", BY_HAND) != BY_HAND:
        conflicts.append("order")
    own = _by_rep(now) | {rep: new for rep, (_old, new) in wanted.members.items() if new is not None}
    left = {rep for rep, (_old, new) in wanted.members.items() if new is None}
    order = _order(draft, now, is_placed=bool(wanted.places[1]))
    members = [{"rep": rep, **own[rep]} for rep in order if rep in own and rep not in left]
    return Merged({"fields": fields, "members": members}, tuple(conflicts))


def _differs(others: Mapping, name: object, new: object) -> bool:
    return name in others and others[name][1] != new


def _order(draft: Snapshot, now: Snapshot, *, is_placed: bool) -> list[int]:
    """As it stands now, newcomers behind whom the draft put them; or as the draft has it, others of now at the end."""
    if is_placed:
        wanted = _reps(draft)
        return [*wanted, *(rep for rep in _reps(now) if rep not in set(wanted))]
    order = _reps(now)
    before: int | None = None
    for rep in _reps(draft):
        if rep not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, rep)
        before = rep
    return order


def _reps(snapshot: Snapshot) -> list[int]:
    return [each["rep"] for each in snapshot["members"]]


def _by_rep(snapshot: Snapshot) -> dict[int, dict]:
    return {each["rep"]: {name: value for name, value in each.items() if name != "rep"} for each in snapshot["members"]}
