"""Who is a member of a rotation by a rule: everybody of a team, everybody with a skill, or both."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from routing.decisions.availability.skills import holds_skill

MAX_MEMBERS = 1000  # the page of a rotation shows and takes no more lines


@dataclass(frozen=True, slots=True)
class MembershipCondition:
    """What one rule asks for. `team` None: of any team. `skill` has all names of the skill; empty: any."""

    rule_id: int
    team: int | None = None
    skill: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    rep_id: int
    teams: Collection[int] = ()
    skills: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """What brings the members in step: `joins` has the rule of each rep who joins, `leaves` the reps whom no rule fits
    any more. `beyond` is how many members there would be if those are more than a rotation takes: then nobody joins or
    leaves."""

    joins: Mapping[int, int] = field(default_factory=dict)
    leaves: frozenset[int] = frozenset()
    beyond: int = 0

    def __bool__(self) -> bool:
        return bool(self.joins or self.leaves)


def fits(condition: MembershipCondition, person: Person, *, kind: str) -> bool:
    """`kind` is what the skills of the rotation are about: a country can be written as its code or its name."""
    if condition.team is not None and condition.team not in person.teams:
        return False
    return not condition.skill or holds_skill(kind, condition.skill, person.skills)


def first_fitting(conditions: Sequence[MembershipCondition], people: Iterable[Person], *, kind: str) -> dict[int, int]:
    """By rep, the first rule that fits; without those whom none fits."""
    found = {}
    for person in people:
        rule = next((each.rule_id for each in conditions if fits(each, person, kind=kind)), None)
        if rule is not None:
            found[person.rep_id] = rule
    return found


def membership_change(
    wanted: Mapping[int, int], *, by_rule: Collection[int], by_hand: Collection[int], limit: int = MAX_MEMBERS
) -> MembershipChange:
    """`wanted` comes from first_fitting(); `by_rule` and `by_hand` are the reps who are members now. A member made by
    hand stays one, whatever fits."""
    total = len({*wanted, *by_hand})
    if total > limit and wanted.keys() - set(by_hand) != set(by_rule):
        return MembershipChange(beyond=total)
    present = {*by_rule, *by_hand}
    joins = {rep: rule for rep, rule in wanted.items() if rep not in present}
    return MembershipChange(joins, frozenset(by_rule) - wanted.keys())
