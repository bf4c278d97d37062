"""What first contact is measured by when a lead is given to somebody (D2, D3)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

CONTACT_MINUTES = 120


class Counts(StrEnum):
    """Which time a clock counts. A team, or a holder, without working hours counts wall time (L12)."""

    WALL = "wall"
    TEAM = "team"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class ContactTerms:
    """`place_id` is the queue whose terms these are, `team_id` its team; `remind_percent` of the time passes before the
    holder is reminded, 0 for no reminder."""

    minutes: int = CONTACT_MINUTES
    counts: Counts = Counts.WALL
    team_id: int | None = None
    remind_percent: int = 0
    place_id: int | None = None

    @property
    def limit(self) -> timedelta:
        return timedelta(minutes=self.minutes)
