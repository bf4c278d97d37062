"""What a skipped turn means, by each choice; caps that are counted and not rationed (F5, F6c, F9, F10)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability import caps
from routing.decisions.rotation.skipped_turns import (
    SkippedMeans,
    SkippedTurnPolicy,
    charge_lead,
    credit_turns,
    make_up_plan,
    rejoin,
    turns_missed,
    turns_to_level,
)
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy, settle_balance
from routing.decisions.rotation.turns import apply_pick, join_available, pick_many, pick_next

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # Wednesday 12:00 in Jakarta


def now(at: datetime) -> dict[str, str]:
    return caps.keys_at(at, JAKARTA)


def away_for(turns: int, members: int = 5) -> tuple[RotationState, Candidate]:
    """The rotation after so many turns without its second member."""
    line = RotationState(
        tuple(Candidate(n, n, n, is_available=n != 2, reason="on_leave") for n in range(1, members + 1))
    )
    line = join_available(line)
    for pick in pick_many(line, turns):
        line = join_available(apply_pick(line, pick))
    return line, line.members[1]


def returns(line: RotationState, means: SkippedMeans, reason: str = "on_leave", **more) -> tuple[RotationState, int]:
    one, owed = rejoin(
        line.members[1], line.virtual, reason=reason, policy=SkippedTurnPolicy(means, **more), strategy=line.strategy
    )
    one = replace(one, is_available=True, owed_today=SkippedTurnPolicy(means, **more).max_a_day)
    return replace(line, members=(line.members[0], one, *line.members[2:])), owed


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
    line, _away = away_for(12)
    line, had = returns(line, means)
    assert (had, [pick.chosen.rep_id for pick in pick_many(line, 4)]) == (owed, first)


def test_owed_stops_at_its_limit():
    line, _away = away_for(40)
    assert returns(line, SkippedMeans.OWED, limit=5)[1] == 5


def test_no_flood_on_return_when_forgone():
    line, _away = away_for(400)
    line, _owed = returns(line, SkippedMeans.FORGONE)
    taken = [pick.chosen.rep_id for pick in pick_many(line, 50)]
    assert [taken.count(rep) for rep in (1, 2, 3, 4, 5)] == [10] * 5


@pytest.mark.parametrize("reason", ["switched_off", "not_seen", "over_capacity", "cap_day", "paused"])
def test_nobody_earns_turns_with_their_own_switch(reason):
    line, _away = away_for(12)
    assert returns(line, SkippedMeans.OWED, reason=reason)[1] == 0


def test_a_member_of_weight_two_misses_two_a_lap():
    assert turns_missed(Candidate(1, 1, 1, weight=200, takes_part=False), 3 * TURN // 100) == 6


def test_so_many_a_day_and_no_more():
    line, _away = away_for(12)
    line, _owed = returns(line, SkippedMeans.DAILY, a_day=2)
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
    line = replace(line, members=(*line.members[:2], credit_turns(line.members[2], 2)))
    assert [pick.chosen.rep_id for pick in pick_many(line, 5)] == [3, 3, 2, 3, 1]


def test_a_lead_given_by_hand_skips_one_turn():
    line = RotationState(tuple(Candidate(n, n, n) for n in (1, 2, 3)))
    line = replace(line, members=(charge_lead(line.members[0], 0, size=TURN, in_turn=True), *line.members[1:]))
    picks = pick_many(line, 4)
    assert [pick.chosen.rep_id for pick in picks] == [2, 3, 1, 2]
    assert [(result.rep_id, result.reason) for result in picks[0].results if result.outcome == "skipped"] == [
        (1, "had_one")
    ]


def test_when_all_had_one_by_hand_the_first_in_turn_is_next():
    had = tuple(charge_lead(Candidate(n, n, n), 0, size=TURN, in_turn=True) for n in (1, 2))
    picks = pick_many(RotationState(had), 3)
    assert [pick.chosen.rep_id for pick in picks] == [1, 2, 1]


def test_where_weights_decide_a_counted_lead_shrinks_what_is_due():
    line = RotationState((Candidate(1, 1, 1, weight=200), Candidate(2, 2, 2)))
    line = replace(line, members=(charge_lead(line.members[0], 0, size=TURN, in_turn=False), line.members[1]))
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
    """Owed turns are credited in the same step: what is due less what was given still adds up."""
    line = join_available(RotationState(tuple(Candidate(n, n, n) for n in range(5))))
    credits, reasons = 0, {}
    for member, is_turn in events:
        if not is_turn:
            one = line.members[member]
            if one.takes_part:
                one, reasons[member] = (
                    settle_balance(replace(one, is_available=False, reason="on_leave"), line.virtual),
                    "on_leave",
                )
                one = replace(one, takes_part=False)
            else:
                one, owed = rejoin(
                    one,
                    line.virtual,
                    reason=reasons.pop(member),
                    policy=SkippedTurnPolicy(means),
                    strategy=Strategy.SMOOTH,
                )
                one, credits = replace(one, is_available=True), credits + owed
            line = replace(line, members=tuple(one if each.member_id == member else each for each in line.members))
        elif any(each.takes_part for each in line.members):
            line = apply_pick(line, pick_next(line))
    balances = sum(each.balance_at(line.virtual) for each in line.members)
    assert abs(balances - credits * TURN) < TURN // 10**6


def test_a_cap_of_fourteen_a_month_gives_fourteen():
    counts: dict = {}
    for turn in range(14):
        assert caps.remaining({"month": 14}, counts, now(NOON + timedelta(hours=turn))).left == 14 - turn
        counts = caps.add_given(counts, now(NOON + timedelta(hours=turn)))
    assert caps.remaining({"month": 14}, counts, now(NOON + timedelta(hours=20))) == caps.Remaining(0, "cap_month")
    assert caps.remaining({"month": 14}, counts, now(datetime(2026, 11, 30, 17, tzinfo=UTC))).left == 14  # 1 December


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        ("hour", datetime(2026, 11, 25, 5, 59, tzinfo=UTC), datetime(2026, 11, 25, 6, 0, tzinfo=UTC)),
        ("day", datetime(2026, 11, 25, 16, 59, tzinfo=UTC), datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
        ("week", datetime(2026, 11, 29, 16, 59, tzinfo=UTC), datetime(2026, 11, 29, 17, 0, tzinfo=UTC)),
        ("month", datetime(2026, 11, 30, 16, 59, tzinfo=UTC), datetime(2026, 11, 30, 17, 0, tzinfo=UTC)),
    ],
)
def test_windows_are_those_of_the_calendar_where_the_rotation_is(window, inside, outside):
    counts = caps.add_given({}, now(NOON), 3)
    assert [caps.used(counts, window, now(at)) for at in (inside, outside)] == [3, 0]


def test_the_hour_that_the_clocks_repeat_is_two_hours():
    berlin = ZoneInfo("Europe/Berlin")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert caps.key_of("hour", first, berlin) != caps.key_of("hour", second, berlin)


def test_the_tightest_cap_says_why():
    counts = caps.add_given({}, now(NOON), 2)
    assert caps.remaining({"hour": 2, "day": 2, "week": 9}, counts, now(NOON)) == caps.Remaining(0, "cap_day")
    assert caps.remaining({}, counts, now(NOON)) == caps.Remaining(None, "")
    assert caps.add_given(counts, now(NOON), -1)["day"][1] == 1
