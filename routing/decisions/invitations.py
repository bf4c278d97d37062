"""Where an invitation stands (M4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID_FOR = timedelta(days=7)


class InvitationState(StrEnum):
    UNSENT = "unsent"
    SENT = "sent"
    OPENED = "opened"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """`came_in`: the person has a password or has signed in, by this invitation or in another way."""

    expires_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    accepted_at: datetime | None
    withdrawn_at: datetime | None
    came_in: bool


def invitation_state(facts: InvitationFacts, *, at: datetime) -> InvitationState:
    if facts.accepted_at is not None or facts.came_in:
        return InvitationState.ACCEPTED
    if facts.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    if facts.expires_at <= at:
        return InvitationState.EXPIRED
    if facts.opened_at is not None:
        return InvitationState.OPENED
    return InvitationState.SENT if facts.sent_at is not None else InvitationState.UNSENT


def is_open(state: InvitationState) -> bool:
    """Its link works."""
    return state in (InvitationState.UNSENT, InvitationState.SENT, InvitationState.OPENED)
