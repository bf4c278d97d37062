"""What a skipped turn means, by each choice (F5, F6c, F9, F10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.participation import update_participation
from routing.decisions.rotation.skipped_turns import (
    SkippedMeans,
    SkippedTurnPolicy,
    charge_lead,
    credit_turns,
    make_up_plan,
    rejoin,
    turns_to_level,
)
from routing.decisions.rotation.state import ROUNDING, TURN, Candidate, RotationState, Strategy, swap_member
from routing.decisions.rotation.turns import apply_pick, pick_many, pick_next

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # Wednesday 12:00 in Jakarta


def lived(line: RotationState, policy: SkippedTurnPolicy, why: dict[int, str], turns: int = 0) -> RotationState:
    """The rotation after so many turns, with who comes and goes seen before each of them, as real turns do."""
    for turn in range(turns + 1):
        line, changes = update_participation(line, why, policy)
        why |= {change.before.member_id: change.away_for for change in changes}
        if turn < turns:
            line = apply_pick(line, pick_next(line))
    return line


def away_for(turns: int, policy: SkippedTurnPolicy, *, reason: str = "on_leave", members: int = 5) -> RotationState:
    """The rotation after so many turns without its second member, who then comes back."""
    line = RotationState(tuple(Candidate(n, n, n) for n in range(1, members + 1)))
    why: dict[int, str] = {}
    line = lived(seen(line, 2, reason), policy, why, turns)
    back = lived(seen(line, 2, ""), policy, why)
    allowed = replace(back.members[1], owed_today=policy.max_a_day)
    return replace(back, members=(back.members[0], allowed, *back.members[2:]))


def seen(line: RotationState, member: int, reason: str) -> RotationState:
    one = next(each for each in line.members if each.member_id == member)
    return swap_member(line, replace(one, is_available=not reason, reason=reason))


@pytest.mark.parametrize(
    ("means", "owed", "first"),
    [
        (SkippedMeans.FORGONE, 0, [1, 2, 3, 4]),
        (SkippedMeans.FIRST, 1, [2, 1, 2, 3]),
        (SkippedMeans.OWED, 3, [2, 2, 2, 1]),
        (SkippedMeans.DAILY, 3, [2, 1, 2, 3]),
    ],
)
def test_back_after_three_laps(means, owed, first):
    line = away_for(12, SkippedTurnPolicy(means))
    assert (line.members[1].owed, [pick.chosen.rep_id for pick in pick_many(line, 4)]) == (owed, first)


@pytest.mark.parametrize(
    ("means", "percent", "owed"),
    [
        (SkippedMeans.OWED, 100, 3),
        (SkippedMeans.OWED, 50, 2),
        (SkippedMeans.DAILY, 50, 2),
        (SkippedMeans.DAILY, 1, 1),
        (SkippedMeans.FIRST, 50, 1),
        (SkippedMeans.FORGONE, 50, 0),
    ],
)
def test_a_part_of_what_was_missed_is_made_up_and_the_others_keep_the_rest(means, percent, owed):
    line = away_for(12, SkippedTurnPolicy(means, percent=percent))
    assert line.members[1].owed == owed
    assert abs(sum(line.balance_of(each) for each in line.members) + line.rest) < TURN // 10**6


def test_of_four_who_share_twelve_leads_the_one_who_is_away_is_owed_three():
    """Each of the four is due a quarter of every lead (L11). With the turn of this round all four then have four."""
    line = away_for(12, SkippedTurnPolicy(SkippedMeans.OWED), members=4)
    assert line.members[1].owed == 3
    assert [pick.chosen.rep_id for pick in pick_many(line, 7)] == [2, 2, 2, 2, 3, 4, 1]


def test_who_is_first_in_line_and_missed_one_turn_gets_the_next_lead():
    """The receipt of that one lead names the member as skipped."""
    policy, why = SkippedTurnPolicy(SkippedMeans.FIRST), {}
    line = lived(RotationState(tuple(Candidate(n, n, n) for n in (1, 2, 3, 4))), policy, why, 3)
    line = lived(seen(line, 4, "on_leave"), policy, why)
    pick = pick_next(line)
    assert (pick.chosen.rep_id, [each.rep_id for each in pick.considered]) == (1, [4])
    line = lived(seen(apply_pick(line, pick), 4, ""), policy, why)
    assert [each.chosen.rep_id for each in pick_many(line, 4)][0] == 4


def test_a_change_of_weight_keeps_what_an_absence_left_owed():
    """Three are owed so far; from now on the new weight counts (L10)."""
    policy, why = SkippedTurnPolicy(SkippedMeans.OWED), {}
    line = RotationState(tuple(Candidate(n, n, n) for n in (1, 2, 3, 4)))
    line = lived(seen(line, 4, "on_leave"), policy, why, 12)
    back = rejoin(line.members[3], line.virtual, policy=policy, strategy=line.strategy)
    line = swap_member(line, replace(back.member, weight=300))
    line = lived(seen(line, 4, ""), policy, why)
    assert (line.members[3].owed, line.members[3].balance_at(line.virtual)) == (3, 3 * TURN)


def test_owed_stops_at_its_limit():
    line = away_for(40, SkippedTurnPolicy(SkippedMeans.OWED, limit=5))
    assert line.members[1].owed == 5
    assert abs(sum(line.balance_of(each) for each in line.members) + line.rest) < ROUNDING  # the rest goes back


def test_no_flood_on_return_when_forgone():
    line = away_for(400, SkippedTurnPolicy(SkippedMeans.FORGONE))
    taken = [pick.chosen.rep_id for pick in pick_many(line, 50)]
    assert [taken.count(rep) for rep in (1, 2, 3, 4, 5)] == [10] * 5


@pytest.mark.parametrize("reason", ["switched_off", "not_seen", "over_capacity", "cap_day", "paused"])
def test_nobody_earns_turns_with_their_own_switch(reason):
    line = away_for(12, SkippedTurnPolicy(SkippedMeans.OWED), reason=reason)
    assert (line.members[1].owed, line.members[1].balance_at(line.virtual)) == (0, 0)


def test_a_member_of_weight_two_misses_two_a_lap():
    back = rejoin(
        Candidate(1, 1, 1, weight=200),
        2 * TURN // 100,
        policy=SkippedTurnPolicy(SkippedMeans.OWED),
        strategy=Strategy.SMOOTH,
    )
    assert (back.owed, back.forgiven) == (4, 0)


def test_so_many_a_day_and_no_more():
    line = away_for(12, SkippedTurnPolicy(SkippedMeans.DAILY, a_day=2))
    taken = [pick.chosen.rep_id for pick in pick_many(line, 8)]
    assert taken == [2, 2, 1, 2, 3, 4, 5, 1]


def test_the_preview_counts_the_days():
    monday = date(2026, 11, 30)
    plan = make_up_plan(6, a_day=1, from_day=monday, works_on=lambda day: day.weekday() < 5)
    assert (len(plan), plan[0], plan[-1]) == (6, (monday, 1), (date(2026, 12, 7), 1))
    assert make_up_plan(6, a_day=None, from_day=monday) == [(monday, 6)]
    assert make_up_plan(5, a_day=2, from_day=monday)[-1] == (date(2026, 12, 2), 1)
    assert make_up_plan(3, a_day=1, from_day=monday, works_on=lambda day: False) == []


def test_catch_up_comes_ahead_and_the_line_goes_on_where_it_was():
    line = RotationState(tuple(Candidate(n, n, n) for n in (1, 2, 3)))
    line = apply_pick(line, pick_next(line))
    line = credit_turns(line, line.members[2], 2)
    assert [pick.chosen.rep_id for pick in pick_many(line, 5)] == [3, 3, 2, 3, 1]


def test_a_lead_given_by_hand_skips_one_turn():
    line = RotationState(tuple(Candidate(n, n, n) for n in (1, 2, 3)))
    line = charge_lead(line, line.members[0], size=TURN)
    picks = pick_many(line, 4)
    assert [pick.chosen.rep_id for pick in picks] == [2, 3, 1, 2]
    assert [(result.rep_id, result.reason) for result in picks[0].results if result.outcome == "skipped"] == [
        (1, "had_one")
    ]


def test_when_all_had_one_by_hand_the_first_in_turn_is_next():
    line = RotationState((Candidate(1, 1, 1), Candidate(2, 2, 2)))
    for member in line.members:
        line = charge_lead(line, member, size=TURN)
    picks = pick_many(line, 3)
    assert [pick.chosen.rep_id for pick in picks] == [1, 2, 1]


def test_where_weights_decide_a_counted_lead_shrinks_what_is_due():
    line = RotationState((Candidate(1, 1, 1, weight=200), Candidate(2, 2, 2)))
    line = charge_lead(line, line.members[0], size=TURN)
    taken = [pick.chosen.rep_id for pick in pick_many(line, 5)]
    assert (taken.count(1), taken.count(2)) == (3, 2)


def test_a_newcomer_is_level_with_the_others_by_weight():
    others = [Candidate(1, 1, 1, weight=200), Candidate(2, 2, 2)]
    assert turns_to_level(Candidate(3, 3, 3), others, {1: 20, 2: 10}) == 10
    assert turns_to_level(Candidate(3, 3, 3, weight=200), others, {1: 20, 2: 10}) == 20
    assert turns_to_level(Candidate(3, 3, 3), others, {1: 20, 2: 10, 3: 4}) == 6
    assert turns_to_level(Candidate(3, 3, 3), [], {}) == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=40), st.sampled_from(list(SkippedMeans)))
def test_coming_and_going_never_loses_or_makes_turns(events, means):
    """What is due to who is away is taken from the others, and what the rotation forgives goes back to them."""
    line, why, away = RotationState(tuple(Candidate(n, n, n) for n in range(5))), {}, set()
    for member, is_turn in events:
        if is_turn and len(away) < 5:
            line = apply_pick(line, pick_next(line))
        elif not is_turn:
            away ^= {member}
            line = seen(line, member, "on_leave" if member in away else "")
        line = lived(line, SkippedTurnPolicy(means, limit=2), why)
        assert abs(sum(line.balance_of(each) for each in line.members) + line.rest) < ROUNDING
