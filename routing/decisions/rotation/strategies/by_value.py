"""Turns that are shared by the value of their leads, and the spread limit (F8).

With a spread limit of N nobody gets more than N leads more than somebody else who may have them. Of those who can have
a lead, a member who is N leads ahead of the one with the fewest is passed over until that one has caught up. The one
with the fewest is never passed over, so no lead is held because of the limit.

If weights differ, leads are counted for each unit of weight, the smallest weight of those who can have the lead being
one unit: with N = 2, a member of weight 3 beside one of weight 1 may be 6 leads ahead. Owed turns do not count, because
they stand for turns that went wrong or were promised. Who joins or comes back is level with the fewest of those who are
there, or keeps a higher count, so that nobody gets a flood; and a new weight keeps the place of a member among the
others. Counting begins when the limit is set, and with each reset.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from routing.decisions.rotation.pick import Pick, balances_with_lead
from routing.decisions.rotation.state import Candidate, RotationState


def pick_by_value(
    state: RotationState, in_turn: Sequence[Candidate], able: Sequence[Candidate], barred: Mapping[int, str], size: int
) -> Pick:
    """The member furthest below the share of value with this lead counted; among equals the first in turn."""
    balances = balances_with_lead(state, barred, size=size)
    far = too_far_ahead(able, state.spread_limit)
    chosen = max((each for each in able if each.member_id not in far), key=lambda each: balances[each.member_id])
    place = in_turn.index(chosen)
    ahead = tuple(
        each.member_id
        for number, each in enumerate(in_turn)
        if each.member_id in far
        and (balances[each.member_id], -number) > (balances[chosen.member_id], -place)  # would have had the lead
    )
    considered = tuple(
        each for each in in_turn if each.skip_reason or each.member_id in barred or each.member_id in ahead
    )
    return Pick(chosen, state, considered, barred, size=size, ahead=ahead)


def too_far_ahead(able: Sequence[Candidate], limit: int | None) -> Collection[int]:
    """Who of those who can have a lead is `limit` leads or more ahead of the one with the fewest."""
    if limit is None:
        return ()
    unit = min(each.weight for each in able)
    counts = {each.member_id: Fraction(each.spread_count * unit, each.weight) for each in able}
    fewest = min(counts.values())
    return {pk for pk, count in counts.items() if count - fewest >= limit}


def count_for_spread(state: RotationState, member: Candidate, leads: int = 1) -> Candidate:
    """The member with so many leads more, or fewer, where a spread limit counts them."""
    if state.spread_limit is None:
        return member
    return replace(member, spread_count=max(member.spread_count + leads, 0))


def level_spread(member: Candidate, present: Iterable[Candidate]) -> Candidate:
    """Who joins or comes back has no fewer leads, for each unit of weight, than the one with the fewest of those who
    are there."""
    if member.weight <= 0:
        return member
    counts = [-(-each.spread_count * member.weight // each.weight) for each in present if each.weight > 0]
    return replace(member, spread_count=max(member.spread_count, min(counts, default=0)))


def reweigh(count: int, *, old: int, new: int) -> int:
    """The count that stands for as many leads for each unit of the new weight as before (L10), rounded up."""
    return -(-count * new // old) if old > 0 and new > 0 else count
