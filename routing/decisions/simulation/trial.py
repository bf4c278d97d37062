"""Trial of a rotation: who would get the next leads, each with the reason; nothing is saved (F11).

The functions that decide real turns decide these too, on the current state and as if all leads came at this moment.
checks.py says what to expect of the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.fairness import due_of
from routing.decisions.rotation.fallback import assign_anyway, assign_fallback
from routing.decisions.rotation.participation import update_participation
from routing.decisions.rotation.pick import Pick
from routing.decisions.rotation.skipped_turns import SkippedTurnPolicy
from routing.decisions.rotation.state import TURN, Candidate, RotationState, TurnKind, swap_member
from routing.decisions.rotation.turns import apply_pick, pick_next


@dataclass(frozen=True, slots=True)
class SampleLead:
    """One lead: what its turn weighs, and the members who cannot have it, each with the reason."""

    size: int = TURN
    barred: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SimulationSetup:
    """A rotation to simulate turns on. When nobody is available leads wait, unless `assigns_anyway`, or `fallback` is a
    rep."""

    state: RotationState
    policy: SkippedTurnPolicy = SkippedTurnPolicy()
    assigns_anyway: bool = False
    fallback: int | None = None

    def without(self, member: Candidate) -> "SimulationSetup":
        """The same rotation as if this rep were deactivated (F9)."""
        inactive = replace(member, is_available=False, reason=SkipReason.INACTIVE)
        fallback = None if self.fallback == member.rep_id else self.fallback
        return replace(self, state=swap_member(self.state, inactive), fallback=fallback)


@dataclass(frozen=True, slots=True)
class SimulatedTurn:
    """What happens to one lead."""

    pick: Pick
    kind: TurnKind

    @property
    def member(self) -> int | None:
        """None when nobody gets the lead, or the fallback person."""
        return self.pick.chosen.member_id or None if self.pick.chosen else None

    @property
    def is_in_turn(self) -> bool:
        """A turn of the list itself: not an owed one, and not one because nobody was available."""
        return self.kind == TurnKind.IN_TURN


@dataclass(frozen=True, slots=True)
class MemberTotals:
    """One member after all leads. Of the turns of the list itself, `share` is the member's part by weight and `had`
    what the member got (in leads, or in value where value is shared). `due_before` is what was due before the first
    lead, `limit_reached` the limit that the member came to on the way."""

    member: Candidate
    got: int = 0
    owed_given: int = 0
    value: int = 0
    had: Fraction = Fraction(0)
    share: Fraction = Fraction(0)
    due_before: Fraction = Fraction(0)
    limit_reached: str = ""

    @property
    def is_able(self) -> bool:
        """Whether the member could be given the first of the leads."""
        return not self.member.skip_reason

    @property
    def off(self) -> Fraction:
        return self.had - self.share


@dataclass(frozen=True, slots=True)
class Trial:
    """`state` is the rotation before the first lead."""

    state: RotationState
    turns: tuple[SimulatedTurn, ...]
    totals: tuple[MemberTotals, ...]

    @property
    def waits(self) -> int:
        """How many leads nobody gets."""
        return sum(turn.kind == TurnKind.WAITS for turn in self.turns)


def run_trial(setup: SimulationSetup, samples: Sequence[SampleLead]) -> Trial:
    """These leads one after the other. A lead that nobody can have does not hold up the leads behind it."""
    state, changes = update_participation(setup.state, setup.state.away_for, setup.policy)
    away_for = dict(setup.state.away_for) | {change.before.member_id: change.away_for for change in changes}
    first, turns = state, []
    for sample in samples:
        turn = simulate_turn(setup, state, sample)
        turns.append(turn)
        if turn.member is None:
            continue
        state, changes = update_participation(apply_pick(state, turn.pick), away_for, setup.policy)
        away_for |= {change.before.member_id: change.away_for for change in changes}
    shares = _shares(turns)
    last = {each.member_id: each for each in state.members}
    totals = (_totals(each, last[each.member_id], first, turns, shares) for each in first.members)
    return Trial(first, tuple(turns), tuple(totals))


def simulate_turn(setup: SimulationSetup, state: RotationState, sample: SampleLead) -> SimulatedTurn:
    pick = pick_next(state, barred=sample.barred, size=sample.size)
    if pick.chosen is not None:
        return SimulatedTurn(pick, TurnKind.OWED if pick.is_owed else TurnKind.IN_TURN)
    if setup.assigns_anyway:
        pick = assign_anyway(pick)
        return SimulatedTurn(pick, TurnKind.ANYWAY if pick.chosen else TurnKind.WAITS)
    if setup.fallback is None:
        return SimulatedTurn(pick, TurnKind.WAITS)
    return SimulatedTurn(assign_fallback(pick, setup.fallback), TurnKind.FALLBACK)


def _totals(
    member: Candidate,
    last: Candidate,
    first: RotationState,
    turns: Sequence[SimulatedTurn],
    shares: Mapping[int, Fraction],
) -> MemberTotals:
    pk, own = member.member_id, [turn for turn in turns if turn.member == member.member_id]
    had = sum(turn.pick.size for turn in own if turn.is_in_turn)
    return MemberTotals(
        member=member,
        got=len(own),
        owed_given=sum(turn.kind == TurnKind.OWED for turn in own),
        value=sum(turn.pick.size for turn in own),
        had=Fraction(had, TURN),
        share=shares.get(pk, Fraction(0)),
        due_before=Fraction(first.balance_of(member) - member.owed * TURN, TURN),
        limit_reached="" if member.skip_reason else last.skip_reason,
    )


def _shares(turns: Sequence[SimulatedTurn]) -> dict[int, Fraction]:
    """Each member's part of the turns of the list itself: by weight among those who could have had each of them."""
    sizes: dict[tuple[tuple[int, int], ...], int] = {}
    for turn in turns:
        if not turn.is_in_turn:
            continue
        barred = turn.pick.barred or {}
        sharing = tuple(
            (each.member_id, each.weight)
            for each in turn.pick.state.members
            if not each.skip_reason and each.member_id not in barred
        )
        sizes[sharing] = sizes.get(sharing, 0) + turn.pick.size
    return due_of(sizes, unit=TURN)
