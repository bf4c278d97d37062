"""What one turn decided: who gets the lead, who was passed over, and who shares it (C6, L11)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.needs import lacks
from routing.decisions.rotation.state import (
    TURN,
    Candidate,
    CandidateOutcome,
    CandidateResult,
    RotationState,
    advance_clock,
)


@dataclass(frozen=True, slots=True)
class Pick:
    """One turn. `considered` are the members who were skipped before the choice fell. `barred` are members who cannot
    have this very lead, each with the reason; the `deferred` of them would have been next, and come first for another
    lead. `ahead` are those whom the spread limit passed over. `size` is what the turn weighs: TURN, or the lead's value
    in a rotation that shares value; `need` names the skill it asks for (needs.py)."""

    chosen: Candidate | None
    state: RotationState
    considered: tuple[Candidate, ...] = ()
    barred: Mapping[int, str] | None = None
    is_owed: bool = False
    deferred: tuple[int, ...] = ()
    in_block: int = 0
    size: int = TURN
    ahead: tuple[int, ...] = ()
    need: str = ""

    @property
    def winner(self) -> Candidate:
        """The member who has the turn; only where somebody has it."""
        assert self.chosen is not None
        return self.chosen

    @property
    def pointer_before(self) -> int | None:
        return self.state.pointer

    @property
    def pointer_after(self) -> int | None:
        return self.state.pointer if self.chosen is None or self.is_owed else self.chosen.position

    @property
    def results(self) -> tuple[CandidateResult, ...]:
        """Every member in turn order; only those considered before the choice fell can have been skipped."""
        reached = {each.member_id: self.result_of(each) for each in (*self.considered, *filter(None, [self.chosen]))}
        return tuple(
            reached.get(each.member_id)
            or CandidateResult(each.member_id, each.rep_id, each.position, CandidateOutcome.NOT_REACHED)
            for each in self.state.in_turn
        )

    def result_of(self, member: Candidate) -> CandidateResult:
        """What happened to one of the considered, or to the chosen member."""
        is_chosen = self.chosen is not None and member.member_id == self.chosen.member_id
        why = (
            ""
            if is_chosen
            else member.skip_reason
            or (self.barred or {}).get(member.member_id, "")
            or (SkipReason.AHEAD if member.member_id in self.ahead else SkipReason.DUE_LESS)
        )
        outcome = CandidateOutcome.CHOSEN if is_chosen else CandidateOutcome.SKIPPED
        return CandidateResult(member.member_id, member.rep_id, member.position, outcome, why)


def sharing_weight(state: RotationState, barred: Collection[int]) -> int:
    """The sum of the weights of those who share this turn: all who take part and can have this lead."""
    return sum([each.weight for each in state.members if each.takes_part and each.member_id not in barred])


def members_barred_alone(pick: Pick) -> set[int]:
    """The barred members whose clock goes on although they cannot have this lead; not those who lack the skill."""
    alone = {pk for pk, why in (pick.barred or {}).items() if not pick.need or why != SkipReason.NO_SKILL}
    if not pick.need or not alone:
        return alone
    return {
        each.member_id for each in pick.state.members if each.member_id in alone and not lacks(each.group, pick.need)
    }


def balances_with_lead(state: RotationState, barred: Collection[int], *, size: int = TURN) -> dict[int, int]:
    """By member, with the part of this lead, in units. Owed turns are left out, and with them what all have paid for
    those that are still to come: turns ahead of the others decide nothing about the turns behind them."""
    virtual, _rest = advance_clock(state.virtual, state.rest, size=size, weights=sharing_weight(state, barred))
    behind, owed = state.behind, sum([each.owed for each in state.members]) * TURN
    whole = sharing_weight(state, ()) if owed else 0
    return {
        each.member_id: each.balance_at(virtual - behind.get(each.group, 0))
        - each.owed * TURN
        + (owed * each.weight // whole if owed and each.takes_part else 0)
        for each in state.members
    }


def forced_shares(state: RotationState, pick: Pick) -> dict[int, int]:
    """The parts, in units by member, of a lead that is assigned anyway while nobody takes part (F6): all who could have
    been chosen share it. Empty for every other lead."""
    barred = pick.barred or {}
    if pick.chosen is None or not pick.winner.member_id or _is_shared(state, barred):
        return {}
    asked = [
        each
        for each in state.members
        if each.weight > 0
        and each.member_id not in barred
        and each.skip_reason not in (SkipReason.INACTIVE, SkipReason.PAUSED)
    ]
    whole = sum(each.weight for each in asked)
    return {each.member_id: pick.size * each.weight // whole for each in asked}


def _is_shared(state: RotationState, barred: Collection[int]) -> bool:
    return any(each.weight > 0 and each.takes_part and each.member_id not in barred for each in state.members)
