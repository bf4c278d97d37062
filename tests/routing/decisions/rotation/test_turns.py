"""Turns: the article's sequences, skips, and members who come, go and move."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation import turns as rotation
from routing.decisions.rotation.skipped_turns import credit_turns
from routing.decisions.rotation.state import Candidate, CandidateResult, RotationState

FIVE = [Candidate(member_id=number, rep_id=100 + number, position=number) for number in (1, 2, 3, 4, 5)]
AWAY = {"is_available": False, "reason": "on_leave"}


def outcome_of(pick):
    """A pick in plain words: who got it, what became of everybody, the pointer before and after."""
    return pick.chosen, pick.results, pick.pointer_before, pick.pointer_after


def pick_next(candidates, pointer):
    return rotation.pick_next(RotationState(tuple(candidates), pointer))


def pick_many(candidates, pointer, turns):
    return rotation.pick_many(RotationState(tuple(candidates), pointer), turns)


def in_line(candidates, pointer):
    return rotation.upcoming_reps(RotationState(tuple(candidates), pointer))


def served(candidates, pointer, turns):
    return [pick.chosen.rep_id for pick in pick_many(candidates, pointer, turns)]


@pytest.mark.parametrize(
    ("leads", "counts"), [(8, [2, 2, 2, 1, 1]), (20, [4, 4, 4, 4, 4]), (23, [5, 5, 5, 4, 4]), (0, [0, 0, 0, 0, 0])]
)
def test_pick_many_shares_evenly_over_five(leads, counts):
    taken = Counter(served(FIVE, None, leads))
    assert [taken[candidate.rep_id] for candidate in FIVE] == counts


def test_pick_next_says_what_became_of_everybody():
    candidates = [FIVE[0], replace(FIVE[1], is_paused=True), replace(FIVE[2], **AWAY), FIVE[3], FIVE[4]]
    assert outcome_of(pick_next(candidates, 1)) == (
        FIVE[3],
        (
            CandidateResult(2, 102, 2, "skipped", "paused"),
            CandidateResult(3, 103, 3, "skipped", "on_leave"),
            CandidateResult(4, 104, 4, "chosen"),
            CandidateResult(5, 105, 5, "not_reached"),
            CandidateResult(1, 101, 1, "not_reached"),
        ),
        1,
        4,
    )


def test_pick_next_wraps_around():
    assert pick_next(FIVE, 5).chosen == FIVE[0]
    assert pick_next(FIVE, 4).chosen == FIVE[4]


def test_pick_next_starts_with_the_first_when_nobody_was_served():
    assert pick_next(list(reversed(FIVE)), None).chosen == FIVE[0]


def test_pick_next_may_serve_the_same_member_again_when_the_others_are_away():
    assert pick_next([FIVE[0], replace(FIVE[1], **AWAY)], 1).chosen == FIVE[0]


def test_pick_next_leaves_the_pointer_when_nobody_is_available():
    pick = pick_next([replace(candidate, **AWAY) for candidate in FIVE], 3)
    assert (pick.chosen, pick.pointer_before, pick.pointer_after) == (None, 3, 3)
    assert [(result.position, result.outcome, result.reason) for result in pick.results] == [
        (position, "skipped", "on_leave") for position in (4, 5, 1, 2, 3)
    ]


def test_pick_next_of_an_empty_rotation_chooses_nobody():
    assert outcome_of(pick_next([], 7)) == (None, (), 7, 7)


def test_pick_many_gives_each_lead_its_pick_even_without_anybody():
    picks = pick_many([replace(FIVE[0], **AWAY)], None, 3)
    assert [pick.chosen for pick in picks] == [None, None, None]


def test_a_member_who_left_does_not_disturb_the_turn():
    without_the_third = [candidate for candidate in FIVE if candidate.position != 3]
    assert served(without_the_third, 3, 4) == [104, 105, 101, 102]
    assert served(without_the_third, 2, 1) == [104]


def test_a_member_who_joins_at_the_end_is_next_after_the_last():
    joined = [*FIVE, Candidate(member_id=6, rep_id=106, position=40)]
    assert served(joined, 5, 2) == [106, 101]


def test_after_a_new_order_the_pointer_counts_in_the_new_positions():
    turned = [replace(candidate, position=60 - 10 * candidate.position) for candidate in FIVE]
    assert served(turned, 30, 5) == [102, 101, 105, 104, 103]


def test_a_pointer_beyond_everybody_starts_at_the_top():
    assert pick_next(FIVE, 99).chosen == FIVE[0]


def test_members_on_one_position_all_get_their_turn():
    clashing = [replace(candidate, position=0) for candidate in FIVE]
    assert served(clashing, None, 10) == [101, 102, 103, 104, 105] * 2
    assert Counter(served(clashing, 0, 20)) == dict.fromkeys([101, 102, 103, 104, 105], 4)


def test_in_line_lists_next_turns_of_those_who_take_leads():
    candidates = [FIVE[0], replace(FIVE[1], is_paused=True), replace(FIVE[2], **AWAY), FIVE[3], FIVE[4]]
    assert in_line(candidates, 4) == [105, 101, 104]
    assert in_line(FIVE, None) == [101, 102, 103, 104, 105]
    assert in_line([], 1) == []


def test_a_refunded_turn_comes_before_the_line_goes_on():
    candidates = [FIVE[0], replace(FIVE[1], **AWAY, owed=1), FIVE[2], replace(FIVE[3], owed=2), FIVE[4]]
    pick = pick_next(candidates, 5)
    assert pick.is_owed
    assert outcome_of(pick) == (
        candidates[3],
        (
            CandidateResult(1, 101, 1, "not_reached"),
            CandidateResult(2, 102, 2, "skipped", "on_leave"),
            CandidateResult(3, 103, 3, "not_reached"),
            CandidateResult(4, 104, 4, "chosen"),
            CandidateResult(5, 105, 5, "not_reached"),
        ),
        5,
        5,
    )
    assert in_line(candidates, 5) == [104, 101, 103, 105]


def test_refunded_turns_are_used_up_and_the_line_goes_on_where_it_was():
    line = credit_turns(RotationState(tuple(FIVE), 1), FIVE[3], 2)
    assert [pick.chosen.rep_id for pick in rotation.pick_many(line, 7)] == [104, 104, 102, 103, 104, 105, 101]


def test_a_turn_owed_to_somebody_away_holds_nobody_up():
    candidates = [FIVE[0], replace(FIVE[1], **AWAY, owed=3), FIVE[2]]
    pick = pick_next(candidates, 1)
    assert (pick.chosen, pick.pointer_after, pick.is_owed) == (FIVE[2], 3, False)


positions = st.lists(st.integers(0, 50), min_size=1, max_size=8, unique=True)
pointers = st.none() | st.integers(0, 60)
candidate_lists = st.lists(
    st.builds(
        Candidate,
        member_id=st.integers(1, 999),
        rep_id=st.integers(1, 999),
        position=st.integers(0, 12),
        is_available=st.booleans(),
        is_paused=st.booleans(),
        owed=st.integers(0, 2),
    ),
    max_size=8,
    unique_by=(lambda candidate: candidate.member_id, lambda candidate: candidate.rep_id),
)


@given(positions, pointers, st.integers(0, 60))
def test_without_skips_counts_stay_within_one_at_every_moment(places, pointer, turns):
    members = [Candidate(member_id=place, rep_id=place, position=place) for place in places]
    counts = dict.fromkeys(places, 0)
    for rep_id in served(members, pointer, turns):
        counts[rep_id] += 1
        assert max(counts.values()) - min(counts.values()) <= 1


@given(candidate_lists, pointers, st.integers(0, 20))
def test_who_is_unavailable_is_never_chosen(candidates, pointer, turns):
    able = {candidate.rep_id for candidate in candidates if candidate.is_available and not candidate.is_paused}
    picks = pick_many(candidates, pointer, turns)
    assert {pick.chosen.rep_id for pick in picks if pick.chosen} <= able
    assert all(pick.chosen for pick in picks) or not able


@given(candidate_lists, pointers)
def test_every_pick_has_one_result_for_everybody_and_the_line_predicts_it(candidates, pointer):
    pick = pick_next(candidates, pointer)
    assert Counter(result.member_id for result in pick.results) == Counter(
        candidate.member_id for candidate in candidates
    )
    assert in_line(candidates, pointer)[:1] == ([pick.chosen.rep_id] if pick.chosen else [])
    outcomes = [result.outcome for result in pick.results if not pick.is_owed]
    assert outcomes == sorted(outcomes, key=["skipped", "chosen", "not_reached"].index)


@given(st.lists(st.tuples(st.sampled_from(["turn", "join", "leave"]), st.integers(0, 30)), max_size=40))
def test_the_pointer_survives_members_who_come_and_go(events):
    members = {10: Candidate(10, 10, 10)}
    pointer = None
    for event, place in events:
        if event == "join":
            members[place] = Candidate(place, place, place)
        elif event == "leave":
            members.pop(place, None)
        else:
            pick = pick_next(list(members.values()), pointer)
            behind = sorted(position for position in members if pointer is None or position > pointer)
            first = (behind or sorted(members))[:1]
            assert ([pick.chosen.position] if pick.chosen else []) == first
            pointer = pick.pointer_after
