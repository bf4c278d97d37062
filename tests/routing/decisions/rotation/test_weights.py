"""Weights, blocks, value: for any members, weights and absences nobody is far from the share (F4, F8, L10)."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy
from routing.decisions.rotation.turns import apply_pick, join_available, pick_many, pick_next, upcoming_reps


def line(weights, way=Strategy.SMOOTH, **more) -> RotationState:
    members = tuple(Candidate(n, n, n, weight=round(weight * 100)) for n, weight in enumerate(weights, start=1))
    return RotationState(members, strategy=way, **more)


def served(rotation: RotationState, turns: int) -> list[int]:
    return [pick.chosen.rep_id for pick in pick_many(rotation, turns)]


def test_three_two_one_one_one_over_eighty_leads():
    taken = served(line([3, 2, 1, 1, 1]), 80)
    assert [taken.count(rep) for rep in (1, 2, 3, 4, 5)] == [30, 20, 10, 10, 10]
    assert all(taken[step : step + 3] != [rep] * 3 for step in range(78) for rep in (1, 2, 3, 4, 5))
    assert taken[:8] == [1, 2, 1, 3, 4, 5, 1, 2]


def test_blocks_are_the_list_of_the_article():
    assert served(line([3, 2, 1, 1, 1], Strategy.BLOCKS), 16) == [1, 1, 1, 2, 2, 3, 4, 5] * 2


def test_blocks_of_fractions_are_the_smallest_whole_blocks():
    assert served(line([0.5, 1, 1.5], Strategy.BLOCKS), 6) == [1, 2, 2, 3, 3, 3]


def test_a_block_goes_on_after_a_restart():
    first, *_rest = pick_many(line([3, 1], Strategy.BLOCKS), 1)
    restarted = replace(apply_pick(first.state, first))
    assert (restarted.pointer, restarted.in_block) == (1, 1)
    assert served(restarted, 3) == [1, 1, 2]


def test_a_plain_turn_begins_no_block():
    plain = line([1, 1], Strategy.BLOCKS)
    once = apply_pick(plain, pick_next(plain))
    heavier = replace(once, members=(replace(once.members[0], weight=200), once.members[1]))
    assert served(heavier, 6) == [2, 1, 1, 2, 1, 1]


def test_a_block_that_leave_interrupts_is_not_made_up():
    once = apply_pick(line([3, 1, 1], Strategy.BLOCKS), pick_next(line([3, 1, 1], Strategy.BLOCKS)))
    away = tuple(replace(each, is_available=each.member_id != 1, reason="on_leave") for each in once.members)
    assert served(replace(once, members=away), 3) == [2, 3, 2]


def test_equal_weights_of_any_size_are_the_plain_list():
    assert served(line([2, 2, 2]), 4) == served(line([1, 1, 1]), 4) == [1, 2, 3, 1]


def test_weight_nought_is_paused():
    pick = pick_next(line([0, 1]))
    assert [(result.rep_id, result.outcome, result.reason) for result in pick.results] == [
        (1, "skipped", "paused"),
        (2, "chosen", ""),
    ]


def test_a_change_of_weights_is_not_retroactive():
    rotation = line([1, 1])
    for pick in pick_many(rotation, 40):
        rotation = apply_pick(rotation, pick)
    heavier = replace(rotation, members=(replace(rotation.members[0], weight=300), rotation.members[1]))
    taken = Counter(served(join_available(heavier), 40))
    assert taken == {1: 30, 2: 10}


def test_the_line_predicts_the_first_turn_of_everybody():
    assert upcoming_reps(line([3, 2, 1, 1, 1])) == [1, 2, 3, 4, 5]
    assert upcoming_reps(line([1, 3])) == [2, 1]


def test_value_goes_to_who_is_furthest_below_the_share():
    rotation, got = line([1, 1, 1], Strategy.VALUE), Counter()
    for value in (90, 10, 20, 30, 60, 50):
        pick = pick_next(rotation, size=value * TURN // 1000)
        got[pick.chosen.rep_id] += value
        rotation = apply_pick(rotation, pick)
    assert got == {1: 90, 2: 90, 3: 80}


weights = st.lists(st.sampled_from([1, 2, 3, 5, 10, 0.5, 0.25, 1.5]), min_size=1, max_size=9)


@given(weights, st.integers(1, 90))
@settings(deadline=None)
def test_every_prefix_is_within_one_of_the_share(given_weights, turns):
    got, total = Counter(), sum(Fraction(weight) for weight in given_weights)
    for number, rep in enumerate(served(line(given_weights), turns), start=1):
        got[rep] += 1
        for member, weight in enumerate(given_weights, start=1):
            assert abs(got[member] - number * Fraction(weight) / total) < 1


@given(weights, st.sampled_from([Strategy.SMOOTH, Strategy.BLOCKS]), st.integers(1, 3))
@settings(deadline=None)
def test_after_every_full_cycle_the_counts_are_exact(given_weights, way, cycles):
    whole = [int(weight * 4) for weight in given_weights]
    got = Counter(served(line(given_weights, way), sum(whole) * cycles))
    assert [got[member] for member in range(1, len(whole) + 1)] == [count * cycles for count in whole]


@given(weights, st.sampled_from(list(Strategy)), st.lists(st.integers(0, 8), max_size=60))
@settings(deadline=None)
def test_what_is_due_adds_up_to_what_was_given(given_weights, way, toggled):
    """Members come and go before every turn; the sum of all balances stays nought, but for what rounding leaves."""
    rotation, away = line(given_weights, way), set()
    for member in toggled:
        away ^= {member + 1}
        members = tuple(
            replace(each, is_available=each.member_id not in away, reason="on_leave") for each in rotation.members
        )
        rotation = join_available(replace(rotation, members=members))
        pick = pick_next(rotation)
        assert (pick.chosen is None) == all(each.member_id in away for each in members)
        rotation = apply_pick(rotation, pick)
    assert abs(sum(rotation.balance_of(each) for each in rotation.members)) < TURN // 10**6


@given(weights, st.lists(st.integers(0, 100), min_size=1, max_size=60))
@settings(deadline=None)
def test_value_stays_within_one_lead_of_the_largest(given_weights, values):
    rotation, got, total = line(given_weights, Strategy.VALUE), Counter(), sum(map(Fraction, given_weights))
    for value in values:
        pick = pick_next(rotation, size=value * TURN // 100)
        got[pick.chosen.rep_id] += value
        rotation = apply_pick(rotation, pick)
    for member, weight in enumerate(given_weights, start=1):
        assert got[member] - sum(values) * Fraction(weight) / total <= 100


def test_who_could_never_have_had_a_lead_is_due_nothing_for_it():
    rotation = line([2, 1, 1])
    for _turn in range(8):
        rotation = apply_pick(rotation, pick_next(rotation, barred={1: "declined"}))
    assert [rotation.balance_of(each) for each in rotation.members] == [0, 0, 0]


@pytest.mark.parametrize("way", list(Strategy))
def test_a_thousand_members_are_decided_among_one_by_one(way):
    rotation = line([1 + n % 3 for n in range(1000)], way)
    assert len(set(served(rotation, 30))) >= 10
