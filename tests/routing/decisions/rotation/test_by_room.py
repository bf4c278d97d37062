"""By free capacity and by open leads: each lead goes to who has the most room, then to who has waited longest."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.fallback import assign_anyway
from routing.decisions.rotation.reset import level_balances, reset_state
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy
from routing.decisions.rotation.strategies.by_room import room_reason
from routing.decisions.rotation.turns import apply_pick, pick_many, pick_next, upcoming_reps

ways = st.sampled_from([Strategy.MOST_FREE, Strategy.FEWEST_OPEN])


def line(*rooms: int, way: Strategy = Strategy.MOST_FREE, **more) -> RotationState:
    members = tuple(Candidate(n, n, n, room=room) for n, room in enumerate(rooms, start=1))
    return RotationState(members, strategy=way, **more)


def changed(state: RotationState, number: int, **values) -> RotationState:
    return replace(
        state, members=tuple(replace(each, **values) if each.rep_id == number else each for each in state.members)
    )


def served(state: RotationState, turns: int) -> list[int]:
    return [pick.chosen.rep_id for pick in pick_many(state, turns)]


def test_ten_twelve_and_fifteen_free():
    """Three to the fifteen, then by turns to those who have twelve free, who waited longest first."""
    assert served(line(10, 12, 15), 9) == [3, 3, 3, 2, 3, 2, 3, 1, 2]


def test_the_fewest_open_leads():
    assert served(line(-4, -2, -3, way=Strategy.FEWEST_OPEN), 5) == [2, 3, 2, 1, 3]


def test_among_equals_who_never_had_a_lead_is_first_then_who_waited_longest_then_the_list():
    state = changed(changed(line(5, 5, 5, 5, turns=9), 1, last_turn=8), 3, last_turn=9)
    assert served(state, 5) == [2, 4, 1, 3, 2]


def test_the_order_of_the_list_counts_from_its_beginning_not_from_who_was_served_last():
    assert served(line(5, 5, 5, pointer=2), 3) == [1, 2, 3]


def test_owed_turns_come_first_and_take_room_too():
    state = changed(line(3, 9), 1, owed=2)
    picks = pick_many(state, 3)
    assert [(pick.chosen.rep_id, pick.is_owed, pick.chosen.room) for pick in picks] == [
        (1, True, 3),
        (1, True, 2),
        (2, False, 9),
    ]
    assert [room_reason(pick) is None for pick in picks] == [True, True, False]


def test_who_cannot_have_this_lead_is_passed_over_and_has_the_next_one():
    state = line(10, 4)
    first = pick_next(state, barred={1: "declined"})
    results = [(each.rep_id, each.outcome, each.reason) for each in first.results]
    assert results == [(1, "skipped", "declined"), (2, "chosen", "")]
    assert served(apply_pick(state, first), 1) == [1]


@pytest.mark.parametrize("values", [{"weight": 0}, {"is_paused": True}])
def test_paused_members_get_nothing(values):
    assert served(changed(line(90, 1), 1, **values), 2) == [2, 2]


def test_who_is_above_the_capacity_gets_nothing():
    state = changed(line(-1, -2), 1, remaining=0)
    assert pick_next(changed(state, 2, remaining=0)).chosen is None
    assert served(changed(state, 2, remaining=1), 1) == [2]


def test_when_nobody_is_available_the_same_rule_decides_who_gets_it_anyway():
    state = changed(changed(line(-3, -1), 1, remaining=0, balance=9 * TURN), 2, remaining=0)
    assert assign_anyway(pick_next(state)).winner.rep_id == 2


def test_the_reason_names_who_would_have_been_next():
    found = room_reason(pick_next(line(10, 12, 15)))
    assert (found.room, found.runner_up.rep_id, found.runner_up.room) == (15, 2, 12)
    assert room_reason(pick_next(line(3))).runner_up is None
    assert room_reason(pick_next(RotationState((Candidate(1, 1, 1),)))) is None


def test_the_line_is_who_is_owed_and_then_by_room():
    state = changed(changed(line(4, 9, 6, 8), 3, owed=1), 4, is_available=False, reason="on_leave")
    assert upcoming_reps(state) == [3, 2, 1]


def test_a_reset_forgets_who_waited_and_new_balances_do_not():
    state = changed(line(5, 5, pointer=1, turns=4), 1, last_turn=4, balance=7 * TURN, owed=1)
    assert [each.last_turn for each in reset_state(state).members] == [0, 0]
    level = level_balances(state)
    assert ([each.last_turn for each in level.members], level.pointer) == ([4, 0], 1)
    assert sum(level.balance_of(each) for each in level.members) == 0


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=8), ways, st.integers(1, 60), st.data())
def test_no_lead_goes_to_somebody_while_another_has_more_room(rooms, way, leads, data):
    state = line(*rooms, way=way)
    for _lead in range(leads):
        members = [each.member_id for each in state.members]
        barred = dict.fromkeys(data.draw(st.sets(st.sampled_from(members), max_size=len(rooms) - 1)), "declined")
        pick = pick_next(state, barred=barred)
        able = [each for each in state.members if each.member_id not in barred]
        assert pick.chosen.room == max(each.room for each in able)
        waiting = [each.last_turn for each in able if each.room == pick.chosen.room]
        assert pick.chosen.last_turn == min(waiting)
        state = apply_pick(state, pick)
    assert sum(rooms) - leads == sum(each.room for each in state.members)
    assert abs(sum(state.balance_of(each) for each in state.members) + state.rest) == 0


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8), ways)
def test_many_leads_level_the_room(rooms, way):
    state = line(*rooms, way=way)
    got = Counter(served(state, sum(rooms) + len(rooms)))
    left = [room - got[number] for number, room in enumerate(rooms, start=1)]
    assert max(left) - min(left) <= 1
