"""Reads whom the membership rules of rotations fit, and which rotations are out of step with theirs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from routing.decisions.availability.skills import skill_names
from routing.decisions.rotation.membership import (
    MembershipChange,
    MembershipCondition,
    Person,
    first_fitting,
    fits,
    membership_change,
)
from routing.models import MembershipRule, Rep, Rotation, RotationMember

MAX_SKILLS = 200


def condition_of(rule: MembershipRule, *, kind: str) -> MembershipCondition:
    return MembershipCondition(rule.pk or 0, rule.team_id, skill_names(kind, [rule.skill] if rule.skill else []))


def people_with_teams(teams: Collection[int | None]) -> list[Person]:
    """All active reps by last name, with which of these teams they belong to; two queries."""
    members: dict[int, set[int]] = defaultdict(set)
    rows = Rep.teams.through.objects.filter(team__in=[pk for pk in teams if pk is not None])
    for rep, team in rows.order_by("pk").values_list("rep", "team"):
        members[rep].add(team)
    reps = Rep.objects.filter(user__is_active=True).order_by("user__last_name", "user__first_name", "pk")
    return [Person(pk, members[pk], skills or ()) for pk, skills in reps.values_list("pk", "skills")]


def wanted_members(rotation: Rotation, rules: Iterable[MembershipRule]) -> dict[int, int]:
    """By rep, the rule that makes the rep a member; by last name."""
    rules = list(rules)
    if not rules:
        return {}
    conditions = [condition_of(rule, kind=rotation.skill) for rule in rules]
    return first_fitting(conditions, people_with_teams([rule.team_id for rule in rules]), kind=rotation.skill)


def people_by_rule(rotation: Rotation, rules: Sequence[MembershipRule]) -> list[list[int]]:
    """For each rule, all reps whom it fits, by last name."""
    if not rules:
        return []
    people = people_with_teams([rule.team_id for rule in rules])
    conditions = [condition_of(rule, kind=rotation.skill) for rule in rules]
    return [[each.rep_id for each in people if fits(one, each, kind=rotation.skill)] for one in conditions]


@dataclass(frozen=True, slots=True)
class OutOfStep:
    """A rotation whose members differ from what its rules say."""

    rotation: Rotation
    change: MembershipChange
    was_beyond: bool


def out_of_step() -> list[OutOfStep]:
    """One query while there are no rules; five with rules, however many they are."""
    rules: dict[int, list[MembershipRule]] = defaultdict(list)
    for rule in MembershipRule.objects.select_related("team").order_by("pk"):
        rules[rule.rotation_id].append(rule)
    if not rules:
        return []
    people = people_with_teams({rule.team_id for each in rules.values() for rule in each})
    present: dict[int, dict[bool, set[int]]] = defaultdict(lambda: {True: set(), False: set()})
    rows = RotationMember.objects.filter(rotation__in=rules).order_by("pk")
    for key, rep, by in rows.values_list("rotation", "rep", "rule"):
        present[key][by is not None].add(rep)
    found = []
    for rotation in Rotation.objects.filter(pk__in=rules).order_by("pk"):
        own = rules[rotation.pk]
        wanted = first_fitting([condition_of(rule, kind=rotation.skill) for rule in own], people, kind=rotation.skill)
        change = membership_change(wanted, by_rule=present[rotation.pk][True], by_hand=present[rotation.pk][False])
        was_beyond = any(rule.is_beyond_limit for rule in own)
        if change or bool(change.beyond) != was_beyond:
            found.append(OutOfStep(rotation, change, was_beyond))
    return found


def by_rule_and_by_hand(rotation: Rotation) -> tuple[list[int], list[int]]:
    """The reps who are members by a rule, and those by hand; in order."""
    rows = RotationMember.objects.filter(rotation=rotation.pk).order_by("position", "pk").values_list("rep", "rule")
    return [rep for rep, rule in rows if rule is not None], [rep for rep, rule in rows if rule is None]


def changed_by_rule(
    before: tuple[list[int], list[int]], after: tuple[list[int], list[int]]
) -> tuple[list[int], list[int], list[int]]:
    """Who joined by a rule, who left because none fits, and who stays by hand."""
    was_by_rule, now_by_rule, by_hand = set(before[0]), set(after[0]), set(after[1])
    joined = [rep for rep in after[0] if rep not in was_by_rule]
    left = [rep for rep in before[0] if rep not in now_by_rule | by_hand]
    return joined, left, [rep for rep in before[0] if rep in by_hand]


def known_skills() -> list[str]:
    """The skills that active reps hold, to choose from."""
    found: dict[str, str] = {}
    for skills in Rep.objects.filter(user__is_active=True).order_by("pk").values_list("skills", flat=True):
        for skill in skills or ():
            found.setdefault(str(skill).casefold(), str(skill))
    return [found[key] for key in sorted(found)][:MAX_SKILLS]
