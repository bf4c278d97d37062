"""The tables of routing: people, turns, who holds what and why."""

from routing.models.assignment import Assignment
from routing.models.notification import Notification
from routing.models.people import Rep, Team, TimeOff
from routing.models.rotation import Rotation, RotationMember, Turn

__all__ = ["Assignment", "Notification", "Rep", "Rotation", "RotationMember", "Team", "TimeOff", "Turn"]
