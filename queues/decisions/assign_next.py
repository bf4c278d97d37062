"""Choose the rep for Assign next in a queue without a rotation: available, fewest open leads, longest without one
(C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class ChoiceOutcome(StrEnum):
    """What became of one candidate; stored in the receipt."""

    CHOSEN = "chosen"
    BEHIND = "behind"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why Assign next passes over somebody who is available; stored in the receipt."""

    DECLINED = "declined"
    AT_CAPACITY = "at_capacity"
    CONTACT_FIRST = "contact_first"
    WAITS_FOR_OWNER = "waits_for_owner"


@dataclass(frozen=True, slots=True)
class RepCandidate:
    """One rep of the queue at this moment; `last_at` is when the rep was last given any lead."""

    rep_id: int
    is_available: bool = True
    reason: str = ""
    has_declined: bool = False
    open_leads: int = 0
    capacity: int = 50
    uncontacted: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RepChoice:
    """The result for one candidate; only skipped candidates have a `reason`."""

    candidate: RepCandidate
    outcome: ChoiceOutcome
    reason: str = ""


def choose_rep(candidates: Sequence[RepCandidate], *, uncontacted_limit: int = 0) -> tuple[RepChoice, ...]:
    """All candidates in order: the chosen one, then those behind, then the skipped ones with the reason. When nobody is
    able, all are skipped. A limit of 0 means no limit (C4c)."""
    reasons = {each.rep_id: _skip_reason(each, uncontacted_limit) for each in candidates}
    able = sorted((each for each in candidates if not reasons[each.rep_id]), key=_order)
    skipped = sorted((each for each in candidates if reasons[each.rep_id]), key=_order)
    choices = [
        RepChoice(each, ChoiceOutcome.BEHIND if step else ChoiceOutcome.CHOSEN) for step, each in enumerate(able)
    ]
    return (*choices, *(RepChoice(each, ChoiceOutcome.SKIPPED, reasons[each.rep_id]) for each in skipped))


def _order(each: RepCandidate) -> tuple:
    return each.open_leads, each.last_at or LONG_AGO, each.rep_id


def _skip_reason(each: RepCandidate, uncontacted_limit: int) -> str:
    if not each.is_available:
        return each.reason or "unavailable"
    if each.has_declined:
        return SkipReason.DECLINED
    if each.open_leads >= each.capacity:
        return SkipReason.AT_CAPACITY
    if uncontacted_limit and each.uncontacted >= uncontacted_limit:
        return SkipReason.CONTACT_FIRST
    return ""
