"""Members with the same skills share a clock, and nobody can tell: all are due what they would be due without (L11)."""

from dataclasses import replace
from json import dumps

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.needs import (
    MAX_NEEDS,
    clocks_behind,
    lacks,
    must_settle_needs,
    need_of,
    regroup,
    settle_needs,
)
from routing.decisions.rotation.pick import Pick
from routing.decisions.rotation.state import WEIGHT_ONE, Candidate, RotationState
from routing.decisions.rotation.turns import apply_pick, pick_next

WORDS = ("Mandarin", "Thai", "Khmer")
HELD = st.lists(st.sampled_from(WORDS), unique=True, max_size=3).map(sorted).map(dumps)


def need(word: str) -> str:
    return need_of("industry", frozenset({word.lower()})) if word else ""


def rotation(groups: list[str], weights: list[int]) -> RotationState:
    rows = enumerate(zip(groups, weights, strict=True))
    return RotationState(tuple(Candidate(n, n, n, weight=weight, group=group) for n, (group, weight) in rows))


def turn(state: RotationState, asked: str, declined: set[int], *, shares_clocks: bool) -> tuple[RotationState, Pick]:
    barred = {each.member_id: SkipReason.NO_SKILL for each in state.members if lacks(each.group, need(asked))}
    barred |= dict.fromkeys(declined, SkipReason.DECLINED)
    pick = pick_next(state, barred=barred, need=need(asked) if shares_clocks else "")
    return apply_pick(state, pick), pick


def balances(state: RotationState) -> list[int]:
    return [state.balance_of(each) for each in state.members]


LEADS = st.lists(st.tuples(st.sampled_from(["", *WORDS]), st.sets(st.integers(0, 4), max_size=1)), max_size=40)
WEIGHTS = st.lists(st.sampled_from([WEIGHT_ONE, 2 * WEIGHT_ONE, 50]), min_size=5, max_size=5)


@given(st.lists(HELD, min_size=5, max_size=5), WEIGHTS, LEADS)
@settings(deadline=None)
def test_who_is_next_and_what_is_due_are_the_same_as_with_a_clock_for_each_member(groups, weights, leads):
    shared = alone = rotation(groups, weights)
    for asked, declined in leads:
        shared, one = turn(shared, asked, declined, shares_clocks=True)
        alone, other = turn(alone, asked, declined, shares_clocks=False)
        assert (one.chosen and one.chosen.member_id) == (other.chosen and other.chosen.member_id)
        assert balances(shared) == balances(alone)
        assert shared.behind == clocks_behind(groups, shared.needs)


@given(st.lists(HELD, min_size=5, max_size=5), WEIGHTS, LEADS, st.dictionaries(st.integers(0, 4), HELD))
@settings(deadline=None)
def test_nobody_is_due_more_or_less_with_other_skills_or_with_one_clock_again(groups, weights, leads, learned):
    state = rotation(groups, weights)
    for asked, declined in leads:
        state, _pick = turn(state, asked, declined, shares_clocks=True)
    before, other = balances(state), regroup(state, learned)
    assert balances(other) == before
    assert [each.group for each in other.members] == [learned.get(n, group) for n, group in enumerate(groups)]
    assert balances(settle_needs(other)) == before
    assert settle_needs(other).needs == {}


def test_a_lead_that_asks_for_a_skill_changes_one_member():
    """However many cannot have it: their clock stands still."""
    state = rotation([dumps([word]) for word in WORDS] * 50, [WEIGHT_ONE] * 150)
    after, pick = turn(state, "Thai", set(), shares_clocks=True)
    changed = [one.member_id for one, two in zip(state.members, after.members, strict=True) if one != two]
    assert changed == [0, 1]  # the first could not have it, and is first among equals for the next
    assert pick.chosen.member_id == 1
    assert after.balance_of(after.members[0]) == 0
    assert after.balance_of(after.members[4]) == after.needs[need("Thai")] * WEIGHT_ONE


def test_a_member_behind_one_who_comes_first_was_not_passed_over():
    """Nobody waits longer because somebody who was passed over before is served now."""
    state = rotation([dumps(["Thai"]), dumps(["Khmer"]), dumps(["Thai"])], [WEIGHT_ONE] * 3)
    state = replace(state, pointer=0)
    state = replace(state, members=(replace(state.members[0], comes_first=True), *state.members[1:]))
    after, pick = turn(state, "Thai", set(), shares_clocks=True)
    assert (pick.chosen.member_id, pick.deferred) == (0, ())
    assert [each.comes_first for each in after.members] == [False, False, False]


def test_clocks_are_settled_when_there_are_many_or_no_skill_is_asked_for():
    few = replace(rotation([dumps([])], [WEIGHT_ONE]), needs={need("Thai"): 5})
    many = replace(few, needs={need(f"Skill {n}"): 5 for n in range(MAX_NEEDS + 1)})
    assert [must_settle_needs(state, asks=True) for state in (few, many)] == [False, True]
    assert must_settle_needs(few, asks=False)
    assert not must_settle_needs(replace(few, needs={}), asks=False)


def test_a_group_without_a_name_lacks_nothing():
    """Where a rotation asks for no skill, or a replay does not know the skills yet."""
    assert not lacks("", need("Thai"))
    assert not lacks(dumps([]), "")
    assert lacks(dumps([]), need("Thai"))
