"""Presents what a version or a draft of a rotation changes, line by line (F11b)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.history import Difference, value_text
from config.web.figures import trimmed
from routing.decisions.rotation.editable_fields import EDITABLE
from routing.decisions.rotation.versions import BY_RULE, ORDER, RULE, Snapshot, SnapshotDiff, diff_snapshots
from routing.models import Rep, Rotation, RotationMember, RotationVersion, Team
from routing.models.membership import condition_text

MAX_NAMES = 12


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with its lines; `more` counts lines that were left out."""

    row: RotationVersion
    lines: Sequence[Difference]
    more: int = 0
    is_first: bool = False


def version_rows(
    rows: Sequence[RotationVersion], before: RotationVersion | None, *, max_lines: int | None
) -> list[VersionRow]:
    """Newest first; `before` is the version before the last row, None if that is the first version."""
    names = names_by_rep(each.snapshot for each in [*rows, *([before] if before else [])])
    found = []
    for row, old in zip(rows, [*rows[1:], before], strict=True):
        lines = difference_rows(diff_snapshots(old.snapshot, row.snapshot, with_order=True), names) if old else []
        shown = lines[:max_lines]
        found.append(VersionRow(row, shown, len(lines) - len(shown), is_first=old is None))
    return found


def snapshot_differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    return difference_rows(diff_snapshots(before, after), names_by_rep([before, after]))


def difference_rows(diff: SnapshotDiff, names: dict[int, str]) -> list[Difference]:
    rows = [_field(name, old, new) for name, (old, new) in diff.fields.items() if name in EDITABLE]
    rows += _rules(diff)
    by_rule: dict[bool, list[str]] = {True: [], False: []}
    for rep, (old, new) in diff.members.items():
        name = names.get(rep, f"#{rep}")
        if old and new or not (old or new or {}).get(BY_RULE):
            rows += _member(name, old, new)
        else:
            by_rule[new is not None].append(name)
    if by_rule[True]:
        rows.append(Difference("members", _("Added by rule"), "", _list(by_rule[True])))
    if by_rule[False]:
        rows.append(Difference("members", _("Removed by rule"), "", _list(by_rule[False])))
    if diff.order[1]:
        old, new = (_list([names.get(rep, f"#{rep}") for rep in reps]) for reps in diff.order)
        rows.append(Difference(ORDER, _("Order of members"), old, new))
    return rows


def conflict_names(conflicts: Sequence[object]) -> str:
    """The settings that a draft and somebody else changed to different values."""
    names = Rep.objects.in_bulk([name for name in conflicts if isinstance(name, int)])
    words = [
        str(names.get(name, _("a person who was deleted")))
        if isinstance(name, int)
        else _("the order of members")
        if name == ORDER
        else _("the membership rule “%(rule)s”") % {"rule": _rule_text(name)}
        if str(name).startswith(RULE)
        else f"“{capfirst(Rotation._meta.get_field(name).verbose_name)}”"
        for name in conflicts
    ]
    return _list(words)


def names_by_rep(snapshots: Iterable[Snapshot]) -> dict[int, str]:
    reps = {each["rep"] for snapshot in snapshots for each in snapshot["members"]}
    return {rep.pk: str(rep) for rep in Rep.objects.filter(pk__in=reps).select_related("user").order_by("pk")}


def _field(name: str, old: object, new: object) -> Difference:
    field = Rotation._meta.get_field(name)
    return Difference(name, capfirst(str(field.verbose_name)), value_text(field, old), value_text(field, new))


def _member(name: str, old: dict | None, new: dict | None) -> list[Difference]:
    if new is None:
        return [Difference("members", name, "", _("leaves the rotation"))]
    if old is None:
        words = _("joins with weight %(weight)s") % {"weight": trimmed(float(new["weight"]))}
        if new.get("ramp"):
            words = _("joins with weight %(weight)s, ramp %(ramp)s")
            words %= {"weight": trimmed(float(new["weight"])), "ramp": new["ramp"]}
        if new["is_paused"]:
            words = _("joins, paused")
        return [Difference("members", name, "", words)]
    found = []
    if bool(old.get(BY_RULE)) != bool(new.get(BY_RULE)):
        texts = {True: _("added by rule"), False: _("by hand")}
        label = _("%(name)s, member") % {"name": name}
        found.append(Difference(BY_RULE, label, *(texts[bool(each.get(BY_RULE))] for each in (old, new))))
    for column, value in new.items():
        if column != BY_RULE and old.get(column) != value:
            field = RotationMember._meta.get_field(column)
            label = _("%(name)s, %(what)s") % {"name": name, "what": field.verbose_name}
            found.append(Difference(column, label, value_text(field, old.get(column)), value_text(field, value)))
    return found


def _rules(diff: SnapshotDiff) -> list[Difference]:
    rows = []
    for key, (old, new) in diff.rules.items():
        text = _rule_text(key)
        before, after = (_rule_with_weight(text, each) for each in (old, new))
        rows.append(Difference("rules", _("Membership rule"), before, after or _("removed")))
    return rows


def _rule_with_weight(text: str, rule: Mapping | None) -> str:
    if rule is None:
        return ""
    return _("%(rule)s, weight %(weight)s") % {"rule": text, "weight": trimmed(float(rule["weight"]))}


def _rule_text(key: object) -> str:
    """The words for rule_key()."""
    team, _colon, skill = str(key).removeprefix(RULE).partition(":")
    named = Team.objects.filter(pk=team).values_list("name", flat=True).first() if team else ""
    return condition_text(named or (_("(deleted)") if team else ""), skill)


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MAX_NAMES])
    if len(names) <= MAX_NAMES:
        return shown
    more = len(names) - MAX_NAMES
    return ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more) % {"names": shown, "n": more}
