"""The spread limit of shared value: nobody gets more than N leads more than somebody else who may have them (F8)."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.participation import update_participation
from routing.decisions.rotation.reset import reset_state
from routing.decisions.rotation.skipped_turns import SkippedMeans, SkippedTurnPolicy, charge_lead
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy
from routing.decisions.rotation.strategies.by_value import level_spread, reweigh
from routing.decisions.rotation.turns import apply_pick, pick_next

LOST = SkippedTurnPolicy()
LARGE, SMALL = TURN, TURN // 100


def line(*weights: int, limit: int | None = 2, **more) -> RotationState:
    members = tuple(Candidate(n, n, n, weight=100 * weight) for n, weight in enumerate(weights, start=1))
    return RotationState(members, strategy=Strategy.VALUE, spread_limit=limit, **more)


def changed(state: RotationState, number: int, **values) -> RotationState:
    return replace(
        state, members=tuple(replace(each, **values) if each.rep_id == number else each for each in state.members)
    )


def take(state: RotationState, *sizes: int, barred: dict[int, str] | None = None) -> tuple[RotationState, list[int]]:
    got = []
    for size in sizes:
        pick = pick_next(state, barred=barred, size=size)
        got.append(pick.winner.rep_id)
        state = apply_pick(state, pick)
    return state, got


def counts(state: RotationState) -> list[int]:
    return [each.spread_count for each in state.members]


def test_two_large_deals_and_many_small_ones():
    """Without the limit the third member would get all the small ones."""
    deals = [LARGE, LARGE, *[SMALL] * 10]
    assert take(line(1, 1, 1, limit=None), *deals)[1] == [1, 2] + [3] * 10
    assert take(line(1, 1, 1), *deals)[1] == [1, 2, 3, 3, 3, 1, 2, 3, 1, 2, 3, 1]


def test_who_is_passed_over_is_named_with_the_reason_and_others_are_not():
    state, got = take(line(1, 1, 1, limit=1), LARGE, SMALL, SMALL // 4)
    assert (got, counts(state)) == ([1, 2, 3], [1, 1, 1])
    state, got = take(state, SMALL // 4)
    assert got == [3]
    pick = pick_next(state, size=SMALL)
    assert {each.rep_id: (each.outcome, each.reason) for each in pick.results} == {
        1: ("not_reached", ""),
        2: ("chosen", ""),
        3: ("skipped", "ahead"),
    }


def test_a_lead_that_only_those_ahead_may_have_is_theirs():
    state, got = take(line(1, 1, limit=1), *[SMALL] * 5, barred={2: "no_skill"})
    assert (got, counts(state)) == ([1] * 5, [5, 0])
    _state, got = take(state, *[LARGE] * 7)
    assert got == [2] * 5 + [1, 2]


def test_weights_count_leads_for_each_unit():
    """With weights 3 and 1 and a limit of 2, six leads more are the most."""
    far_below = changed(line(3, 1), 1, balance=90 * TURN)
    state, got = take(far_below, *[SMALL] * 11)
    assert got == [1] * 6 + [2, 1, 1, 1, 2]
    assert counts(state) == [9, 2]


def test_a_limit_of_equal_weights_counts_leads_whatever_the_weights_are():
    assert take(changed(line(3, 3), 1, balance=90 * TURN), *[SMALL] * 4)[1] == [1, 1, 2, 1]


def test_owed_turns_come_first_and_do_not_count():
    state, got = take(changed(line(1, 1, limit=1), 1, owed=3, balance=3 * TURN), *[SMALL] * 3)
    assert (got, counts(state)) == ([1, 1, 1], [0, 0])


def test_a_lead_that_counts_as_a_turn_counts_here_too_until_it_is_taken_back():
    state = line(1, 1, limit=1)
    charged = charge_lead(state, state.members[0], size=SMALL)
    assert counts(charged) == [1, 0]
    assert counts(charge_lead(charged, charged.members[0], size=-SMALL)) == [0, 0]
    plain = line(1, 1, limit=None)
    assert counts(charge_lead(plain, plain.members[0], size=SMALL)) == [0, 0]


@pytest.mark.parametrize("means", list(SkippedMeans))
def test_who_comes_back_is_level_with_the_fewest_of_those_who_are_there(means):
    policy = SkippedTurnPolicy(means)
    away = changed(line(1, 1, 1, limit=3), 1, is_available=False, reason="on_leave")
    state, changes = update_participation(away, {}, policy)
    reasons = {change.before.member_id: change.away_for for change in changes}
    state, _got = take(state, *[SMALL] * 9)
    assert counts(state) == [0, 5, 4]
    back, [change] = update_participation(changed(state, 1, is_available=True, reason=""), reasons, policy)
    assert counts(back) == [4, 5, 4]
    assert (change.before.spread_count, change.after.spread_count) == (0, 4)


def test_who_had_more_keeps_them_and_who_comes_back_to_nobody_too():
    state = changed(changed(line(1, 1), 1, spread_count=7, takes_part=False), 2, spread_count=2)
    assert counts(update_participation(state, {1: "on_leave"}, LOST)[0]) == [7, 2]
    alone = changed(state, 2, takes_part=False)
    assert counts(update_participation(alone, {1: "on_leave", 2: "on_leave"}, LOST)[0]) == [7, 2]


def test_a_newcomer_is_level_for_each_unit_of_weight():
    present = [Candidate(1, 1, 1, weight=100, spread_count=3), Candidate(2, 2, 2, weight=300, spread_count=10)]
    assert level_spread(Candidate(3, 3, 3, weight=150), present).spread_count == 5
    assert level_spread(Candidate(3, 3, 3, weight=0), present).spread_count == 0
    assert level_spread(Candidate(3, 3, 3), ()).spread_count == 0


@pytest.mark.parametrize(("old", "new", "count"), [(100, 300, 15), (300, 100, 2), (100, 0, 5), (0, 200, 5)])
def test_a_new_weight_keeps_the_place_among_the_others(old, new, count):
    assert reweigh(5, old=old, new=new) == count


def test_a_reset_counts_from_zero():
    assert counts(reset_state(changed(line(1, 1), 1, spread_count=4))) == [0, 0]


@given(
    st.integers(2, 7),
    st.integers(1, 4),
    st.lists(st.integers(1, 100), min_size=1, max_size=80),
)
def test_no_two_who_may_have_all_are_ever_further_apart_than_the_limit(members, limit, values):
    state, got = line(*[1] * members, limit=limit), Counter()
    for value in values:
        state, [rep] = take(state, value * SMALL)
        got[rep] += 1
        had = [got[number] for number in range(1, members + 1)]
        assert had == counts(state)
        assert max(had) - min(had) <= limit
        assert abs(sum(state.balance_of(each) for each in state.members) + state.rest) == 0


@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=6),
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(1, 100), st.sets(st.integers(1, 6))), min_size=1, max_size=60),
)
def test_no_lead_is_held_because_of_the_limit(weights, limit, leads):
    """Whoever may have it; and nobody gets one who is further ahead of another who might have had it."""
    state = line(*weights, limit=limit)
    for value, closed_to in leads:
        barred = {number: "declined" for number in closed_to if number <= len(weights)}
        pick = pick_next(state, barred=barred, size=value * SMALL)
        able = [each for each in state.members if each.member_id not in barred]
        assert (pick.chosen is None) == (not able)
        if pick.chosen is None:
            continue
        unit = min(each.weight for each in able)
        fewest = min(Fraction(each.spread_count * unit, each.weight) for each in able)
        assert Fraction(pick.chosen.spread_count * unit, pick.chosen.weight) - fewest < limit
        state = apply_pick(state, pick)
    assert abs(sum(state.balance_of(each) for each in state.members) + state.rest) == 0
