"""The five checks of a trial (F11): each rep gets at least one lead, nobody is more than one ahead, no lead is left
unassigned, the list wraps around, and a deactivated rep is passed over. Each is passed, not passed, or not applicable,
with what a sentence about it needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import gcd

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.state import (
    TURN,
    Candidate,
    CandidateResult,
    RotationState,
    TurnKind,
    by_position,
)
from routing.decisions.rotation.strategies.by_room import room_reason
from routing.decisions.simulation.trial import (
    MemberTotals,
    SampleLead,
    SimulatedTurn,
    SimulationSetup,
    Trial,
    run_trial,
)

ONE = Fraction(1)


class CheckCode(StrEnum):
    EACH = "each"
    WITHIN = "within"
    ASSIGNED = "assigned"
    WRAPS = "wraps"
    DEACTIVATED = "deactivated"


class CheckVerdict(StrEnum):
    PASSED = "passed"
    NOT_PASSED = "not_passed"
    NOT_APPLICABLE = "not_applicable"


class CheckReason(StrEnum):
    """Why a check came out as it did, where one verdict has several reasons."""

    NONE = ""
    NOBODY = "nobody"  # can be given a lead
    ALONE = "alone"  # there is nobody to compare with
    FEW = "few"  # leads
    OWED = "owed"  # turns came first
    SPREAD = "spread"  # the spread limit passed somebody over
    SKILLS = "skills"  # not everybody can have every lead
    SHARES = "shares"  # decide, not the order of the list
    FALLBACK = "fallback"  # the fallback person got leads
    WAIT = "wait"  # more leads would wait
    PLAIN = "plain"  # these six say what is shared, and how
    SMOOTH = "smooth"
    BLOCKS = "blocks"
    VALUE = "value"
    MOST_FREE = "most_free"
    FEWEST_OPEN = "fewest_open"


BY_ROOM = (CheckReason.MOST_FREE, CheckReason.FEWEST_OPEN)


@dataclass(frozen=True, slots=True)
class Check:
    """`reps`: the reps that the check is about; `most`: the largest distance between them."""

    code: CheckCode
    verdict: CheckVerdict
    why: CheckReason = CheckReason.NONE
    reps: tuple[int, ...] = ()
    number: int = 0
    most: Fraction = field(default=Fraction(0))


def checks_of(setup: SimulationSetup, samples: Sequence[SampleLead], trial: Trial) -> list[Check]:
    return [
        _check_each(trial),
        _check_within(trial),
        _check_assigned(trial),
        _check_wraps(trial),
        _check_deactivated(setup, samples, trial),
    ]


def sharing_of(state: RotationState) -> CheckReason:
    """What is shared and how: value, room, smooth or blocks by weight, or plain turns."""
    if state.strategy.measure != "turns":
        return CheckReason(state.strategy)
    return CheckReason(state.strategy) if state.has_weights else CheckReason.PLAIN


def _check_each(trial: Trial) -> Check:
    """Each rep who could be given leads has one. A rep who was due less than one may have none, and in blocks one for
    whom no turn came to begin a block: then the leads are too few."""
    code, able = CheckCode.EACH, [each for each in trial.totals if each.is_able]
    without = [each for each in able if not each.got and not each.had]
    if not able:
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.NOBODY)
    if not without:
        return Check(code, CheckVerdict.PASSED, number=len(able))
    if sharing_of(trial.state) in BY_ROOM:
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.SHARES, _reps(without), len(able))
    due = [each for each in without if _was_due_one(trial, each)]
    if due:
        is_owed = any(each.owed_given for each in trial.totals)
        why = CheckReason.OWED if is_owed else CheckReason.NONE
        return Check(code, CheckVerdict.NOT_PASSED, why, _reps(due), len(able))
    return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.FEW, _reps(without), len(able))


def _check_within(trial: Trial) -> Check:
    """Reps who could be given leads from the first to the last one are at most one turn apart. By room, no lead went to
    a rep while another, who could have had it, had more room."""
    code, totals = CheckCode.WITHIN, [each for each in trial.totals if each.is_able and not each.limit_reached]
    if len(totals) < 2 or not any(turn.is_in_turn for turn in trial.turns):
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.ALONE if totals else CheckReason.NOBODY)
    sharing = sharing_of(trial.state)
    if sharing in BY_ROOM:
        wrong = tuple(turn.pick.winner.rep_id for turn in trial.turns if turn.is_in_turn and _had_less_room(turn))
        verdict = CheckVerdict.NOT_PASSED if wrong else CheckVerdict.PASSED
        return Check(code, verdict, sharing, wrong, len(totals))
    if any(turn.pick.barred for turn in trial.turns):
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.SKILLS)
    if any(turn.pick.ahead for turn in trial.turns):
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.SPREAD)
    if sharing == CheckReason.PLAIN:
        most = max(each.had - each.due_before for each in totals) - min(each.had - each.due_before for each in totals)
        allowed = ONE if all(each.due_before.denominator == 1 for each in totals) else 2 * ONE
        outside = [each for each in totals if abs(each.off) >= ONE] if most > allowed else []
        verdict = CheckVerdict.PASSED if most <= allowed else CheckVerdict.NOT_PASSED
        return Check(code, verdict, sharing, _reps(outside), len(totals), most)
    outside = [each for each in totals if abs(each.off) > _tolerance(trial, each) + abs(each.due_before)]
    most = max(abs(each.off) for each in totals)
    verdict = CheckVerdict.NOT_PASSED if outside else CheckVerdict.PASSED
    return Check(code, verdict, sharing, _reps(outside), len(totals), most)


def _check_assigned(trial: Trial) -> Check:
    waits = trial.waits
    by_fallback = sum(turn.kind == TurnKind.FALLBACK for turn in trial.turns)
    verdict = CheckVerdict.NOT_PASSED if waits else CheckVerdict.PASSED
    why = CheckReason.FALLBACK if by_fallback else CheckReason.NONE
    return Check(CheckCode.ASSIGNED, verdict, why, number=waits or by_fallback)


def _check_wraps(trial: Trial) -> Check:
    """After the last member the first who can be given a lead comes again. Shares by weight or value know no end of
    the list."""
    code = CheckCode.WRAPS
    if sharing_of(trial.state) in (CheckReason.VALUE, CheckReason.SMOOTH, *BY_ROOM):
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.SHARES)
    turns = [turn for turn in trial.turns if turn.is_in_turn]
    wrapped = [turn for turn in turns if _wraps_around(turn)]
    if not turns:
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.NOBODY)
    if wrapped:
        wrong = tuple(turn.pick.winner.rep_id for turn in wrapped if _leaves_out(turn))
        return Check(code, CheckVerdict.NOT_PASSED if wrong else CheckVerdict.PASSED, reps=wrong, number=len(wrapped))
    round_length = sum(_block(trial.state, each.member) for each in trial.totals if each.is_able)
    verdict = CheckVerdict.NOT_PASSED if len(turns) > round_length else CheckVerdict.NOT_APPLICABLE
    return Check(code, verdict, CheckReason.FEW, number=len(turns))


def _check_deactivated(setup: SimulationSetup, samples: Sequence[SampleLead], trial: Trial) -> Check:
    """A second trial in which the member who had the first turn is deactivated."""
    code = CheckCode.DEACTIVATED
    chosen = next((turn.pick.chosen for turn in trial.turns if turn.member is not None), None)
    if chosen is None:
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.NOBODY)
    member = next(each for each in setup.state.members if each.member_id == chosen.member_id)
    rep, second = member.rep_id, run_trial(setup.without(member), samples)
    if any(turn.pick.chosen is not None and turn.pick.chosen.rep_id == rep for turn in second.turns):
        return Check(code, CheckVerdict.NOT_PASSED, reps=(rep,))
    results = [result for turn in second.turns for result in _considered(turn)]
    if not any(result.rep_id == rep and result.reason == SkipReason.INACTIVE for result in results):
        return Check(code, CheckVerdict.NOT_APPLICABLE, CheckReason.FEW, (rep,))
    why = CheckReason.WAIT if second.waits > trial.waits else CheckReason.NONE
    return Check(code, CheckVerdict.PASSED, why, (rep,), second.waits)


def _considered(turn: SimulatedTurn) -> Iterator[CandidateResult]:
    return (turn.pick.result_of(each) for each in turn.pick.considered)


def _was_due_one(trial: Trial, each: MemberTotals) -> bool:
    """A block that is running goes on, so in blocks it counts who was passed over when another block began."""
    if sharing_of(trial.state) != CheckReason.BLOCKS:
        return each.share + each.due_before - _tolerance(trial, each) >= 0
    begun = [turn.pick for turn in trial.turns if turn.is_in_turn and turn.pick.in_block == 1]
    return any(
        each.member.member_id not in (pick.barred or {})
        and _blocks_due(pick.state, each.member.member_id) - _blocks_due(pick.state, pick.winner.member_id) >= ONE
        for pick in begun
    )


def _blocks_due(state: RotationState, member_id: int) -> Fraction:
    member = next(each for each in state.members if each.member_id == member_id)
    return Fraction(state.balance_of(member) - member.owed * TURN, TURN * _block(state, member))


def _tolerance(trial: Trial, each: MemberTotals) -> Fraction:
    """How far from the share a member may be: one lead; one block; where value is shared, twice the largest value.

    By weight or value the others also share what was due to those who left, and turns that were owed on top.
    """
    sharing = sharing_of(trial.state)
    if sharing == CheckReason.BLOCKS:
        return Fraction(_block(trial.state, each.member))
    if sharing == CheckReason.PLAIN:
        return ONE
    able = [one for one in trial.totals if one.is_able]
    weights = sum(one.member.weight for one in able if not one.limit_reached) or 1
    largest = max((Fraction(turn.pick.size, TURN) for turn in trial.turns), default=ONE)
    over = abs(sum((one.due_before for one in able), Fraction(0))) + sum(one.owed_given for one in able)
    over += sum(largest + abs(one.due_before) for one in able if one.limit_reached)
    own = 2 * largest if sharing == CheckReason.VALUE else ONE
    return own + over * Fraction(each.member.weight, weights)


def _block(state: RotationState, member: Candidate) -> int:
    """How many turns in a row a member has."""
    if sharing_of(state) != CheckReason.BLOCKS:
        return 1
    return member.weight // gcd(*(each.weight for each in state.members if each.weight > 0))


def _had_less_room(turn: SimulatedTurn) -> bool:
    reason = room_reason(turn.pick)
    return reason is not None and reason.runner_up is not None and reason.runner_up.room > reason.room


def _wraps_around(turn: SimulatedTurn) -> bool:
    """The turn went to a place before the one served last, or to that very place, unless a block goes on."""
    pick = turn.pick
    if pick.pointer_before is None or pick.winner.position > pick.pointer_before:
        return False
    goes_on = pick.winner.position == pick.pointer_before and 1 < pick.in_block == pick.state.in_block + 1
    return not goes_on


def _leaves_out(turn: SimulatedTurn) -> bool:
    """Somebody further up the list could have had the lead."""
    considered, chosen = {each.member_id for each in turn.pick.considered}, turn.pick.winner
    return any(
        each.position < chosen.position and each.member_id not in considered
        for each in by_position(turn.pick.state.members)
    )


def _reps(totals: Sequence[MemberTotals]) -> tuple[int, ...]:
    return tuple(each.member.rep_id for each in totals)
