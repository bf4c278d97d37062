"""Turns that go by what each member holds now: to the most free capacity, or to the fewest open leads.

Both compare `room`, and each lead that is given takes one place of it at once. Among equals the lead goes to who has
waited longest for a lead of this rotation: who never had one first, and among those in list order. Weights count for
nothing, except that 0 is paused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from routing.decisions.rotation.pick import Pick
from routing.decisions.rotation.state import Candidate, RotationState, Strategy


@dataclass(frozen=True, slots=True)
class RoomReason:
    """How much room the chosen member had, and who would have been next with how much; None when nobody else could have
    had the lead."""

    room: int
    runner_up: Candidate | None = None


def room_of(way: Strategy, *, capacity: int, open_leads: int) -> int:
    """0 where leads do not go by room."""
    if way == Strategy.MOST_FREE:
        return capacity - open_leads
    return -open_leads if way == Strategy.FEWEST_OPEN else 0


def most_room(able: Sequence[Candidate]) -> Candidate:
    return min(able, key=_rank)


def by_room(state: RotationState) -> list[Candidate]:
    """Those who can be given leads, the next one first."""
    return sorted((each for each in state.in_turn if not each.skip_reason), key=_rank)


def room_reason(pick: Pick) -> RoomReason | None:
    """Why the lead went to this member; None where something else decided: an owed turn, or that nobody was
    available."""
    chosen = pick.chosen
    if not pick.state.strategy.compares_room or chosen is None or pick.is_owed or chosen.skip_reason:
        return None
    barred = pick.barred or {}
    others = [
        each
        for each in pick.state.members
        if each.member_id not in barred and each.member_id != chosen.member_id and not each.skip_reason
    ]
    return RoomReason(chosen.room, most_room(others) if others else None)


def _rank(member: Candidate) -> tuple[int, int, int]:
    return -member.room, member.last_turn, member.position
