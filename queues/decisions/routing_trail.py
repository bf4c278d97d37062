"""How a lead is routed within its queue: to the owner of its account (G1), or to the rotation of its segment (G2, G3).

Every step is recorded when it is decided (G4), and stored with the queue entry and with the receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from leads.decisions.identity.account_match import Match
from queues.decisions.placement import Decision


class StepKind(StrEnum):
    """What a recorded step is about; stored in entries and receipts."""

    OWNER = "owner"
    SEGMENT = "segment"
    ROTATION = "rotation"
    FAST_LANE = "fast_lane"


class OwnerAway(StrEnum):
    """What a queue does with a lead whose owner is away."""

    ROTATE = "rotate"
    DELEGATE = "delegate"
    WAIT = "wait"


class OwnerOutcome(StrEnum):
    """The result of the search for the owner of the account."""

    UNKNOWN = "unknown"  # no account was found
    NO_OWNER = "no_owner"
    INACTIVE = "inactive"
    NO_REP = "no_rep"  # this user takes no leads
    DECLINED = "declined"
    OWNER = "owner"
    DELEGATE = "delegate"
    WAITS = "waits"
    GOES_ON = "goes_on"  # the owner is away, and so is the stand-in where the queue asks for one


ASSIGNING_OUTCOMES = frozenset({OwnerOutcome.OWNER, OwnerOutcome.DELEGATE})


@dataclass(frozen=True, slots=True)
class Recipient:
    """The owner of an account, or the stand-in. `away` says why no lead can be given now; "" when one can."""

    user_id: int
    name: str
    is_active: bool = True
    is_rep: bool = True
    away: str = ""
    has_declined: bool = False


@dataclass(frozen=True, slots=True)
class OwnerStep:
    """The recorded step. `reason` says why the owner is away; `instead` is the name of the stand-in, `instead_reason`
    why the stand-in does not get the lead. The field names are keys of stored JSON."""

    then: str
    account: str = ""
    typed: str = ""
    by: str = ""
    percent: int = 0
    owner: int | None = None
    name: str = ""
    reason: str = ""
    instead: str = ""
    instead_reason: str = ""
    to: int | None = None
    account_id: int | None = None

    @property
    def waits_for(self) -> int | None:
        """The user the lead waits for until it is assigned: the owner, even when a stand-in will get it."""
        return self.owner if self.then in (*ASSIGNING_OUTCOMES, OwnerOutcome.WAITS) else None

    def as_stored(self) -> dict[str, object]:
        """As JSON for storing, without empty values."""
        return {"step": StepKind.OWNER} | {
            name: value for name, value in asdict(self).items() if value not in ("", None, 0)
        }


def owner_step(
    match: Match | None, owner: Recipient | None, delegate: Recipient | None, *, away: OwnerAway
) -> OwnerStep:
    """Who gets a lead of this account; `delegate` is the owner's stand-in, if there is one."""
    if match is None:
        return OwnerStep(OwnerOutcome.UNKNOWN)
    details: dict[str, Any] = {
        "account": match.account.name,
        "account_id": match.account.id,
        "typed": match.company_name,
        "by": match.by,
        "percent": match.percent,
    }
    if owner is None:
        return OwnerStep(OwnerOutcome.NO_OWNER, **details)
    details |= {"owner": owner.user_id, "name": owner.name}
    if refusal := _refusal(owner):
        return OwnerStep(refusal, **details)
    if not owner.away:
        return OwnerStep(OwnerOutcome.OWNER, **details, to=owner.user_id)
    details["reason"] = owner.away
    if away == OwnerAway.WAIT:
        return OwnerStep(OwnerOutcome.WAITS, **details)
    if away == OwnerAway.ROTATE:
        return OwnerStep(OwnerOutcome.GOES_ON, **details)
    return _stand_in_step(delegate, details)


def segment_steps(decision: Decision, rotations: Mapping[int, str], *, own: str) -> list[dict[str, object]]:
    """Which segments of a queue were checked, and which rotation takes the turn. `decision` is that of the ordered
    list, with rotation ids instead of queue ids; `own` is the name of the queue's own rotation."""
    steps: list[dict[str, object]] = [
        {"step": StepKind.SEGMENT, "name": line.rule_name, "matched": line.matched}
        | ({"failed_on": line.failed_on} if line.failed_on else {})
        | ({"is_missing": True} if line.is_missing else {})
        for line in decision.trail
    ]
    if not steps:
        return []
    return [*steps, {"step": StepKind.ROTATION, "name": rotations.get(decision.queue_id or 0, own)}]


def fast_lane_steps(*, min_score: int, score: int, rotation: str) -> list[dict[str, object]]:
    """Why a fast lane gives a lead to this rotation instead of the usual one (D8)."""
    lane: dict[str, object] = {"step": StepKind.FAST_LANE, "from": min_score, "score": score}
    return [lane, {"step": StepKind.ROTATION, "name": rotation}]


def only_owner_steps(steps: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return [step for step in steps if step.get("step") == StepKind.OWNER]


def without_owner_steps(steps: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return [step for step in steps if step.get("step") != StepKind.OWNER]


def _stand_in_step(delegate: Recipient | None, details: dict[str, Any]) -> OwnerStep:
    if delegate is None:
        return OwnerStep(OwnerOutcome.GOES_ON, **details, instead_reason="nobody")
    details["instead"] = delegate.name
    if refusal := _refusal(delegate) or delegate.away:
        return OwnerStep(OwnerOutcome.GOES_ON, **details, instead_reason=str(refusal))
    return OwnerStep(OwnerOutcome.DELEGATE, **details, to=delegate.user_id)


def _refusal(person: Recipient) -> OwnerOutcome | None:
    """Why this person cannot get the lead at all, away or not: a deactivated person gets no lead (F9)."""
    if not person.is_active:
        return OwnerOutcome.INACTIVE
    if not person.is_rep:
        return OwnerOutcome.NO_REP
    return OwnerOutcome.DECLINED if person.has_declined else None
