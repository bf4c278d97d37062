"""The stages of a lead, which may follow which, and the reasons for leaving."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """Where a lead stands; codes only, doors have the words."""

    CAPTURED = "captured"  # stored, not yet placed
    WAITING = "waiting"  # in a queue
    HELD = "held"  # with a rep
    REVIEW = "review"
    NURTURE = "nurture"
    RECYCLED = "recycled"
    CONVERTED = "converted"
    WON = "won"
    LOST = "lost"
    DISQUALIFIED = "disqualified"
    REJECTED = "rejected"
    ARCHIVED = "archived"
    MERGED = "merged"


OPEN: frozenset[Stage] = frozenset({Stage.CAPTURED, Stage.WAITING, Stage.HELD, Stage.REVIEW})
CLOSED: frozenset[Stage] = frozenset(Stage) - OPEN  # nobody works on it and no clock runs
PARKED: frozenset[Stage] = frozenset({Stage.NURTURE, Stage.RECYCLED})  # closed for now, expected back
DEALS: frozenset[Stage] = frozenset({Stage.CONVERTED, Stage.WON, Stage.LOST})

# Reason -> does the rotation get its turn back (C4)?
DISQUALIFY_REASONS: Mapping[str, bool] = MappingProxyType(
    {
        "duplicate": True,
        "competitor": True,
        "student": True,
        "invalid": True,
        "wrong_segment": False,
        "unreachable_contact": False,
        "no_need": False,
        "no_budget": False,
    }
)
RETURN_REASONS: Mapping[str, bool] = MappingProxyType(
    {
        "duplicate": True,
        "competitor": True,
        "student": True,
        "invalid": True,
        "wrong_segment": False,
        "unreachable_contact": False,
        "not_my_type": False,
        "no_capacity": False,
        "no_skill": False,
    }
)

_ASIDE = frozenset({Stage.NURTURE, Stage.RECYCLED, Stage.REJECTED, Stage.DISQUALIFIED, Stage.ARCHIVED, Stage.MERGED})
_BACK = OPEN  # a closed lead that is heard of again goes before the rules, to the desk, a queue or its owner
_MOVES: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        Stage.CAPTURED: frozenset({Stage.WAITING, Stage.HELD, Stage.REVIEW}) | _ASIDE,
        Stage.WAITING: frozenset({Stage.WAITING, Stage.HELD, Stage.REVIEW, Stage.CAPTURED}) | _ASIDE,
        Stage.HELD: frozenset({Stage.HELD, Stage.WAITING, Stage.REVIEW, Stage.CAPTURED}) | DEALS | _ASIDE,
        Stage.REVIEW: frozenset({Stage.WAITING, Stage.HELD, Stage.CAPTURED}) | _ASIDE,
        Stage.NURTURE: _BACK | (_ASIDE - {Stage.NURTURE}),
        Stage.RECYCLED: _BACK | (_ASIDE - {Stage.RECYCLED}),
        Stage.CONVERTED: _BACK | {Stage.WON, Stage.LOST, Stage.NURTURE, Stage.ARCHIVED, Stage.MERGED},
        Stage.WON: _BACK | {Stage.LOST, Stage.ARCHIVED, Stage.MERGED},
        Stage.LOST: _BACK | {Stage.WON, Stage.NURTURE, Stage.RECYCLED, Stage.ARCHIVED, Stage.MERGED},
        Stage.DISQUALIFIED: _BACK | {Stage.NURTURE, Stage.ARCHIVED, Stage.MERGED},
        Stage.REJECTED: _BACK | {Stage.NURTURE, Stage.ARCHIVED, Stage.MERGED},
        Stage.ARCHIVED: _BACK | {Stage.NURTURE, Stage.RECYCLED, Stage.MERGED},
        Stage.MERGED: frozenset(),
    }
)


def can_move(from_: str, to: str) -> bool:
    """Whether a lead may go from one stage to another. Waiting and held may follow themselves: another queue,
    another holder. A merged lead lives on in the other one. Unknown stages go nowhere."""
    return from_ in _MOVES and to in _MOVES[Stage(from_)]


def gives_turn_back(reason: str) -> bool:
    """A lead that never was one does not cost its rep a turn (C4)."""
    return RETURN_REASONS.get(reason, False) or DISQUALIFY_REASONS.get(reason, False)
