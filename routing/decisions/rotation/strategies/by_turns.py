"""Turns that are shared as turns: plain, in blocks, or spread evenly by weight (F1, F4, L11).

The balance of a member is what was due less what was given, without the turns that are owed on top of it. Next is the
member with the largest balance. Any part of the first turn counts as one turn, so that a part never jumps the list; who
is due more than a turn, or nothing, is compared exactly, so that nobody falls far behind. Equal members go in list
order behind the one served last (its position is the pointer), but a member who was passed over only because of one
lead comes first for the next. In blocks (F4) balances are counted in blocks that have begun.

With different weights, spread evenly: of those who are due anything, the member whose next turn must come soonest is
served, and among equals the first in turn. (This is earliest-deadline-first scheduling: each turn of a member has a
window, and serving the window that closes first keeps all of them, which the largest balance would not.) Every member
is within one turn of the share at every moment.
"""

from collections.abc import Mapping, Sequence
from math import gcd

from routing.decisions.rotation.pick import Pick, balances_with_lead, sharing_weight
from routing.decisions.rotation.state import ROUNDING, TURN, Candidate, RotationState


def pick_most_due(
    state: RotationState, in_turn: list[Candidate], able: list[Candidate], barred: Mapping[int, str]
) -> Pick:
    """The member with the largest balance; among equals the first in turn (L11)."""
    due = {pk: _in_steps(balance) for pk, balance in balances_with_lead(state, barred).items()}
    chosen = max(able, key=lambda each: (due[each.member_id], each.comes_first))  # among equals the first
    before = _passed_over(in_turn, chosen, due, barred)
    rank = (due[chosen.member_id], chosen.comes_first)
    as_due = [each for each in before if not each.skip_reason and (due[each.member_id], each.comes_first) >= rank]
    return Pick(chosen, state, before, barred, deferred=tuple(each.member_id for each in as_due))


def pick_in_blocks(
    state: RotationState, in_turn: list[Candidate], able: list[Candidate], barred: Mapping[int, str]
) -> Pick:
    """Each member has a whole block of turns before the next one begins; it is the block of the member with the largest
    balance in whole blocks (F4, L11)."""
    unit = gcd(*(each.weight for each in state.members if each.weight > 0))
    block = {each.member_id: max(each.weight // unit, 1) * TURN for each in in_turn}
    last = in_turn[-1]
    is_going_on = last.position == state.pointer and 0 < state.in_block * TURN < block[last.member_id]
    if is_going_on and last in able:
        return Pick(last, state, (), barred, in_block=state.in_block + 1)
    due = _blocks_begun(state, barred, unit=block)
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


def _in_steps(balance: int) -> int:
    """A balance as it is compared: any part of the first turn is one turn."""
    if ROUNDING < balance <= TURN + ROUNDING:
        return TURN // ROUNDING
    return (balance + ROUNDING // 2) // ROUNDING


def _blocks_begun(state: RotationState, barred: Mapping[int, str], *, unit: Mapping[int, int]) -> dict[int, int]:
    """By member, how many blocks of `unit` of the balance have begun with this lead."""
    return {pk: -((ROUNDING - balance) // unit[pk]) for pk, balance in balances_with_lead(state, barred).items()}


def earliest_deadline(
    state: RotationState, able: Sequence[Candidate], barred: Mapping[int, str], size: int
) -> Candidate:
    """Of those who are due anything with this turn, the member who would be a whole turn behind the share soonest."""
    weights, balances = sharing_weight(state, barred), balances_with_lead(state, barred, size=size)
    due = [each for each in able if balances[each.member_id] > ROUNDING]
    if not due:  # a member with a large balance has left
        return max(able, key=lambda each: balances[each.member_id])
    return min(due, key=lambda each: _turns_left(balances[each.member_id], each.weight, weights))


def _turns_left(balance: int, weight: int, weights: int) -> int:
    """After how many more turns the member would be a whole turn behind the share, rounded up."""
    return -((balance - TURN + ROUNDING) * weights // (weight * TURN))
