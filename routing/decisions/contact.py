"""How reps contact leads, what came of it, and what they plan next. Activities and assignments store these values."""

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


class ContactRefusal(StrEnum):
    """Why a contact cannot be logged; PAST and FAR are about the time of the follow-up."""

    KIND = "kind"
    OUTCOME = "outcome"
    PAST = "past"
    FAR = "far"
