"""The five checks of a trial (F11): each rep at least one, within 1, none unassigned, the list wraps around, and a
deactivated rep is passed over. Each is passed, not passed, or not applicable, with what a sentence about it needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

from routing.decisions.availability.status import INACTIVE
from routing.decisions.rotation.state import TURN, Candidate, Line, Way, numbered
from routing.decisions.rotation.turns import Look
from routing.decisions.simulation.trial import STAND_IN, Sample, Setup, Step, Sum, Trial, try_turns

PASSED, NOT_PASSED, NOT_APPLICABLE = "passed", "not_passed", "not_applicable"
EACH, WITHIN, ASSIGNED, WRAPS, DEACTIVATED = "each", "within", "assigned", "wraps", "deactivated"

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Check:
    """`why` is a code where a verdict has several causes; `reps` whom it is about, `most` the largest distance."""

    code: str
    verdict: str
    why: str = ""
    reps: tuple[int, ...] = ()
    number: int = 0
    most: Fraction = field(default=Fraction(0))


def checks_of(setup: Setup, samples: Sequence[Sample], trial: Trial) -> list[Check]:
    return [
        _each(trial),
        _within(trial),
        _assigned(trial),
        _wraps(trial),
        _deactivated(setup, samples, trial),
    ]


def way_of(line: Line) -> str:
    """What is shared and how: "value", "smooth" and "blocks" by weight, or "plain" turns."""
    if line.way == Way.VALUE:
        return "value"
    return str(line.way) if line.has_weights else "plain"


def _each(trial: Trial) -> Check:
    """Of those who could be given leads. Who was due less than one may have none: then the leads are too few."""
    able = [each for each in trial.sums if each.is_able]
    without = [each for each in able if not each.got and not each.had]
    if not able:
        return Check(EACH, NOT_APPLICABLE, "nobody")
    if not without:
        return Check(EACH, PASSED, number=len(able))
    due = [each for each in without if each.share + each.lag * _knows_lag(trial) - _room(trial, each) >= 0]
    if due:
        return Check(EACH, NOT_PASSED, "owed" if _made_good(trial) else "", _reps(due), len(able))
    return Check(EACH, NOT_APPLICABLE, "few", _reps(without), len(able))


def _within(trial: Trial) -> Check:
    """Of those who could be given leads from the first to the last one."""
    sums = [each for each in trial.sums if each.is_able and not each.full]
    if len(sums) < 2 or not any(step.is_turn for step in trial.steps):
        return Check(WITHIN, NOT_APPLICABLE, "nobody" if not sums else "alone")
    if any(step.pick.barred for step in trial.steps):
        return Check(WITHIN, NOT_APPLICABLE, "skills")
    way = way_of(trial.line)
    if way == "plain":
        most = max(each.had for each in sums) - min(each.had for each in sums)
        outside = [each for each in sums if abs(each.off) >= ONE] if most > ONE else []
        return Check(WITHIN, PASSED if most <= ONE else NOT_PASSED, way, _reps(outside), len(sums), most)
    outside = [each for each in sums if abs(each.off) > _room(trial, each) + abs(each.lag)]
    most = max(abs(each.off) for each in sums)
    return Check(WITHIN, NOT_PASSED if outside else PASSED, way, _reps(outside), len(sums), most)


def _assigned(trial: Trial) -> Check:
    waits = trial.waits
    stood_in = sum(step.kind == STAND_IN for step in trial.steps)
    return Check(ASSIGNED, NOT_PASSED if waits else PASSED, "fallback" if stood_in else "", number=waits or stood_in)


def _wraps(trial: Trial) -> Check:
    """After the last member the first who can be given a lead comes again. Shares by weight or value know no end of
    the list."""
    if way_of(trial.line) in ("value", "smooth"):
        return Check(WRAPS, NOT_APPLICABLE, "shares")
    turns = [step for step in trial.steps if step.is_turn]
    begun = [step for step in turns if _begins_again(step)]
    if not turns:
        return Check(WRAPS, NOT_APPLICABLE, "nobody")
    if begun:
        wrong = [step.pick.winner.rep_id for step in begun if _left_out(step)]
        return Check(WRAPS, NOT_PASSED if wrong else PASSED, reps=tuple(wrong), number=len(begun))
    laps = sum(_block(trial.line, each.member) for each in trial.sums if each.is_able)
    return Check(WRAPS, NOT_PASSED if len(turns) > laps else NOT_APPLICABLE, "few", number=len(turns))


def _deactivated(setup: Setup, samples: Sequence[Sample], trial: Trial) -> Check:
    """Tried again with one member deactivated: whoever had the first turn."""
    chosen = next((step.pick.chosen for step in trial.steps if step.member is not None), None)
    if chosen is None:
        return Check(DEACTIVATED, NOT_APPLICABLE, "nobody")
    member = next(each for each in setup.line.members if each.member_id == chosen.member_id)
    again = try_turns(setup.without(member), samples)
    if any(step.pick.chosen is not None and step.pick.chosen.rep_id == member.rep_id for step in again.steps):
        return Check(DEACTIVATED, NOT_PASSED, reps=(member.rep_id,))
    if not any(
        look.rep_id == member.rep_id and look.reason == INACTIVE for step in again.steps for look in _asked(step)
    ):
        return Check(DEACTIVATED, NOT_APPLICABLE, "few", (member.rep_id,))
    return Check(DEACTIVATED, PASSED, "wait" if again.waits > trial.waits else "", (member.rep_id,), again.waits)


def _asked(step: Step) -> Iterator[Look]:
    return (step.pick.look_at(each) for each in step.pick.asked)


def _room(trial: Trial, each: Sum) -> Fraction:
    """How far from its share a member may stand: a lead; a block; where value is shared, twice the largest value.

    By weight or value, what was due to those who left, and turns that were made good on top, are shared by the others.
    """
    way = way_of(trial.line)
    if way == "blocks":
        return Fraction(_block(trial.line, each.member))
    if way == "plain":
        return ONE
    able = [one for one in trial.sums if one.is_able]
    weights = sum(one.member.weight for one in able if not one.full) or 1
    largest = max((Fraction(step.pick.size, TURN) for step in trial.steps), default=ONE)
    over = abs(sum((one.lag for one in able), Fraction(0))) + sum(one.made_good for one in able)
    over += sum(largest + abs(one.lag) for one in able if one.full)
    return (2 * largest if way == "value" else ONE) + over * Fraction(each.member.weight, weights)


def _knows_lag(trial: Trial) -> int:
    return int(way_of(trial.line) in ("value", "smooth"))


def _block(line: Line, member: Candidate) -> int:
    """How many turns in a row a member has."""
    if way_of(line) != "blocks":
        return 1
    return member.weight // gcd(*(each.weight for each in line.members if each.weight > 0))


def _begins_again(step: Step) -> bool:
    """The turn went to a place before the one served last, or to that very place, but for a block that goes on."""
    pick = step.pick
    if pick.pointer_before is None or pick.winner.position > pick.pointer_before:
        return False
    goes_on = pick.winner.position == pick.pointer_before and pick.in_block == pick.line.in_block + 1
    return not goes_on


def _left_out(step: Step) -> bool:
    """Somebody further up could have had it."""
    asked, chosen = {each.member_id for each in step.pick.asked}, step.pick.winner
    return any(
        each.position < chosen.position and each.member_id not in asked for each in numbered(step.pick.line.members)
    )


def _made_good(trial: Trial) -> bool:
    return any(each.made_good for each in trial.sums)


def _reps(sums: Sequence[Sum]) -> tuple[int, ...]:
    return tuple(each.member.rep_id for each in sums)
