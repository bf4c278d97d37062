"""Snapshots of a rotation: how two of them differ, and whether a draft still fits what is in force (F11b).

A snapshot is {"fields": {column: value}, "members": [{"rep": key, ...the member's settings}, ...], "rules": [{"team",
"skill", "weight"}, ...]} of plain values, with the members in their order. Members whom a rule added have "by_rule".
Old snapshots have no rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from routing.decisions.rotation.editable_fields import NEWER, NEWER_OF_MEMBERS

ORDER, BY_HAND = "order of members", "hand"
RULE, BY_RULE = "rule ", "by_rule"
Snapshot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SnapshotDiff:
    """What changed from one snapshot to another: columns and members as (before, after), None for a member who was not
    there. `order` has the reps who stayed in their old and new order, empty when they stand as before. `rules` are by
    rule_key()."""

    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    members: Mapping[int, tuple[Mapping | None, Mapping | None]] = field(default_factory=dict)
    order: tuple[Sequence[int], Sequence[int]] = ((), ())
    rules: Mapping[str, tuple[Mapping | None, Mapping | None]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fields or self.members or self.order[1] or self.rules)

    @property
    def names(self) -> set[object]:
        """What is changed: names of columns, keys of reps, keys of rules, and ORDER."""
        return {*self.fields, *self.members, *self.rules} | ({ORDER} if self.order[1] else set())


@dataclass(frozen=True, slots=True)
class MergedDraft:
    """A draft applied to what is in force now. With conflicts it cannot be published."""

    snapshot: Snapshot
    conflicts: tuple[object, ...] = ()


def diff_snapshots(before: Snapshot, after: Snapshot, *, with_order: bool = False) -> SnapshotDiff:
    """The order of members counts only where people set it by hand, because otherwise it follows from the settings;
    with `with_order` it always counts."""
    was = {**NEWER, **before["fields"]}
    fields = {
        name: (was.get(name), value) for name, value in {**NEWER, **after["fields"]}.items() if was.get(name) != value
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
    is_moved = (is_by_hand or with_order) and stayed_old != stayed_new
    order = (tuple(stayed_old), tuple(stayed_new)) if is_moved else ((), ())
    was, now = _rules(before), _rules(after)
    rules = {key: (was.get(key), now.get(key)) for key in {**was, **now} if was.get(key) != now.get(key)}
    return SnapshotDiff(fields, members, order, rules)


def rule_key(rule: Mapping) -> str:
    """Two rules with the same condition are the same rule."""
    return f"{RULE}{rule['team'] or ''}:{rule['skill']}"


def merge_draft(base: Snapshot, draft: Snapshot, now: Snapshot) -> MergedDraft:
    """Apply to `now` what the draft changed since `base`. What both changed, to different values, is a conflict."""
    wanted, others = diff_snapshots(base, draft), diff_snapshots(base, now)
    conflicts: list[str | int] = [
        name for name, (_old, new) in wanted.fields.items() if _differs(others.fields, name, new)
    ]
    conflicts += [key for key, (_old, new) in wanted.rules.items() if _differs(others.rules, key, new)]
    conflicts += [
        rep
        for rep, change in wanted.members.items()
        if _differs(others.members, rep, change[1])
        and not (_is_by_rule(change) or _is_by_rule(others.members[rep]))  # the rules decide when it is published
    ]
    if wanted.order[1] and others.order[1] and wanted.order[1] != others.order[1]:
        conflicts.append(ORDER)
    fields = {**now["fields"], **{name: new for name, (_old, new) in wanted.fields.items()}}
    if wanted.order[1] and fields.get("order", BY_HAND) != BY_HAND:
        conflicts.append("order")
    own = _merged_members(wanted, _by_rep(now))
    order = _order(draft, now, is_ordered=bool(wanted.order[1]))
    members = [{"rep": rep, **own[rep]} for rep in order if rep in own]
    rules = {**_rules(now), **{key: new for key, (_old, new) in wanted.rules.items()}}
    kept = [rule for rule in rules.values() if rule is not None]
    return MergedDraft({"fields": fields, "members": members, "rules": kept}, tuple(conflicts))


def _merged_members(wanted: SnapshotDiff, now: Mapping[int, dict]) -> dict[int, dict]:
    """By rep. Who joined or left by a rule since the draft was saved stays in or out; who is there by hand stays."""
    own = dict(now)
    for rep, (old, new) in wanted.members.items():
        current = now.get(rep)
        if new is None:
            if not (_is_by_rule((old, new)) and current is not None and not current.get(BY_RULE)):
                own.pop(rep, None)
        elif not new.get(BY_RULE) or (old is None) == (current is None):
            own[rep] = dict(new)
    return own


def _is_by_rule(change: tuple[Mapping | None, Mapping | None]) -> bool:
    """Whether a rule made somebody join or leave."""
    old, new = change
    return bool((old is None and new and new.get(BY_RULE)) or (new is None and old and old.get(BY_RULE)))


def _differs(others: Mapping, name: object, new: object) -> bool:
    return name in others and others[name][1] != new


def _order(draft: Snapshot, now: Snapshot, *, is_ordered: bool) -> list[int]:
    """The current order with newcomers where the draft put them; or, if the draft changed the order, its order with
    all others at the end."""
    if is_ordered:
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
    return {
        each["rep"]: NEWER_OF_MEMBERS | {name: value for name, value in each.items() if name != "rep"}
        for each in snapshot["members"]
    }


def _rules(snapshot: Snapshot) -> dict[str, Mapping]:
    return {rule_key(each): each for each in snapshot.get("rules", ())}
