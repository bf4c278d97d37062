"""Who is here shares the turns of who is away evenly; the next in the list does not get them all (F1, F4, F5, F8)."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.participation import update_participation
from routing.decisions.rotation.skipped_turns import SkippedMeans, SkippedTurnPolicy
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy
from routing.decisions.rotation.turns import apply_pick, pick_many, pick_next

AWAY = {"is_available": False, "reason": "on_leave"}


def line(weights, way=Strategy.SMOOTH, absent=()) -> RotationState:
    members = [Candidate(n, n, n, weight=weight * 100) for n, weight in enumerate(weights)]
    return RotationState(
        tuple(replace(each, **AWAY) if each.rep_id in absent else each for each in members), strategy=way
    )


def shares(rotation: RotationState, turns: int) -> list[int]:
    got = Counter(pick.chosen.rep_id for pick in pick_many(rotation, turns))
    return [got[each.rep_id] for each in rotation.members]


@pytest.mark.parametrize("absent", range(5))
def test_the_four_who_are_here_have_as_many_each(absent):
    got = shares(line([1] * 5, absent={absent}), 40)
    assert got == [0 if place == absent else 10 for place in range(5)]


@pytest.mark.parametrize("way", [Strategy.SMOOTH, Strategy.BLOCKS])
@pytest.mark.parametrize(
    ("absent", "expected"), [(0, [0, 20, 10, 10, 10]), (1, [30, 0, 10, 10, 10]), (4, [30, 20, 10, 10, 0])]
)
def test_the_others_share_by_their_weights(way, absent, expected):
    assert shares(line([3, 2, 1, 1, 1], way, absent={absent}), sum(expected)) == expected


def test_the_value_of_who_is_away_is_shared_too():
    rotation, got = line([1, 1, 1], Strategy.VALUE, absent={1}), Counter()
    for value in (90, 10, 40, 40, 20, 20):
        pick = pick_next(rotation, size=value * TURN // 100)
        got[pick.chosen.rep_id] += value
        rotation = apply_pick(rotation, pick)
    assert got == {0: 110, 2: 110}


LIVES = st.lists(st.sets(st.integers(1, 4)), min_size=1, max_size=60)


@given(
    LIVES,
    st.integers(0, 5),
    st.sampled_from([SkippedMeans.FORGONE, SkippedMeans.OWED, SkippedMeans.FIRST, SkippedMeans.DAILY]),
)
def test_two_who_stay_are_within_one_while_others_come_and_go(lives, pointer, means):
    """Before each lead some of four are away; the first and the last of six always stay. Turns that are owed to who
    comes back are taken from all."""
    rotation = replace(line([1] * 6), pointer=pointer)
    got, why = Counter(), {}
    for away in lives:
        seen = [
            replace(each, is_available=each.rep_id not in away, reason="on_leave" if each.rep_id in away else "")
            for each in rotation.members
        ]
        rotation, moves = update_participation(replace(rotation, members=tuple(seen)), why, SkippedTurnPolicy(means))
        why |= {move.before.member_id: move.away_for for move in moves}
        pick = pick_next(rotation)
        got[pick.chosen.rep_id] += 1
        rotation = apply_pick(rotation, pick)
        assert pick.chosen.rep_id not in away
        assert abs(got[0] - got[5]) <= 1
