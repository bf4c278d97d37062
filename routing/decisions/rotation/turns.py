"""Turns: who is next in a rotation, and who is passed over and why (F1-F4, F8, L11, C6).

Of every lead, each member who may have it is due a part by weight, and who gets it is charged one. The balance of a
member is what was due less what was given, without the turns that are owed on top of it. Next is the member with the
largest balance, counted in turns that have begun: up to one turn is one, more than one is two. So a part of a turn
never jumps the list, but nobody falls a turn behind. Equal members go in list order behind the one served last (its
position is the pointer), but a member who was passed over only because of one lead comes first for the next. In blocks
(F4) balances are counted in blocks that have begun.

With different weights, spread evenly: of those who are due anything, the member whose next turn must come soonest is
served, and among equals the first in turn. (This is earliest-deadline-first scheduling: each turn of a member has a
window, and serving the window that closes first keeps all of them, which the largest balance would not.) Every member
is within one turn of the share at every moment.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.state import (
    ROUNDING,
    TURN,
    Candidate,
    CandidateOutcome,
    CandidateResult,
    RotationState,
    Strategy,
    advance_clock,
    settle_balance,
)


@dataclass(frozen=True, slots=True)
class Pick:
    """One turn. `considered` are the members who were skipped before the choice fell. `barred` are members who cannot
    have this very lead, each with the reason; the `deferred` of them would have been next, and come first for another
    lead. `size` is what the turn weighs: TURN, or the lead's value in a rotation that shares value."""

    chosen: Candidate | None
    state: RotationState
    considered: tuple[Candidate, ...] = ()
    barred: Mapping[int, str] | None = None
    is_owed: bool = False
    deferred: tuple[int, ...] = ()
    in_block: int = 0
    size: int = TURN

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
            else member.skip_reason or (self.barred or {}).get(member.member_id, "") or SkipReason.DUE_LESS
        )
        outcome = CandidateOutcome.CHOSEN if is_chosen else CandidateOutcome.SKIPPED
        return CandidateResult(member.member_id, member.rep_id, member.position, outcome, why)


def pick_next(state: RotationState, *, barred: Mapping[int, str] | None = None, size: int = TURN) -> Pick:
    """Whose turn it is. When nobody is available, nobody is chosen and the pointer stays.

    Members who are owed a turn come first; the members behind them then count as not reached.
    """
    barred = barred or {}
    in_turn = state.in_turn
    able = [each for each in in_turn if not each.skip_reason and each.member_id not in barred]
    owed = [each for each in able if each.owed > 0 and each.owed_today != 0]
    if owed:
        waiting = [each for each in in_turn if each.owed > 0]
        before = tuple(waiting[: waiting.index(owed[0])])
        return Pick(owed[0], state, before, barred, is_owed=True, in_block=state.in_block, size=size)
    if not able:
        return Pick(None, state, tuple(in_turn), barred, in_block=state.in_block, size=size)
    if state.strategy == Strategy.VALUE:
        chosen = _furthest_below(state, able, barred, size)
    elif state.has_weights and state.strategy == Strategy.SMOOTH:
        chosen = _earliest_deadline(state, able, barred, size)
    elif state.has_weights:
        return _pick_in_blocks(state, in_turn, able, barred)
    else:
        return _pick_most_due(state, in_turn, able, barred)
    considered = tuple(each for each in in_turn if each.skip_reason or each.member_id in barred)
    return Pick(chosen, state, considered, barred, size=size)


def apply_pick(state: RotationState, pick: Pick) -> RotationState:
    """The rotation after this turn: the clock has moved on, and the lead is charged to the member who got it."""
    if pick.chosen is None:
        return state
    forced = forced_shares(state, pick)
    sharing = sharing_weight(state, pick.barred or ())
    size = pick.size - sum(forced.values())
    virtual, rest = advance_clock(state.virtual, state.rest, size=size, weights=sharing)
    run = virtual - state.virtual
    members = []
    for each in state.members:
        if each.member_id in forced:
            each = replace(each, balance=each.balance + forced[each.member_id])
        if each.member_id in (pick.barred or ()) and each.takes_part:  # this lead could not be theirs
            each = replace(each, balance=each.balance - each.weight * run)
        if each.member_id in pick.deferred:
            each = replace(each, comes_first=True)
        if each.member_id == pick.chosen.member_id:
            each = _charge(settle_balance(each, virtual), pick)
        members.append(each)
    return replace(
        state,
        members=tuple(members),
        pointer=pick.pointer_after,
        in_block=pick.in_block,
        virtual=virtual,
        rest=rest,
    )


def join_available(state: RotationState) -> RotationState:
    """Those who can be given leads take part from now on, the others do not (F6b). Nothing is owed for skipped turns
    here, as in a preview nobody has been away yet (skipped_turns.py says what is owed)."""
    members = tuple(
        each
        if each.takes_part != bool(each.skip_reason)
        else settle_balance(each, state.virtual, takes_part=not each.skip_reason)
        for each in state.members
    )
    return state if members == state.members else replace(state, members=members)


def pick_many(state: RotationState, k: int, *, size: int = TURN) -> tuple[Pick, ...]:
    """`k` turns in a row. Always `k` picks; with nobody available none of them has a chosen member."""
    picks = []
    state = join_available(state)
    for _turn in range(k):
        picks.append(pick_next(state, size=size))
        state = join_available(apply_pick(state, picks[-1]))
    return tuple(picks)


def upcoming_reps(state: RotationState) -> list[int]:
    """Rep ids in the order of their next turns if nothing changes; without those who would be passed over now."""
    able = [each for each in state.in_turn if not each.skip_reason]
    order: list[int] = []
    state = join_available(state)
    for _turn in range(len(able) * 8):
        pick = pick_next(state)
        if pick.chosen is None or len(order) == len(able):
            break
        if pick.chosen.rep_id not in order:
            order.append(pick.chosen.rep_id)
        state = apply_pick(state, pick)
    return order + [each.rep_id for each in able if each.rep_id not in order]


def sharing_weight(state: RotationState, barred: Collection[int]) -> int:
    """The sum of the weights of those who share this turn: all who take part and can have this lead."""
    return sum(each.weight for each in state.members if each.takes_part and each.member_id not in barred)


def forced_shares(state: RotationState, pick: Pick) -> dict[int, int]:
    """The parts, in units by member, of a lead that is assigned anyway while nobody takes part (F6): all who could have
    been chosen share it. Empty for every other lead."""
    barred = pick.barred or {}
    if pick.chosen is None or not pick.winner.member_id or sharing_weight(state, barred) > 0:
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


def balance_with_lead(state: RotationState, member: Candidate, barred: Collection[int]) -> int:
    """The balance with the part of a lead that only the barred members cannot have, in units; owed turns included."""
    virtual, _rest = advance_clock(state.virtual, state.rest, size=TURN, weights=sharing_weight(state, barred))
    return member.balance_at(virtual)


def _charge(member: Candidate, pick: Pick) -> Candidate:
    remaining = None if member.remaining is None else member.remaining - 1
    today = member.owed_today
    if pick.is_owed:
        today = None if today is None else today - 1
    return replace(
        member,
        comes_first=member.comes_first and pick.is_owed,
        balance=member.balance - pick.size,
        owed=member.owed - pick.is_owed,
        owed_today=today,
        remaining=remaining,
    )


def _pick_most_due(
    state: RotationState, in_turn: list[Candidate], able: list[Candidate], barred: Mapping[int, str]
) -> Pick:
    """The member with the largest balance in whole turns; among equals the first in turn (L11)."""
    due = _turns_begun(state, barred, unit={each.member_id: TURN for each in in_turn})
    chosen = max(able, key=lambda each: (due[each.member_id], each.comes_first))  # among equals the first
    before = _passed_over(in_turn, chosen, due, barred)
    as_due = [each for each in before if not each.skip_reason and due[each.member_id] >= due[chosen.member_id]]
    return Pick(chosen, state, before, barred, deferred=tuple(each.member_id for each in as_due))


def _pick_in_blocks(
    state: RotationState, in_turn: list[Candidate], able: list[Candidate], barred: Mapping[int, str]
) -> Pick:
    """Each member has a whole block of turns before the next one begins; it is the block of the member with the largest
    balance in whole blocks (F4, L11)."""
    unit = gcd(*(each.weight for each in state.members if each.weight > 0))
    block = {each.member_id: max(each.weight // unit, 1) * TURN for each in in_turn}
    last = in_turn[-1]
    is_going_on = last.position == state.pointer and state.in_block * TURN < block[last.member_id]
    if is_going_on and last in able:
        return Pick(last, state, (), barred, in_block=state.in_block + 1)
    due = _turns_begun(state, barred, unit=block)
    chosen = max(able, key=lambda each: due[each.member_id])  # among equals the first
    return Pick(chosen, state, _passed_over(in_turn, chosen, due, barred), barred, in_block=1)


def _passed_over(
    in_turn: Sequence[Candidate], chosen: Candidate, due: Mapping[int, int], barred: Mapping[int, str]
) -> tuple[Candidate, ...]:
    """Who stands before the chosen member and could not have the lead, or is due less."""
    return tuple(
        each
        for each in in_turn[: in_turn.index(chosen)]
        if each.skip_reason or each.member_id in barred or due[each.member_id] < due[chosen.member_id]
    )


def _turns_begun(state: RotationState, barred: Mapping[int, str], *, unit: Mapping[int, int]) -> dict[int, int]:
    """By member, how many turns (or blocks of `unit`) of the balance have begun with this lead; owed turns apart."""
    virtual, _rest = advance_clock(state.virtual, state.rest, size=TURN, weights=sharing_weight(state, barred))
    return {
        each.member_id: -((each.owed * TURN - each.balance_at(virtual) + ROUNDING) // unit[each.member_id])
        for each in state.members
    }


def _earliest_deadline(
    state: RotationState, able: Sequence[Candidate], barred: Mapping[int, str], size: int
) -> Candidate:
    """Of those who are due anything with this turn, the member who would be a whole turn behind the share soonest."""
    weights = sharing_weight(state, barred)
    virtual, _rest = advance_clock(state.virtual, state.rest, size=size, weights=weights)
    due = [each for each in able if each.balance_at(virtual) > ROUNDING]
    if not due:  # a member with a large balance has left
        return max(able, key=lambda each: each.balance_at(virtual))
    return min(due, key=lambda each: _turns_left(each.balance_at(state.virtual), each.weight, weights))


def _turns_left(balance: int, weight: int, weights: int) -> int:
    """After how many turns the member would be a whole turn behind the share, rounded up."""
    return -((balance - TURN + ROUNDING) * weights // (weight * TURN))


def _furthest_below(state: RotationState, able: Sequence[Candidate], barred: Mapping[int, str], size: int) -> Candidate:
    """The member furthest below the share of value with this lead counted (F8); among equals the first in turn."""
    virtual, _rest = advance_clock(state.virtual, state.rest, size=size, weights=sharing_weight(state, barred))
    return max(able, key=lambda each: each.balance_at(virtual))
