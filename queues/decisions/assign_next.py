"""Whom Assign next gives a lead where no rotation takes turns: free, fewest open leads, longest without one (C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

CHOSEN, BEHIND, SKIPPED = "chosen", "behind", "skipped"
DECLINED, AT_CAPACITY, CONTACT_FIRST = "declined", "at_capacity", "contact_first"
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the queue's people at this moment; `last_at` is when he or she was last given any lead."""

    rep_id: int
    is_available: bool = True
    reason: str = ""
    has_declined: bool = False
    open_leads: int = 0
    capacity: int = 50
    uncontacted: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What became of one candidate; `reason` only for the skipped."""

    candidate: Candidate
    outcome: str
    reason: str = ""


def choose(candidates: Sequence[Candidate], *, uncontacted_limit: int = 0) -> tuple[Look, ...]:
    """Everybody in order: the chosen one first, those who stand behind, then who is skipped and why; with nobody able
    all are skipped. A limit of 0 is none (C4c)."""
    reasons = {each.rep_id: _why_not(each, uncontacted_limit) for each in candidates}
    able = sorted((each for each in candidates if not reasons[each.rep_id]), key=_in_line)
    skipped = sorted((each for each in candidates if reasons[each.rep_id]), key=_in_line)
    looks = [Look(each, BEHIND if step else CHOSEN) for step, each in enumerate(able)]
    return (*looks, *(Look(each, SKIPPED, reasons[each.rep_id]) for each in skipped))


def _in_line(each: Candidate) -> tuple:
    return each.open_leads, each.last_at or LONG_AGO, each.rep_id


def _why_not(each: Candidate, uncontacted_limit: int) -> str:
    if not each.is_available:
        return each.reason or "unavailable"
    if each.has_declined:
        return DECLINED
    if each.open_leads >= each.capacity:
        return AT_CAPACITY
    if uncontacted_limit and each.uncontacted >= uncontacted_limit:
        return CONTACT_FIRST
    return ""
