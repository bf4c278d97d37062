"""Placement: which rule decides about an arriving lead, and which priority tier it has (A5, A8, B4, G4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leads.decisions.conditions.parsing import Condition, check

QUEUE = "queue"
REVIEW = "review"
NURTURE = "nurture"
REJECT = "reject"

NO_RULE = "no_rule"
NO_QUEUE = "no_queue"
SEVERAL_LEADS = "several_leads"  # its e-mail, phone and id belong to different leads (A3)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the ordered list; `queue_id` for the outcome "queue", `reason` a code shown with the lead."""

    id: int
    name: str
    conditions: Sequence[Condition]
    outcome: str
    queue_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One rule that was asked; `failed_on` is its first condition that did not hold, as "field operator value"."""

    rule_id: int
    rule_name: str
    matched: bool
    failed_on: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """`reasons` are the deciding rule's reason, else its name; "no_rule" and "no_queue" are our own."""

    outcome: str
    queue_id: int | None
    rule_id: int | None
    rule_name: str
    reasons: tuple[str, ...]
    trail: tuple[TrailLine, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the priority hierarchy (B4), a smaller position is served first."""

    position: int
    name: str
    conditions: Sequence[Condition]


def decide(facts: Mapping, rules: Sequence[Rule]) -> Decision:
    """The first rule that matches decides; without one, or without its queue, the lead goes to the review desk (A8)."""
    trail: list[TrailLine] = []
    for rule in rules:
        failed_on = _failed_on(rule.conditions, facts)
        trail.append(TrailLine(rule.id, rule.name, matched=failed_on is None, failed_on=failed_on or ""))
        if failed_on is None:
            return _decision_of(rule, tuple(trail))
    return Decision(REVIEW, None, None, "", (NO_RULE,), tuple(trail))


def tier_for(facts: Mapping, tiers: Sequence[Tier]) -> int:
    """The position of the first tier that matches, one behind the last when none does.

    Should two tiers share a position, all are numbered 0, 1, 2 ... in order, so that none of them melt into one.
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
    if rule.outcome == QUEUE and rule.queue_id is None:
        return Decision(REVIEW, None, rule.id, rule.name, (NO_QUEUE,), trail)
    queue_id = rule.queue_id if rule.outcome == QUEUE else None
    return Decision(rule.outcome, queue_id, rule.id, rule.name, (rule.reason or rule.name,), trail)


def _failed_on(conditions: Sequence[Condition], facts: Mapping) -> str | None:
    verdict = check(conditions, facts)
    if verdict.holds:
        return None
    return _as_text(next(condition for condition, holds in verdict.results if not holds))


def _as_text(condition: Condition) -> str:
    value = condition.value
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    return " ".join([condition.field, condition.operator, ", ".join(map(str, values))]).strip()
