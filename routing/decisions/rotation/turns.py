"""Turns: who is next in a rotation, and who is passed over and why (F1-F4, F8, L11, C6).

Of every lead, each member who may have it is due a part by weight, and who gets it is charged one. Owed turns come
first; to whom every other lead goes is a question of the rotation's strategy (strategies/).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from routing.decisions.rotation.needs import count_need
from routing.decisions.rotation.pick import Pick, forced_shares, members_barred_alone, sharing_weight
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy, advance_clock, settle_balance
from routing.decisions.rotation.strategies.by_room import by_room, most_room
from routing.decisions.rotation.strategies.by_turns import earliest_deadline, pick_in_blocks, pick_most_due
from routing.decisions.rotation.strategies.by_value import count_for_spread, pick_by_value


def pick_next(
    state: RotationState, *, barred: Mapping[int, str] | None = None, size: int = TURN, need: str = ""
) -> Pick:
    """Whose turn it is. When nobody is available, nobody is chosen and the pointer stays.

    Members who are owed a turn come first; the members behind them then count as not reached. With `need` the groups
    of members that lack it share a clock (needs.py); they are among the `barred`.
    """
    pick = _pick_next(state, barred, size)
    return replace(pick, need=need) if need else pick


def _pick_next(state: RotationState, barred: Mapping[int, str] | None, size: int) -> Pick:
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
        return pick_by_value(state, in_turn, able, barred, size)
    if state.strategy.compares_room:
        chosen = most_room(able)
    elif state.has_weights and state.strategy == Strategy.SMOOTH:
        chosen = earliest_deadline(state, able, barred, size)
    elif state.has_weights:
        return pick_in_blocks(state, in_turn, able, barred)
    else:
        return pick_most_due(state, in_turn, able, barred)
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
    run, chosen = virtual - state.virtual, pick.chosen.member_id
    alone = members_barred_alone(pick)
    moved = {chosen, *forced, *alone, *pick.deferred}
    clock = virtual - state.behind.get(pick.chosen.group, 0)

    def after(each: Candidate) -> Candidate:
        if each.member_id in forced:
            each = replace(each, balance=each.balance + forced[each.member_id])
        if each.member_id in alone and each.takes_part:  # this lead could not be theirs
            each = replace(each, balance=each.balance - each.weight * run)
        if each.member_id in pick.deferred:
            each = replace(each, comes_first=True)
        if each.member_id == chosen:
            each = _charge(settle_balance(each, clock), pick, turn=state.turns + 1)
            each = each if pick.is_owed else count_for_spread(state, each)
        return each

    state = count_need(state, pick.need, run) if pick.need else state
    return replace(
        state,
        members=tuple([after(each) if each.member_id in moved else each for each in state.members]),
        pointer=pick.pointer_after,
        in_block=pick.in_block,
        virtual=virtual,
        rest=rest,
        turns=state.turns + 1,
    )


def join_available(state: RotationState) -> RotationState:
    """Those who can be given leads take part from now on, the others do not (F6b). Nothing is owed for skipped turns
    here, as in a preview nobody has been away yet (skipped_turns.py says what is owed)."""
    members = tuple(
        each
        if each.takes_part != bool(each.skip_reason)
        else settle_balance(each, state.clock_of(each), takes_part=not each.skip_reason)
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
    if state.strategy.compares_room:
        line = by_room(state)
        owed = [each for each in state.in_turn if each in line and each.owed > 0 and each.owed_today != 0]
        return list(dict.fromkeys(each.rep_id for each in (*owed, *line)))
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


def balance_with_lead(state: RotationState, member: Candidate, barred: Collection[int]) -> int:
    """The balance with the part of a lead that only the barred members cannot have, in units; owed turns included."""
    virtual, _rest = advance_clock(state.virtual, state.rest, size=TURN, weights=sharing_weight(state, barred))
    return member.balance_at(virtual - state.behind.get(member.group, 0))


def _charge(member: Candidate, pick: Pick, *, turn: int) -> Candidate:
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
        room=member.room - pick.state.strategy.compares_room,
        last_turn=turn,
    )
