"""Bring what members were given into proportion to their weights over the next leads, once (F10).

Each balance becomes what the member should have of all leads given in a span, less what the member was given in it.
Owed turns stay owed on top, and what absences that go on have missed stays missed. Together the members who take turns
are due as much as before, so all balances stay at zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.state import (
    ROUNDING,
    TURN,
    Candidate,
    RotationState,
    Strategy,
    keep_missed,
    spread,
)

SETTLED_BY = (Strategy.SMOOTH, Strategy.BLOCKS)  # the others compare something else than turns


class Span(StrEnum):
    """Which leads count."""

    RESET = "reset"
    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    EVER = "ever"

    @property
    def length(self) -> timedelta | None:
        return timedelta(days=int(self)) if self.isdigit() else None


@dataclass(frozen=True, slots=True)
class Settlement:
    """By member: how many leads were `given`, and by how much the balance changes, in units. `leads` is how many more
    leads it takes until the counts are in proportion."""

    given: Mapping[int, int]
    deltas: Mapping[int, int]
    leads: int

    @property
    def is_level(self) -> bool:
        return all(abs(delta) <= ROUNDING for delta in self.deltas.values())


def settlement_of(
    state: RotationState, given: Mapping[int, int], missed: Mapping[int, int] | None = None
) -> Settlement:
    """For the members who take turns, also those who are away now; not for who is paused or deactivated."""
    sharing, missed = _sharing(state), missed or {}
    counts = {each.member_id: max(given.get(each.member_id, 0), 0) for each in sharing}
    due = _by_weight(sharing, sum(counts.values()) * TURN)
    wanted = {
        each.member_id: due[each.member_id]
        + (each.owed - counts[each.member_id]) * TURN
        + missed.get(each.member_id, 0)
        for each in sharing
    }
    now = {each.member_id: state.balance_of(each) for each in sharing}
    kept = _by_weight(sharing, sum(now.values()) - sum(wanted.values()))
    deltas = {pk: wanted[pk] + kept[pk] - now[pk] for pk in wanted}
    return Settlement(counts, deltas, _leads_until_level(sharing, counts))


def apply_deltas(
    state: RotationState, deltas: Mapping[int, int], *, shared: int = 0, missed: Mapping[int, int] | None = None
) -> RotationState:
    """The state with these changes of balances. `shared` is what all who take part get, for who has left since."""
    missed = missed or {}
    members = tuple(
        replace(settled, balance=settled.balance + deltas[settled.member_id], comes_first=False)
        if settled.member_id in deltas
        else settled
        for settled in (
            keep_missed(each, state.clock_of(each), missed.get(each.member_id, 0)) if each.member_id in deltas else each
            for each in state.members
        )
    )
    changed = replace(state, members=members)
    return spread(changed, shared) if shared else changed


def reversed_deltas(state: RotationState, deltas: Mapping[int, int]) -> tuple[dict[int, int], int]:
    """The changes that take a settlement back, of those who are still members, and what all others share of it."""
    here = {each.member_id for each in state.members}
    back = {pk: -delta for pk, delta in deltas.items() if pk in here}
    return back, -sum(back.values())


def _sharing(state: RotationState) -> list[Candidate]:
    return [each for each in state.members if each.skip_reason not in (SkipReason.PAUSED, SkipReason.INACTIVE)]


def _by_weight(members: list[Candidate], units: int) -> dict[int, int]:
    """Whole units by weight; what is left over of them goes to the first."""
    whole = sum(each.weight for each in members)
    parts = {each.member_id: units * each.weight // whole for each in members}
    if members:
        parts[members[0].member_id] += units - sum(parts.values())
    return parts


def _leads_until_level(members: list[Candidate], given: Mapping[int, int]) -> int:
    """As many as it takes until nobody has more than the share of all leads."""
    whole, total = sum(each.weight for each in members), sum(given.values())
    return max((-(-given[each.member_id] * whole // each.weight) - total for each in members), default=0)
