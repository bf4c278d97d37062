"""For any leads that only some may have and any change of order, nobody is far from the part that was due (L11)."""

from dataclasses import replace

from hypothesis import given, settings, target
from hypothesis import strategies as st

from routing.decisions.rotation.state import ROUNDING, TURN, Candidate, RotationState
from routing.decisions.rotation.turns import apply_pick, pick_next
from tests.effort import examples

COUNT = 5
SKILLS = {"": set(range(COUNT)), "Mandarin": {3, 4}, "Thai": {0, 1, 2, 3}, "Khmer": {1, 4}}


def rotation(count: int = COUNT) -> RotationState:
    return RotationState(tuple(Candidate(number, number, number) for number in range(count)))


def give(state: RotationState, able: set[int]) -> tuple[RotationState, int]:
    barred = {each.member_id: "declined" for each in state.members if each.member_id not in able}
    pick = pick_next(state, barred=barred)
    return apply_pick(state, pick), pick.winner.member_id


def furthest(state: RotationState) -> float:
    balances = [state.balance_of(each) for each in state.members]
    assert abs(sum(balances)) < ROUNDING
    return max(abs(each) for each in balances) / TURN


@given(
    st.lists(st.tuples(st.sampled_from(sorted(SKILLS)), st.sets(st.integers(0, COUNT - 1), max_size=2)), max_size=80)
)
@settings(deadline=None, max_examples=examples(300))
def test_with_skills_and_bars_everybody_is_within_two_turns_and_waits_two_rounds_at_most(leads):
    state, waited, most = rotation(), dict.fromkeys(range(COUNT), 0), 0.0
    for skill, barred in leads:
        able = SKILLS[skill] - barred or SKILLS[skill]
        state, got = give(state, able)
        assert got in able
        waited = {who: 0 if who == got else waited[who] + (who in able) for who in waited}
        most = max(most, furthest(state))
        assert most <= 2
        assert max(waited.values()) <= 2 * COUNT
    target(most, label="turns from the part that was due")


@given(st.lists(st.permutations(range(COUNT)), max_size=20), st.integers(1, 9))
@settings(deadline=None)
def test_while_all_may_have_all_a_new_order_never_moves_anybody_more_than_one(orders, leads):
    state, given_to = rotation(), dict.fromkeys(range(COUNT), 0)
    for order in orders:
        members = tuple(replace(each, position=order[each.member_id]) for each in state.members)
        state = replace(state, members=members)
        for _lead in range(leads):
            state, got = give(state, set(range(COUNT)))
            given_to[got] += 1
            assert max(given_to.values()) - min(given_to.values()) <= 1


@given(st.lists(st.sets(st.integers(0, COUNT - 1), max_size=COUNT - 1), max_size=30))
@settings(deadline=None)
def test_after_bars_the_list_is_level_again_within_two_rounds(bars):
    state = rotation()
    for barred in bars:
        state, _got = give(state, set(range(COUNT)) - barred)
    for _lead in range(2 * COUNT):
        state, _got = give(state, set(range(COUNT)))
    assert furthest(state) <= 1 + ROUNDING / TURN
