"""How reps contact leads, what came of it, and what they plan next. Activities and assignments store these values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ContactKind(StrEnum):
    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    MESSAGE = "message"


class ContactOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    CALL_BACK = "call_back"
    WRONG_NUMBER = "wrong_number"


class FollowUp(StrEnum):
    CALL_BACK = "call_back"
    SNOOZED = "snoozed"
    STEP = "follow_up"


class ActKind(StrEnum):
    CONTACT = "contact"
    SNOOZE = "snooze"
    PLAN = "plan"


class ContactRefusal(StrEnum):
    """Why a contact cannot be logged or corrected; PAST and FAR are about the time of the follow-up."""

    KIND = "kind"
    OUTCOME = "outcome"
    PAST = "past"
    FAR = "far"
    TIME = "time"  # before the holder had the lead, or later than now
    SAME = "same"  # nothing was changed
    RAN_OUT = "ran_out"  # a time limit ran out later than this first contact, and messages about it were sent


@dataclass(frozen=True, slots=True)
class Act:
    """A contact, as it was corrected last, a snooze, or a planned step; `until` is when the lead comes up again."""

    act: ActKind
    made_at: datetime
    until: datetime | None = None
    kind: str = ""
    outcome: str = ""


def first_contact(acts: Sequence[Act]) -> datetime | None:
    """The earliest contact that stops the clock: any attempt except a wrong number."""
    contacts = [each for each in acts if each.act == ActKind.CONTACT and each.outcome != ContactOutcome.WRONG_NUMBER]
    return min((each.made_at for each in contacts), default=None)


def next_step(acts: Sequence[Act]) -> tuple[datetime | None, str]:
    """When the lead comes up again and why, by the newest of these acts, which are in order."""
    newest = acts[-1] if acts else None
    if newest is None or newest.until is None:
        return None, ""
    if newest.act == ActKind.CONTACT:
        return newest.until, planned_by(newest.outcome)
    return newest.until, FollowUp.SNOOZED if newest.act == ActKind.SNOOZE else FollowUp.STEP


def planned_by(outcome: str) -> FollowUp:
    """What the time means that was chosen with a contact of this outcome."""
    return FollowUp.CALL_BACK if outcome == ContactOutcome.CALL_BACK else FollowUp.STEP
