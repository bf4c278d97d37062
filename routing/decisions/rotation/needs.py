"""The clocks of skills: what leads that ask for a skill leave out for the members who lack it (F5, L11).

A need is what such a lead asks for: the kind of skill and all its names. Of a lead with a need, only those who hold the
skill are due a part; for all others the clock stands still. How far the clock moved is counted once for each need, and
the clock of a member is the clock of the rotation without the needs that the member lacks. So a lead writes one number,
however many members cannot have it. Members with the same skills are a group, named by the skills as JSON text; the
group "" lacks nothing. A member who gets other skills changes the clock and is due as much as before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from json import dumps, loads

from routing.decisions.availability.skills import holds_skill
from routing.decisions.rotation.state import Candidate, RotationState, words_of

MAX_NEEDS = 40  # of a rotation. More of them are settled now and then, which writes every member once


def need_of(kind: str, names: frozenset[str]) -> str:
    """The need of a lead that asks for the skill with all these names; "" if it asks for none."""
    return dumps([kind, *sorted(names)]) if names else ""


@lru_cache(maxsize=65536)
def lacks(group: str, need: str) -> bool:
    """Whether the members of this group cannot have leads with this need."""
    if not group or not need:
        return False
    kind, *names = loads(need)
    return not holds_skill(kind, frozenset(names), words_of(group))


def clocks_behind(groups: Iterable[str], needs: Mapping[str, int]) -> dict[str, int]:
    """By group, how far its clock is behind that of the rotation."""
    if not needs:
        return {}
    return {group: sum(run for need, run in needs.items() if lacks(group, need)) for group in set(groups)}


def count_need(state: RotationState, need: str, run: int) -> RotationState:
    """The state in which the clock moves on by `run` only for those who hold this skill."""
    groups = {each.group for each in state.members}
    behind = {group: state.behind.get(group, 0) + (run if lacks(group, need) else 0) for group in groups}
    return replace(state, needs={**state.needs, need: state.needs.get(need, 0) + run}, behind=behind)


def regroup(state: RotationState, groups: Mapping[int, str]) -> RotationState:
    """The members with these skills from now on, by member. All are due as much as before."""
    behind = clocks_behind(groups.values(), state.needs)

    def moved(each: Candidate) -> Candidate:
        group = groups.get(each.member_id, each.group)
        if group == each.group:
            return each
        return replace(each, group=group, base=each.base + state.behind.get(each.group, 0) - behind.get(group, 0))

    return replace(state, members=tuple([moved(each) for each in state.members]), behind={**state.behind, **behind})


def settle_needs(state: RotationState) -> RotationState:
    """The same balances with one clock for all."""
    if not state.needs:
        return state
    members = tuple(replace(each, base=each.base + state.behind.get(each.group, 0)) for each in state.members)
    return replace(state, members=members, needs={}, behind={})


def must_settle_needs(state: RotationState, *, asks: bool) -> bool:
    """Whether there are more needs than are worth counting, or the rotation asks for no skill any more (`asks`)."""
    return len(state.needs) > MAX_NEEDS or bool(state.needs and not asks)


def skills_by_member(state: RotationState) -> dict[str, list[str]]:
    """As a roster keeps them: the words by member, as text, of those who have any."""
    return {str(each.member_id): words for each in state.members if each.group and (words := loads(each.group))}


def members_lacking(need: str, members: Iterable[int], skills: Mapping[str, Sequence[str]] | None) -> list[int]:
    """Of these members those who cannot have leads with this need; `skills` is from skills_by_member()."""
    if not need or skills is None:
        return []
    return [pk for pk in members if lacks(dumps(skills.get(str(pk), [])), need)]
