"""Turns that are shared by the value of their leads (F8)."""

from collections.abc import Mapping, Sequence

from routing.decisions.rotation.pick import sharing_weight
from routing.decisions.rotation.state import Candidate, RotationState, advance_clock


def furthest_below(state: RotationState, able: Sequence[Candidate], barred: Mapping[int, str], size: int) -> Candidate:
    """The member furthest below the share of value with this lead counted (F8); among equals the first in turn."""
    virtual, _rest = advance_clock(state.virtual, state.rest, size=size, weights=sharing_weight(state, barred))
    return max(able, key=lambda each: each.balance_at(virtual))
