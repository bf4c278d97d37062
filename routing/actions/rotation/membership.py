"""Keep the members of rotations in step with their rules: who fits joins, whom no rule fits any more leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from config.history_author import set_history_author
from routing.decisions.availability.caps import WINDOWS
from routing.decisions.rotation.membership import MembershipChange, membership_change
from routing.decisions.rotation.versions import Snapshot
from routing.models import MembershipRule, Rotation, RotationMember
from routing.models.version import MAX_REASON
from routing.queries.rotation.membership import wanted_members


@dataclass(frozen=True)
class MemberEdit:
    """One member as it should be. `position` is the place as people count it; None means the old place, or the end of
    the list. `member_id` is None for a new member. `ramp` None means the old one, or none (K4). `caps` are the member's
    own, by window; a window that is left out takes the rotation's cap. A member `by_rule` stays only while a rule fits.
    """

    rep_id: int
    position: int | None = None
    is_paused: bool = False
    member_id: int | None = None
    weight: Decimal = Decimal(1)
    ramp: str | None = None
    caps: Mapping[str, int | None] = field(default_factory=dict)
    by_rule: bool = False

    @property
    def values(self) -> dict[str, object]:
        caps = {f"cap_{window}": self.caps.get(window) for window in WINDOWS}
        ramp = {} if self.ramp is None else {"ramp": self.ramp}
        return {"is_paused": self.is_paused, "weight": self.weight} | ramp | caps


@dataclass(frozen=True)
class RuleEdit:
    """One rule as it should be; `rule_id` is None for a new one."""

    team_id: int | None = None
    skill: str = ""
    weight: Decimal = Decimal(1)
    rule_id: int | None = None


@dataclass
class Membership:
    """The rules of a locked rotation while it is edited. `wanted` has the rule of each rep whom one fits; `removed`
    rules are deleted when their members have left."""

    rules: list[MembershipRule]
    removed: list[MembershipRule]
    is_changed: bool
    wanted: Mapping[int, int] = field(default_factory=dict)
    change: MembershipChange = field(default_factory=MembershipChange)

    @property
    def reason(self) -> str:
        """Why the version changes members whom nobody touched."""
        names = [str(rule) for rule in self.rules if rule.pk in set(self.change.joins.values())]
        texts = [_("added by rule: %(rules)s") % {"rules": "; ".join(names)}] if names else []
        if self.change.leaves:
            texts.append(_("removed, because no rule fits any more"))
        return ", ".join(texts)[:MAX_REASON]


def write_rules(rotation: Rotation, edits: Sequence[RuleEdit] | None, *, by: User | None) -> Membership:
    """Write new and changed rules; those that are not in the list are removed by remove_rules(). None leaves all as
    they are."""
    before = {
        rule.pk: rule for rule in MembershipRule.objects.filter(rotation=rotation).select_related("team").order_by("pk")
    }
    if edits is None:
        return Membership(list(before.values()), [], is_changed=False)
    rules, is_changed = [], False
    for edit in edits:
        rule = before.get(edit.rule_id or 0) or MembershipRule(rotation=rotation)
        wanted = {"team_id": edit.team_id, "skill": edit.skill, "weight": edit.weight}
        if rule.pk is None or any(getattr(rule, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(rule, name, value)
            set_history_author(rule, by)
            rule.save()
            is_changed = True
        rules.append(rule)
    kept = {rule.pk for rule in rules}
    removed = [rule for pk, rule in before.items() if pk not in kept]
    return Membership(rules, removed, is_changed or bool(removed))


def in_step(
    rotation: Rotation, membership: Membership, edits: Sequence[MemberEdit] | None
) -> Sequence[MemberEdit] | None:
    """The list of members with those whom the rules add, and without those whom none fits any more. None: nobody asked
    to change the members, and the rules do not either."""
    if not membership.rules and not membership.removed and not any(edit.by_rule for edit in edits or ()):
        return edits
    listed = _members_now(rotation) if edits is None else list(edits)
    wanted = wanted_members(rotation, membership.rules)
    by_rule = {edit.rep_id for edit in listed if edit.by_rule}
    change = membership_change(wanted, by_rule=by_rule, by_hand={edit.rep_id for edit in listed} - by_rule)
    membership.wanted, membership.change = wanted, change
    if not change:
        return listed if edits is not None or membership.removed else None
    weights = {rule.pk: rule.weight for rule in membership.rules}
    joins = [MemberEdit(rep, weight=weights[rule], by_rule=True) for rep, rule in change.joins.items()]
    return [edit for edit in listed if edit.rep_id not in change.leaves] + _as_before(rotation, joins)


def remove_rules(membership: Membership, *, by: User | None) -> None:
    for rule in membership.removed:
        set_history_author(rule, by)
        rule.delete()


def rule_edits(rotation: Rotation, snapshot: Snapshot) -> list[RuleEdit]:
    """The rules of a snapshot; one with the same condition keeps its row."""
    known = {(rule.team_id, rule.skill): rule.pk for rule in MembershipRule.objects.filter(rotation=rotation)}
    return [
        RuleEdit(each["team"], each["skill"], Decimal(each["weight"]), known.get((each["team"], each["skill"])))
        for each in snapshot.get("rules", ())
    ]


def _members_now(rotation: Rotation) -> list[MemberEdit]:
    return [_edit_of(row) for row in RotationMember.objects.filter(rotation=rotation).order_by("position", "pk")]


def _as_before(rotation: Rotation, joins: list[MemberEdit]) -> list[MemberEdit]:
    """Who was a member by a rule, and was paused or got another weight by hand, comes back like that."""
    rows = RotationMember.everybody.filter(
        rotation=rotation, rep__in=[edit.rep_id for edit in joins], rule__isnull=False
    )
    known = {row.rep_id: replace(_edit_of(row), member_id=None) for row in rows.order_by("pk")}
    return [known.get(edit.rep_id, edit) for edit in joins]


def _edit_of(row: RotationMember) -> MemberEdit:
    return MemberEdit(
        rep_id=row.rep_id,
        is_paused=row.is_paused,
        member_id=row.pk,
        weight=row.weight,
        ramp=row.ramp,
        caps={window: getattr(row, f"cap_{window}") for window in WINDOWS},
        by_rule=row.rule_id is not None,
    )
