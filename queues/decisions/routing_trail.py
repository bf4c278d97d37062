"""The way of a lead through its queue: to the owner of its account (G1), or to the rotation of its segment (G2, G3).

Every step is told as it was decided (G4), and kept: with the stay in the queue, and with the receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from leads.decisions.identity.account_match import Match
from queues.decisions.placement import Decision

OWNER_STEP, SEGMENT_STEP, ROTATION_STEP = "owner", "segment", "rotation"


class Away(StrEnum):
    """What a queue does with a lead whose owner is away."""

    ROTATE = "rotate"
    DELEGATE = "delegate"
    WAIT = "wait"


class Then(StrEnum):
    """What became of the question for the account's owner."""

    UNKNOWN = "unknown"  # no account was found
    NO_OWNER = "no_owner"
    INACTIVE = "inactive"
    NO_REP = "no_rep"  # somebody who takes no leads
    DECLINED = "declined"
    OWNER = "owner"
    DELEGATE = "delegate"
    WAITS = "waits"
    GOES_ON = "goes_on"  # the owner is away, and so is the stand-in where one was asked for


GIVES = frozenset({Then.OWNER, Then.DELEGATE})


@dataclass(frozen=True, slots=True)
class Person:
    """The owner of an account, or who stands in; `away` is why no lead can be given now, "" when one can."""

    user_id: int
    name: str
    is_active: bool = True
    is_rep: bool = True
    away: str = ""
    has_declined: bool = False


@dataclass(frozen=True, slots=True)
class OwnerStep:
    """One step, as it is kept. `reason` is why the owner is away, `instead` the stand-in and why not him or her."""

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
    def keeps(self) -> int | None:
        """For whom the lead is kept until it is given: the owner, also while a stand-in is to have it."""
        return self.owner if self.then in (*GIVES, Then.WAITS) else None

    def as_kept(self) -> dict[str, object]:
        """For storing: without what says nothing."""
        return {"step": OWNER_STEP} | {
            name: value for name, value in asdict(self).items() if value not in ("", None, 0)
        }


def owner_step(match: Match | None, owner: Person | None, delegate: Person | None, *, away: Away) -> OwnerStep:
    """To whom a lead of this account goes; `delegate` is the owner's stand-in, if there is one."""
    if match is None:
        return OwnerStep(Then.UNKNOWN)
    told = {
        "account": match.account.name,
        "account_id": match.account.id,
        "typed": match.company_name,
        "by": match.by,
        "percent": match.percent,
    }
    if owner is None:
        return OwnerStep(Then.NO_OWNER, **told)
    told |= {"owner": owner.user_id, "name": owner.name}
    if refusal := _never(owner):
        return OwnerStep(refusal, **told)
    if not owner.away:
        return OwnerStep(Then.OWNER, **told, to=owner.user_id)
    told["reason"] = owner.away
    if away == Away.WAIT:
        return OwnerStep(Then.WAITS, **told)
    if away == Away.ROTATE:
        return OwnerStep(Then.GOES_ON, **told)
    return _instead(delegate, told)


def segment_steps(decision: Decision, rotations: Mapping[int, str], *, own: str) -> list[dict[str, object]]:
    """How the segments of a queue were asked, and whose turn it is; `decision` is what the ordered list decided, with
    rotations in the place of queues, `own` the name of the queue's own rotation."""
    steps: list[dict[str, object]] = [
        {"step": SEGMENT_STEP, "name": line.rule_name, "matched": line.matched}
        | ({"failed_on": line.failed_on} if line.failed_on else {})
        for line in decision.trail
    ]
    if not steps:
        return []
    return [*steps, {"step": ROTATION_STEP, "name": rotations.get(decision.queue_id, own)}]


def only_owner_steps(steps: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return [step for step in steps if step.get("step") == OWNER_STEP]


def without_owner_steps(steps: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return [step for step in steps if step.get("step") != OWNER_STEP]


def _instead(delegate: Person | None, told: dict[str, object]) -> OwnerStep:
    if delegate is None:
        return OwnerStep(Then.GOES_ON, **told, instead_reason="nobody")
    told["instead"] = delegate.name
    if refusal := _never(delegate) or delegate.away:
        return OwnerStep(Then.GOES_ON, **told, instead_reason=str(refusal))
    return OwnerStep(Then.DELEGATE, **told, to=delegate.user_id)


def _never(person: Person) -> Then | None:
    """Why this lead is never theirs, whoever is away: a deactivated person gets no lead (F9)."""
    if not person.is_active:
        return Then.INACTIVE
    if not person.is_rep:
        return Then.NO_REP
    return Then.DECLINED if person.has_declined else None
