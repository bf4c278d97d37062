"""Try a rotation: who would get the next leads, each with the reason; nothing is kept (F11).

Turns are decided by the functions that decide real ones, on the standing of now and as if all leads came at this
moment. decisions.trial_checks says what is to be expected of the outcome.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from routing.decisions.availability.status import INACTIVE
from routing.decisions.fairness import due_of
from routing.decisions.rotation.fallback import anyway, stood_in
from routing.decisions.rotation.participation import noticed
from routing.decisions.rotation.skipped_turns import Skipped
from routing.decisions.rotation.state import TURN, Candidate, Line
from routing.decisions.rotation.turns import Pick, after, pick_next

IN_TURN, OWED, STAND_IN, ANYWAY, WAITS = "in_turn", "owed", "fallback", "anyway", "waits"


@dataclass(frozen=True, slots=True)
class Sample:
    """One lead: what its turn weighs, and the members who cannot have it, with why."""

    size: int = TURN
    barred: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setup:
    """A rotation as it stands. When nobody is available leads wait, unless `is_anyway`, or `stand_in` is a rep."""

    line: Line
    skipped: Skipped = Skipped()
    away_for: Mapping[int, str] = field(default_factory=dict)
    is_anyway: bool = False
    stand_in: int | None = None

    def without(self, member: Candidate) -> "Setup":
        """The same rotation as if this rep had been deactivated (F9)."""
        gone = replace(member, is_available=False, reason=INACTIVE)
        members = tuple(gone if each.member_id == member.member_id else each for each in self.line.members)
        stand_in = None if self.stand_in == member.rep_id else self.stand_in
        return replace(self, line=replace(self.line, members=members), stand_in=stand_in)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one lead."""

    pick: Pick
    kind: str

    @property
    def member(self) -> int | None:
        """None: nobody, or the person from outside."""
        return self.pick.chosen.member_id or None if self.pick.chosen else None

    @property
    def is_turn(self) -> bool:
        """The list had this turn, not a debt, nor a rule for when there is nobody."""
        return self.kind == IN_TURN


@dataclass(frozen=True, slots=True)
class Sum:
    """One member after all leads. `share` is what the turns of the list come to by weight (in leads, or in value of
    TURN where value is shared), `had` what the member got of them, `lag` what was due before."""

    member: Candidate
    got: int = 0
    made_good: int = 0
    value: int = 0
    had: Fraction = Fraction(0)
    share: Fraction = Fraction(0)
    lag: Fraction = Fraction(0)
    full: str = ""

    @property
    def is_able(self) -> bool:
        """Could be given leads when the first of them came."""
        return not self.member.skip_reason

    @property
    def off(self) -> Fraction:
        return self.had - self.share


@dataclass(frozen=True, slots=True)
class Trial:
    """`line` is the rotation before the first lead."""

    line: Line
    steps: tuple[Step, ...]
    sums: tuple[Sum, ...]

    @property
    def waits(self) -> int:
        return sum(step.kind == WAITS for step in self.steps)


def try_turns(setup: Setup, samples: Sequence[Sample]) -> Trial:
    """These leads in a row; one for which there is nobody does not hold up those behind it."""
    line, moves = noticed(setup.line, setup.away_for, setup.skipped)
    away_for = dict(setup.away_for) | {move.before.member_id: move.away_for for move in moves}
    first, steps = line, []
    for sample in samples:
        step = step_of(setup, line, sample)
        steps.append(step)
        if step.member is None:
            continue
        line, moves = noticed(after(line, step.pick), away_for, setup.skipped)
        away_for |= {move.before.member_id: move.away_for for move in moves}
    shares = _shares(steps)
    last = {each.member_id: each for each in line.members}
    return Trial(
        first,
        tuple(steps),
        tuple(_sum(each, last[each.member_id], first, steps, shares) for each in first.members),
    )


def step_of(setup: Setup, line: Line, sample: Sample) -> Step:
    pick = pick_next(line, barred=sample.barred, size=sample.size)
    if pick.chosen is not None:
        return Step(pick, OWED if pick.is_owed else IN_TURN)
    if setup.is_anyway:
        pick = anyway(pick)
        return Step(pick, ANYWAY if pick.chosen else WAITS)
    return Step(pick, WAITS) if setup.stand_in is None else Step(stood_in(pick, setup.stand_in), STAND_IN)


def _sum(member: Candidate, last: Candidate, first: Line, steps: Sequence[Step], shares: Mapping[int, Fraction]) -> Sum:
    pk, own = member.member_id, [step for step in steps if step.member == member.member_id]
    in_advance = sum(step.pick.passed.count(pk) for step in steps if step.is_turn)
    had = sum(step.pick.size for step in own if step.is_turn) + in_advance * TURN
    return Sum(
        member=member,
        got=len(own),
        made_good=sum(step.kind == OWED for step in own),
        value=sum(step.pick.size for step in own),
        had=Fraction(had, TURN),
        share=shares.get(pk, Fraction(0)),
        lag=Fraction(member.lag(first.virtual) - member.owed * TURN, TURN),
        full="" if member.skip_reason else last.skip_reason,
    )


def _shares(steps: Sequence[Step]) -> dict[int, Fraction]:
    """What the turns of the list come to for each member: by weight among those who could have had them."""
    sizes: dict[tuple[tuple[int, int], ...], int] = {}
    for step in steps:
        if not step.is_turn:
            continue
        barred = step.pick.barred or {}
        sharing = tuple(
            (each.member_id, each.weight)
            for each in step.pick.line.members
            if not each.skip_reason and each.member_id not in barred
        )
        sizes[sharing] = sizes.get(sharing, 0) + step.pick.size
    return due_of(sizes, unit=TURN)
