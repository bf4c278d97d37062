"""The tables of routing: people, turns, who holds what and why."""

from routing.models.alert import StuckRotation
from routing.models.assignment import Assignment
from routing.models.calendar import CalendarFeed
from routing.models.notification import Notification
from routing.models.people import Rep, Team, TimeOff, WorkedHoliday
from routing.models.rotation import Rotation, RotationMember
from routing.models.turn import Audit, LedgerLine, Roster, Turn
from routing.models.version import RotationDraft, RotationVersion

__all__ = [
    "Assignment",
    "Audit",
    "CalendarFeed",
    "LedgerLine",
    "Notification",
    "Rep",
    "Roster",
    "Rotation",
    "RotationDraft",
    "RotationMember",
    "RotationVersion",
    "StuckRotation",
    "Team",
    "TimeOff",
    "Turn",
    "WorkedHoliday",
]
