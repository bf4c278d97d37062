"""Placement: which rule decides about an arriving lead, and which priority tier it has (A5, A8, B4, G4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leads.decisions.conditions.parsing import Condition, check, is_missing


class Outcome(StrEnum):
    """Where a rule sends a lead; the same values as EntryRule.Outcome."""

    QUEUE = "queue"
    REVIEW = "review"
    NURTURE = "nurture"
    REJECT = "reject"


class ReviewReason(StrEnum):
    """Why a lead is on the review desk though no rule sent it there; stored with the review item."""

    NO_RULE = "no_rule"
    NO_QUEUE = "no_queue"
    QUEUE_OFF = "queue_off"
    STEP_FAILED = "step_failed"
    SEVERAL_LEADS = "several_leads"  # its e-mail, phone and id belong to different leads (A3)
    UNIDENTIFIED = "unidentified"  # nothing says who it is (A8)
    SAME_BUT_OTHER = "same_but_other"  # a phone or id of a known lead, but another person (A3)
    QUEUE_FULL = "queue_full"  # parked until the queue opens (D5)
    QUEUE_AGED = "queue_aged"
    SOURCE_PAUSED = "source_paused"  # (D8)
    REOPENED = "reopened"  # it was closed by mistake, and there is nowhere to go back to (M7)
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the ordered list. `queue_id` is set for the outcome "queue"; `reason` is a code shown with the
    lead."""

    id: int
    name: str
    conditions: Sequence[Condition]
    outcome: Outcome | str
    queue_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One rule that was checked. `failed_on` is its first condition that was not met, as "field operator value";
    `is_missing`: because the lead had no value there. The field names are keys of stored JSON."""

    rule_id: int
    rule_name: str
    matched: bool
    failed_on: str = ""
    is_missing: bool = False

    def as_stored(self) -> dict[str, object]:
        """As JSON for storing, without what is not so."""
        stored: dict[str, object] = {
            "rule_id": self.rule_id,
            "rule_name": self.rule_name,
            "matched": self.matched,
            "failed_on": self.failed_on,
        }
        return stored | {"is_missing": True} if self.is_missing else stored


@dataclass(frozen=True, slots=True)
class Decision:
    """`reasons` holds the reason of the deciding rule, else its name, else a ReviewReason."""

    outcome: Outcome | str
    queue_id: int | None
    rule_id: int | None
    rule_name: str
    reasons: tuple[str, ...]
    trail: tuple[TrailLine, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """One priority tier (B4); a smaller position is served first."""

    position: int
    name: str
    conditions: Sequence[Condition]


def decide(facts: Mapping, rules: Sequence[Rule]) -> Decision:
    """The first rule that matches decides. Without a match, or without its queue, the lead goes to the review desk
    (A8)."""
    trail: list[TrailLine] = []
    for rule in rules:
        failed = _first_failed(rule.conditions, facts)
        if failed is None:
            trail.append(TrailLine(rule.id, rule.name, matched=True))
            return _decision_of(rule, tuple(trail))
        missing = is_missing(failed.field, facts)
        trail.append(TrailLine(rule.id, rule.name, matched=False, failed_on=_as_text(failed), is_missing=missing))
    return Decision(Outcome.REVIEW, None, None, "", (ReviewReason.NO_RULE,), tuple(trail))


def tier_for(facts: Mapping, tiers: Sequence[Tier]) -> int:
    """The position of the first tier that matches; one after the last tier when none matches.

    If two tiers share a position, all tiers are numbered 0, 1, 2 ... in order, so that they stay apart.
    """
    in_order = sorted(tiers, key=lambda tier: tier.position)
    positions = [tier.position for tier in in_order]
    if len(set(positions)) < len(positions):
        positions = list(range(len(positions)))
    for position, tier in zip(positions, in_order, strict=True):
        if check(tier.conditions, facts).holds:
            return position
    return max(positions, default=0) + 1


def _decision_of(rule: Rule, trail: tuple[TrailLine, ...]) -> Decision:
    if rule.outcome == Outcome.QUEUE and rule.queue_id is None:
        return Decision(Outcome.REVIEW, None, rule.id, rule.name, (ReviewReason.NO_QUEUE,), trail)
    queue_id = rule.queue_id if rule.outcome == Outcome.QUEUE else None
    return Decision(rule.outcome, queue_id, rule.id, rule.name, (rule.reason or rule.name,), trail)


def _first_failed(conditions: Sequence[Condition], facts: Mapping) -> Condition | None:
    return next((condition for condition, holds in check(conditions, facts).results if not holds), None)


def _as_text(condition: Condition) -> str:
    value = condition.value
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    return " ".join([condition.field, condition.operator, ", ".join(map(str, values))]).strip()
