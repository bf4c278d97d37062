"""Turns: who is next in a rotation, who was passed over and why (F1, F2, C6).

The pointer is the position served last. Positions may have gaps and members may come and go: the next in turn is
whoever stands first behind the pointer, and after the last member the list begins anew. Should two members share a
position, everybody is numbered 0, 1, 2 ... in (position, member) order for this decision, and the answer carries
those numbers: else the second of the two would never be reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from routing.decisions.availability import OVER_CAPACITY

CHOSEN = "chosen"
SKIPPED = "skipped"
NOT_REACHED = "not_reached"
PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member as seen at the moment of the turn; `reason` says why not available.

    `turns_back` counts turns that were spent on a duplicate, a competitor or a student (C4): such a turn is made
    good before the line goes on, and leaves the pointer where it is. `room` counts the leads that the member may still
    be given before standing above the capacity; None is no limit.
    """

    member_id: int
    rep_id: int
    position: int
    is_available: bool = True
    reason: str = ""
    is_paused: bool = False
    turns_back: int = 0
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What became of one member in one turn; `reason` only for the skipped."""

    member_id: int
    rep_id: int
    position: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """One turn: `looks` has every member, in turn order."""

    chosen: Candidate | None
    looks: tuple[Look, ...]
    pointer_before: int | None
    pointer_after: int | None
    is_turn_back: bool = False


def pick_next(candidates: Sequence[Candidate], pointer: int | None) -> Pick:
    """The first available member behind the pointer, wrapping; nobody available leaves the pointer where it is.

    Members with a turn to be made good come first; those who then wait behind them count as not reached.
    """
    in_turn = _in_turn(candidates, pointer)
    able = [candidate for candidate in in_turn if not _skip_reason(candidate)]
    owed = [candidate for candidate in able if candidate.turns_back > 0]
    chosen = next(iter(owed or able), None)
    asked = [candidate for candidate in in_turn if candidate.turns_back > 0] if owed else in_turn
    if chosen is None:
        return Pick(None, _looks(in_turn, asked, chosen), pointer, pointer)
    pointer_after = pointer if owed else chosen.position
    return Pick(chosen, _looks(in_turn, asked, chosen), pointer, pointer_after, is_turn_back=bool(owed))


def pick_many(candidates: Sequence[Candidate], pointer: int | None, k: int) -> tuple[Pick, ...]:
    """`k` turns in a row, always `k` picks: without anybody available each of them chose nobody."""
    picks = []
    for _turn in range(k):
        pick = pick_next(candidates, pointer)
        picks.append(pick)
        pointer = pick.pointer_after
        candidates = [served(each, pick) for each in candidates]
    return tuple(picks)


def served(candidate: Candidate, pick: Pick) -> Candidate:
    """A member after this turn: who got it has one turn less to be made good, and less room."""
    if pick.chosen is None or candidate.member_id != pick.chosen.member_id:
        return candidate
    room = None if candidate.room is None else candidate.room - 1
    return replace(candidate, turns_back=candidate.turns_back - pick.is_turn_back, room=room)


def in_line(candidates: Sequence[Candidate], pointer: int | None) -> list[int]:
    """Rep ids in the order of their next turns; who would be passed over now is not in line."""
    able = [candidate for candidate in _in_turn(candidates, pointer) if not _skip_reason(candidate)]
    return [candidate.rep_id for candidate in sorted(able, key=lambda candidate: candidate.turns_back <= 0)]


def _looks(in_turn: list[Candidate], asked: list[Candidate], chosen: Candidate | None) -> tuple[Look, ...]:
    """Every member in turn order; only those who were asked before the choice fell can have been skipped."""
    outcomes: dict[int, tuple[str, str]] = {}
    for candidate in asked:
        if candidate == chosen:
            outcomes[candidate.member_id] = (CHOSEN, "")
            break
        outcomes[candidate.member_id] = (SKIPPED, _skip_reason(candidate))
    return tuple(
        Look(each.member_id, each.rep_id, each.position, *outcomes.get(each.member_id, (NOT_REACHED, "")))
        for each in in_turn
    )


def _skip_reason(candidate: Candidate) -> str:
    if candidate.is_paused:
        return PAUSED
    if not candidate.is_available:
        return candidate.reason or "unavailable"
    if candidate.room is not None and candidate.room <= 0:
        return OVER_CAPACITY
    return ""


def _in_turn(candidates: Sequence[Candidate], pointer: int | None) -> list[Candidate]:
    members = _one_per_position(sorted(candidates, key=lambda candidate: (candidate.position, candidate.member_id)))
    if pointer is None:
        return members
    behind = [candidate for candidate in members if candidate.position > pointer]
    return behind + [candidate for candidate in members if candidate.position <= pointer]


def _one_per_position(members: list[Candidate]) -> list[Candidate]:
    if len({candidate.position for candidate in members}) == len(members):
        return members
    return [replace(candidate, position=place) for place, candidate in enumerate(members)]
