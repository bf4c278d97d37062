"""The stages of a lead, which may follow which, and the reasons for leaving."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """The stage of a lead. Only codes: Lead.Stage has the labels that people see."""

    CAPTURED = "captured"  # stored, not yet placed
    WAITING = "waiting"  # in a queue
    HELD = "held"  # with a rep
    REVIEW = "review"
    NURTURE = "nurture"
    RECYCLED = "recycled"
    PARTNER = "partner"  # handed to a partner, who works on it elsewhere; can be called back
    CONVERTED = "converted"
    WON = "won"
    LOST = "lost"
    DISQUALIFIED = "disqualified"
    REJECTED = "rejected"
    ARCHIVED = "archived"
    MERGED = "merged"


OPEN: frozenset[Stage] = frozenset({Stage.CAPTURED, Stage.WAITING, Stage.HELD, Stage.REVIEW})
CLOSED: frozenset[Stage] = frozenset(Stage) - OPEN  # nobody works on the lead and no clock runs
PARKED: frozenset[Stage] = frozenset({Stage.NURTURE, Stage.RECYCLED})  # closed for now, may come back
DEALS: frozenset[Stage] = frozenset({Stage.CONVERTED, Stage.WON, Stage.LOST})
REOPENED_BY_HAND: frozenset[Stage] = DEALS | {Stage.DISQUALIFIED}  # when it was closed by mistake
REOPENED_BY_CONTACT: frozenset[Stage] = CLOSED - {Stage.CONVERTED, Stage.WON, Stage.MERGED}  # when it comes in again

# Reason -> whether the rep gets the turn back (C4).
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

_SET_ASIDE = PARKED | {Stage.REJECTED, Stage.DISQUALIFIED, Stage.ARCHIVED, Stage.MERGED}
_OUT = _SET_ASIDE | {Stage.PARTNER}
_REOPENED = OPEN  # a closed lead that comes back goes to the entry rules, the review desk, a queue or its owner
_MOVES: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        # a CRM may make a deal of a lead that nobody holds here
        Stage.CAPTURED: frozenset({Stage.WAITING, Stage.HELD, Stage.REVIEW}) | DEALS | _OUT,
        Stage.WAITING: OPEN | DEALS | _OUT,
        Stage.HELD: OPEN | DEALS | _OUT,
        Stage.REVIEW: OPEN | DEALS | _OUT,
        Stage.PARTNER: _REOPENED | _SET_ASIDE,
        Stage.NURTURE: _REOPENED | (_SET_ASIDE - {Stage.NURTURE}),
        Stage.RECYCLED: _REOPENED | (_SET_ASIDE - {Stage.RECYCLED}),
        Stage.CONVERTED: _REOPENED | {Stage.WON, Stage.LOST, Stage.NURTURE, Stage.ARCHIVED, Stage.MERGED},
        Stage.WON: _REOPENED | {Stage.LOST, Stage.ARCHIVED, Stage.MERGED},
        Stage.LOST: _REOPENED | {Stage.WON, Stage.NURTURE, Stage.RECYCLED, Stage.ARCHIVED, Stage.MERGED},
        Stage.DISQUALIFIED: _REOPENED | {Stage.NURTURE, Stage.ARCHIVED, Stage.MERGED},
        Stage.REJECTED: _REOPENED | {Stage.NURTURE, Stage.ARCHIVED, Stage.MERGED},
        Stage.ARCHIVED: _REOPENED | {Stage.NURTURE, Stage.RECYCLED, Stage.MERGED},
        Stage.MERGED: frozenset(),
    }
)


def can_move(from_: str, to: str) -> bool:
    """Whether a lead may go from one stage to another. Waiting, held and review may follow themselves: another queue,
    another holder, other reasons. Nothing follows merged, because another lead has replaced that one."""
    return from_ in _MOVES and to in _MOVES[Stage(from_)]


def stages_before(to: str) -> frozenset[Stage]:
    """The stages from which a lead may go to this one."""
    return frozenset(stage for stage in Stage if can_move(stage, to))


def gives_turn_back(reason: str) -> bool:
    """Whether the rep gets the turn back: yes when the lead was never a real lead, such as a duplicate (C4)."""
    return RETURN_REASONS.get(reason, False) or DISQUALIFY_REASONS.get(reason, False)
