"""Keeps the clock and the balances of a rotation within what their columns hold: 9.2 x 10^18.

One lead moves the clock and each balance by at most 10^18: that is a deal of 10^12, the most that a lead's field takes,
shared by weights of 0.01 in all (F8).
"""

from dataclasses import replace

from routing.decisions.rotation.state import RotationState, Strategy, settle_balance

BOUND = 2 * 10**18


def is_clock_out_of_range(state: RotationState) -> bool:
    return abs(state.virtual) > BOUND


def is_balance_out_of_range(state: RotationState) -> bool:
    """Only shared value knows no limit for what somebody who is away is due."""
    if state.strategy != Strategy.VALUE:
        return False
    return any(abs(state.balance_of(each)) > BOUND for each in state.members)


def restart_clock(state: RotationState) -> RotationState:
    """The clock stands at zero again and nobody is due more or less. Of members who are away, and are due turns up to a
    limit, it is kept since when."""
    settled = [
        each
        if each.takes_part and each.skip_reason and state.strategy != Strategy.VALUE
        else settle_balance(each, state.clock_of(each))
        for each in state.members
    ]
    members = tuple(replace(each, base=each.base - state.clock_of(each)) for each in settled)
    return replace(state, members=members, virtual=0, needs={}, behind={})
