"""Ramp plans: what is understood, which percentage holds on a day, and what a weight comes to (K4)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.decisions.rotation.ramp import (
    Ramp,
    RampFault,
    RampRefused,
    effective_weight,
    read_ramp,
    stored_ramp,
    take_steps,
)
from routing.decisions.rotation.skipped_turns import SkippedTurnPolicy
from routing.decisions.rotation.state import Candidate, RampStep, RotationState
from routing.decisions.rotation.turns import apply_pick, pick_next

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("", None),
        ("25/50/75/100", "25/50/75/100 from 2026-11-30 every 7 days"),
        ("25 %, 50 %, 75 %", "25/50/75/100 from 2026-11-30 every 7 days"),
        ("10/100 from 2026-12-24", "10/100 from 2026-12-24 every 7 days"),
        ("50 every 1 day", "50/100 from 2026-11-30 every 1 days"),
        ("20/60/100 FROM 2026-12-01 every 14 days", "20/60/100 from 2026-12-01 every 14 days"),
    ],
)
def test_a_plan_is_percentages_with_a_first_day_and_days_between(words: str, kept: str | None):
    ramp = read_ramp(words, today=TODAY)
    assert (str(ramp) if ramp else None) == kept
    assert stored_ramp(kept or "") == ramp


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("slowly", RampFault.NOT_A_RAMP),
        ("25/50 from tomorrow", RampFault.NOT_A_RAMP),
        ("-5/50", RampFault.NOT_A_RAMP),
        ("25/50/75/100 " * 9, RampFault.NOT_A_RAMP),
        ("100", RampFault.NOT_RISING),
        ("0/50", RampFault.NOT_RISING),
        ("50/25", RampFault.NOT_RISING),
        ("50/50", RampFault.NOT_RISING),
        ("50/150", RampFault.NOT_RISING),
        ("/".join(map(str, range(1, 14))), RampFault.TOO_MANY_STEPS),
        ("25/50 from 2026-02-30", RampFault.NO_SUCH_DAY),
        ("25/50 from 0000-01-01", RampFault.NO_SUCH_DAY),
        ("25/50 from 2028-01-01", RampFault.TOO_FAR),
        ("25/50 every 0 days", RampFault.DAYS_BETWEEN),
        ("25/50 every 91 days", RampFault.DAYS_BETWEEN),
    ],
)
def test_what_is_no_plan_is_refused_with_the_reason(words: str, fault: RampFault):
    with pytest.raises(RampRefused) as refused:
        read_ramp(words, today=TODAY)
    assert refused.value.fault == fault


def test_each_step_holds_for_its_days_and_the_first_one_before_them():
    ramp = Ramp((25, 50, 75), TODAY, 7)
    on = {days: ramp.percent_on(TODAY + days * DAY) for days in (-9, 0, 6, 7, 13, 14, 20, 21, 400)}
    assert on == {-9: 25, 0: 25, 6: 25, 7: 50, 13: 50, 14: 75, 20: 75, 21: 100, 400: 100}
    assert ramp.next_step_on(TODAY - 9 * DAY) == TODAY + 7 * DAY
    assert (ramp.next_step_on(TODAY + 20 * DAY), ramp.next_step_on(TODAY + 21 * DAY)) == (TODAY + 21 * DAY, None)


@given(
    percents=st.sets(st.integers(1, 99), min_size=1, max_size=5),
    days=st.integers(1, 20),
    after=st.integers(-30, 130),
)
def test_the_next_step_is_the_next_day_on_which_the_percentage_changes(percents: set[int], days: int, after: int):
    ramp = Ramp(tuple(sorted(percents)), TODAY, days)
    day = TODAY + after * DAY
    step = ramp.next_step_on(day)
    assert read_ramp(str(ramp), today=TODAY) == ramp
    if step is None:
        assert ramp.percent_on(day) == 100
        return
    assert ramp.percent_on(step - DAY) == ramp.percent_on(day) < ramp.percent_on(step)


@given(weight=st.integers(1, 10_000), percent=st.integers(1, 100))
def test_a_weight_above_nought_never_ramps_to_nought(weight: int, percent: int):
    found = effective_weight(Decimal(weight) / 100, percent)
    assert 1 <= found <= weight
    assert abs(found - weight * percent / 100) <= 0.5 or found == 1
    assert effective_weight(Decimal(0), percent) == 0


@given(
    weights=st.lists(st.sampled_from([50, 100, 200, 300]), min_size=2, max_size=5),
    moves=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([25, 50, 75, 100]), st.integers(0, 9)), min_size=1, max_size=8
    ),
)
@example([100, 100, 200, 100, 100], [(2, 50, 1), (0, 25, 1), (1, 25, 2)])  # one of five is owed 599/595 turns
def test_everybody_stays_near_the_share_by_the_weights_of_each_moment(weights: list[int], moves: list):
    """What is due is summed lead by lead with the weights that count then; the balances together stay at zero.

    Nobody is ever a whole turn ahead, as nobody gets a lead to whom nothing is due. While weights stay, nobody is a
    whole turn behind either (test_weights). A change can find two who are nearly a turn behind and make both urgent
    at once: then one of them waits for one more lead.
    """
    state = RotationState(tuple(Candidate(n, n, n, weight=weight) for n, weight in enumerate(weights)))
    due, had = [Fraction(0)] * len(weights), [0] * len(weights)
    for number, percent, leads in moves:
        pk = number % len(weights)
        step = RampStep(percent, effective_weight(Decimal(weights[pk]) / 100, percent), None)
        state, _taken = take_steps(state, {pk: step}, SkippedTurnPolicy())
        for _lead in range(leads):
            whole = sum(each.weight for each in state.members)
            due = [sum_ + Fraction(each.weight, whole) for sum_, each in zip(due, state.members, strict=True)]
            pick = pick_next(state)
            had[pick.winner.member_id] += 1
            state = apply_pick(state, pick)
            assert sum(state.balance_of(each) for each in state.members) + state.rest == 0
            owed = [part - given for part, given in zip(due, had, strict=True)]
            assert -1 < min(owed) <= max(owed) < 2
