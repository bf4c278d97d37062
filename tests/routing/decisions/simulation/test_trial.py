"""A trial decides as the rotation would, and its five checks say what came out (F11)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.skipped_turns import SkippedMeans, SkippedTurnPolicy
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy, settle_balance
from routing.decisions.rotation.turns import apply_pick
from routing.decisions.simulation.checks import Check, CheckVerdict, checks_of
from routing.decisions.simulation.trial import SampleLead, SimulationSetup, run_trial

AWAY = {"is_available": False, "reason": "on_leave"}
PASSED, NOT_PASSED, NOT_APPLICABLE = CheckVerdict.PASSED, CheckVerdict.NOT_PASSED, CheckVerdict.NOT_APPLICABLE


def member(number, **more):
    return Candidate(number, 100 + number, number, takes_part="reason" not in more, **more)


def setup(*members, pointer=None, strategy=Strategy.SMOOTH, virtual=0, away_for=None, **more):
    state = RotationState(tuple(members), pointer, strategy=strategy, virtual=virtual, away_for=away_for or {})
    return SimulationSetup(state, **more)


def five(**more):
    return setup(*(member(number) for number in (1, 2, 3, 4, 5)), **more)


def tried(one, leads):
    samples = [SampleLead()] * leads if isinstance(leads, int) else leads
    trial = run_trial(one, samples)
    return trial, {check.code: check for check in checks_of(one, samples, trial)}


def verdicts(one, leads):
    return {code: check.verdict for code, check in tried(one, leads)[1].items()}


def got(trial):
    return [each.got for each in trial.totals]


ALL_PASSED = dict.fromkeys(("each", "within", "assigned", "wraps", "deactivated"), PASSED)


@pytest.mark.parametrize(("leads", "counts"), [(23, [5, 5, 5, 4, 4]), (20, [4] * 5), (8, [2, 2, 2, 1, 1])])
def test_five_reps_pass_all_checks_with_the_counts_of_the_article(leads, counts):
    trial, checks = tried(five(), leads)
    assert got(trial) == counts
    assert {code: check.verdict for code, check in checks.items()} == ALL_PASSED
    assert checks["within"].most == max(counts) - min(counts)


def test_a_trial_goes_on_from_where_the_list_stands():
    trial, _checks = tried(five(pointer=3), 3)
    assert [turn.member for turn in trial.turns] == [4, 5, 1]


def test_too_few_leads_are_no_failure():
    _trial, checks = tried(five(), 4)
    assert checks["each"] == Check("each", NOT_APPLICABLE, "few", (105,), 5)
    assert (checks["wraps"].verdict, checks["within"].verdict) == (NOT_APPLICABLE, PASSED)


def test_who_is_away_is_not_counted_and_said_why():
    one = setup(member(1), member(2, **AWAY), member(3))
    trial, checks = tried(one, 6)
    assert (got(trial), [each.is_able for each in trial.totals]) == ([3, 0, 3], [True, False, True])
    assert [(result.rep_id, result.reason) for result in trial.turns[1].pick.results if result.reason] == [
        (102, "on_leave")
    ]
    assert {code: check.verdict for code, check in checks.items()} == ALL_PASSED
    assert checks["each"].number == 2


def test_all_absent_holds_the_leads():
    _trial, checks = tried(setup(member(1, **AWAY), member(2, **AWAY)), 10)
    assert checks["assigned"] == Check("assigned", NOT_PASSED, number=10)
    assert {checks[code].why for code in ("each", "within", "wraps", "deactivated")} == {"nobody"}


def test_an_empty_rotation_reads_like_an_absent_one():
    assert verdicts(setup(), 10) == dict.fromkeys(ALL_PASSED, NOT_APPLICABLE) | {"assigned": NOT_PASSED}


def test_the_fallback_person_takes_what_nobody_else_can():
    trial, checks = tried(setup(member(1, **AWAY), fallback=900), 3)
    assert [(turn.kind, turn.pick.chosen.rep_id) for turn in trial.turns] == [("fallback", 900)] * 3
    assert checks["assigned"] == Check("assigned", PASSED, "fallback", number=3)


def test_assigned_anyway_goes_in_turn_but_never_to_the_deactivated():
    gone = member(2, is_available=False, reason=SkipReason.INACTIVE)
    trial, checks = tried(setup(member(1, **AWAY), gone, member(3, **AWAY), assigns_anyway=True), 4)
    assert [(turn.kind, turn.member) for turn in trial.turns] == [("anyway", 1), ("anyway", 3)] * 2
    assert (checks["assigned"].verdict, checks["deactivated"].verdict) == (PASSED, PASSED)


def test_caps_end_within_the_trial():
    one = setup(member(1, remaining=2, limit_reason="cap_day"), member(2), member(3))
    trial, checks = tried(one, 12)
    assert (got(trial), trial.totals[0].limit_reached) == ([2, 5, 5], "cap_day")
    assert (checks["within"].verdict, checks["within"].number) == (PASSED, 2)


def test_caps_of_all_leave_the_rest_waiting():
    trial, checks = tried(
        setup(member(1, remaining=1, limit_reason="cap_month"), member(2, remaining=2, limit_reason="cap_month")), 5
    )
    assert [turn.member for turn in trial.turns] == [1, 2, 2, None, None]
    assert (checks["assigned"].verdict, checks["assigned"].number) == (NOT_PASSED, 2)


def test_weights_are_kept_within_one_of_the_share():
    one = setup(member(1, weight=300), member(2, weight=200), member(3), member(4), member(5))
    trial, checks = tried(one, 80)
    assert got(trial) == [30, 20, 10, 10, 10]
    assert [each.share for each in trial.totals] == [30, 20, 10, 10, 10]
    assert (checks["within"], checks["wraps"].why) == (Check("within", PASSED, "smooth", number=5), "shares")


def test_blocks_wrap_around_and_stay_within_a_block():
    one = setup(member(1, weight=300), member(2), strategy=Strategy.BLOCKS)
    trial, checks = tried(one, 10)
    assert [turn.member for turn in trial.turns] == [1, 1, 1, 2, 1, 1, 1, 2, 1, 1]
    assert {code: check.verdict for code, check in checks.items()} == ALL_PASSED
    assert checks["wraps"].number == 2


def test_value_is_shared_by_value():
    one = setup(member(1), member(2), strategy=Strategy.VALUE)
    trial, checks = tried(one, [SampleLead(size * TURN // 100) for size in (90, 30, 30, 30)])
    assert ([each.value * 100 // TURN for each in trial.totals], got(trial)) == ([90, 90], [1, 3])
    assert (checks["within"].verdict, checks["within"].why) == (PASSED, "value")


def test_owed_turns_come_first_and_say_so():
    trial, checks = tried(setup(member(1), member(2), member(3, owed=4, balance=4 * TURN)), 5)
    assert ([turn.kind for turn in trial.turns], got(trial)) == (["owed"] * 4 + ["in_turn"], [1, 0, 4])
    assert (checks["each"].verdict, checks["within"].verdict) == (NOT_APPLICABLE, PASSED)
    assert trial.totals[2].owed_given == 4


def test_who_comes_back_is_owed_what_the_rotation_says():
    back = replace(member(1), takes_part=True, base=0)
    one = setup(
        back,
        member(2, balance=-3 * TURN),
        virtual=3 * TURN // 100,
        away_for={1: "on_leave"},
        policy=SkippedTurnPolicy(SkippedMeans.OWED, 2),
    )
    trial, _checks = tried(one, 4)
    assert [(turn.kind, turn.member) for turn in trial.turns] == [
        ("owed", 1),
        ("owed", 1),
        ("in_turn", 1),
        ("in_turn", 2),
    ]


def test_a_lead_nobody_may_have_does_not_hold_up_the_others():
    all_barred = SampleLead(barred={1: "no_skill", 2: "no_skill"})
    trial, checks = tried(setup(member(1), member(2)), [all_barred, SampleLead(), SampleLead()])
    assert [turn.member for turn in trial.turns] == [None, 1, 2]
    assert (checks["assigned"].number, checks["within"].why) == (1, "skills")


def test_the_only_member_deactivated_leaves_all_leads_waiting():
    _trial, checks = tried(setup(member(1)), 3)
    assert checks["deactivated"] == Check("deactivated", PASSED, "wait", (101,), 3)
    assert checks["within"].why == "alone"


def test_a_deactivated_member_is_not_the_fallback_either():
    one = setup(member(1), fallback=101)
    assert run_trial(one.without(one.state.members[0]), [SampleLead()]).waits == 1


def test_a_rotation_that_has_drifted_apart_does_not_pass():
    """The checks look at what came out, not at what should: a list whose places were mixed up is found."""
    fair, _checks = tried(five(), 20)
    had = [each.had + delta for each, delta in zip(fair.totals, (4, 0, 0, 0, -4), strict=True)]
    totals = tuple(replace(each, had=now, got=int(now)) for each, now in zip(fair.totals, had, strict=True))
    checks = {each.code: each for each in checks_of(five(), [SampleLead()] * 20, replace(fair, totals=totals))}
    assert checks["each"] == Check("each", NOT_PASSED, "", (105,), 5)
    assert checks["within"] == Check("within", NOT_PASSED, "plain", (101, 105), 5, Fraction(8))


def test_a_block_that_begins_before_one_that_was_due_does_not_pass():
    one = setup(member(1, weight=200, balance=-4 * TURN), member(2, balance=4 * TURN), strategy=Strategy.BLOCKS)
    trial, _checks = tried(one, 1)
    assert got(trial) == [0, 1]
    wrong = replace(trial.turns[0], pick=replace(trial.turns[0].pick, chosen=trial.state.members[0]))
    swapped = tuple(replace(each, got=1 - each.got, had=1 - each.had) for each in trial.totals)
    found = checks_of(one, [SampleLead()], replace(trial, turns=(wrong,), totals=swapped))[0]
    assert (found.verdict, found.reps) == (NOT_PASSED, (102,))


def test_a_lead_that_waits_is_no_lead_assigned():
    fair, _checks = tried(five(), 20)
    waiting = replace(fair.turns[4], kind="waits", pick=replace(fair.turns[4].pick, chosen=None))
    assert checks_of(five(), [SampleLead()] * 20, replace(fair, turns=(waiting,)))[2].verdict == NOT_PASSED


def test_a_list_that_leaves_somebody_out_does_not_wrap_around():
    fair, _checks = tried(five(), 6)
    wrong = replace(fair.turns[5], pick=replace(fair.turns[5].pick, chosen=fair.state.members[1]))
    found = checks_of(five(), [SampleLead()] * 6, replace(fair, turns=(*fair.turns[:5], wrong)))[3]
    assert (found.verdict, found.reps) == (NOT_PASSED, (102,))


@settings(deadline=None)
@given(
    weights=st.lists(st.sampled_from([0, 100, 100, 200, 350]), min_size=1, max_size=7),
    away=st.sets(st.integers(1, 7)),
    remaining=st.dictionaries(st.integers(1, 7), st.integers(1, 9), max_size=2),
    begun=st.integers(0, 30),
    heavier=st.integers(1, 7),
    leads=st.integers(1, 60),
    strategy=st.sampled_from([Strategy.SMOOTH, Strategy.BLOCKS, Strategy.VALUE]),
)
@example(weights=[100, 100], away=set(), remaining={}, begun=1, heavier=1, leads=2, strategy=Strategy.BLOCKS)
@example(weights=[350, 100], away=set(), remaining={}, begun=4, heavier=1, leads=1, strategy=Strategy.BLOCKS)
@example(weights=[350, 100], away=set(), remaining={}, begun=6, heavier=1, leads=1, strategy=Strategy.BLOCKS)
def test_the_engine_passes_its_own_checks_wherever_it_stands(weights, away, remaining, begun, heavier, leads, strategy):
    """Also after a change of weight, and when members come to a limit on the way."""
    one = setup(*(member(n, weight=weight) for n, weight in enumerate(weights, start=1)), strategy=strategy)
    for turn in run_trial(one, _leads(strategy, begun)).turns[-1:]:
        one = replace(one, state=apply_pick(turn.pick.state, turn.pick))
    members = [settle_balance(each, one.state.virtual) for each in one.state.members]
    members = [replace(each, weight=each.weight * 2) if each.member_id == heavier else each for each in members]
    members = [replace(each, **AWAY) if each.member_id in away else each for each in members]
    members = [replace(each, remaining=remaining.get(each.member_id)) for each in members]
    one = replace(one, state=replace(one.state, members=tuple(members)))
    trial, checks = tried(one, _leads(strategy, leads))
    assert NOT_PASSED not in {check.verdict for code, check in checks.items() if code != "assigned"}
    assert (checks["assigned"].verdict == PASSED) == (sum(got(trial)) == leads)


def _leads(strategy, number):
    sizes = (TURN, TURN // 4, TURN // 2) if strategy == Strategy.VALUE else (TURN,)
    return [SampleLead(sizes[n % len(sizes)]) for n in range(number)]
