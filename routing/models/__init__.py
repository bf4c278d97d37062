"""The tables of routing: people, turns, who holds what and why."""

from routing.models.alert import AbsenceWarning, StuckRotation
from routing.models.assignment import Assignment
from routing.models.calendar import CalendarFeed
from routing.models.holiday import CompanyHoliday, HolidayKinds, WorkedHoliday
from routing.models.invitation import Invitation
from routing.models.letter import FairnessLetter
from routing.models.member import RotationMember
from routing.models.membership import MembershipRule
from routing.models.notification import Notification
from routing.models.password_link import PasswordLink
from routing.models.people import Rep, Team, TimeOff
from routing.models.rotation import Rotation
from routing.models.survey import SurveyGroup, SurveyInvitation
from routing.models.turn import Audit, LedgerLine, Roster, Turn
from routing.models.turn_days import CountedDay, RepTurnDay, RosterDay
from routing.models.version import RotationDraft, RotationVersion
from routing.models.ways_out import PhoneService, PushDevice, PushKeys
from routing.models.words import Channel, ChannelTest, Delivery, Outage, Preference, Reach, WordSettings
from routing.models.work_time import WorkCalendar, WorkStretch

__all__ = [
    "AbsenceWarning",
    "Assignment",
    "Audit",
    "CalendarFeed",
    "Channel",
    "ChannelTest",
    "CompanyHoliday",
    "HolidayKinds",
    "CountedDay",
    "Delivery",
    "FairnessLetter",
    "Invitation",
    "LedgerLine",
    "MembershipRule",
    "Notification",
    "Outage",
    "PasswordLink",
    "PhoneService",
    "Preference",
    "PushDevice",
    "PushKeys",
    "Reach",
    "Rep",
    "RepTurnDay",
    "Roster",
    "RosterDay",
    "Rotation",
    "RotationDraft",
    "RotationMember",
    "RotationVersion",
    "StuckRotation",
    "SurveyGroup",
    "SurveyInvitation",
    "Team",
    "TimeOff",
    "Turn",
    "WordSettings",
    "WorkCalendar",
    "WorkStretch",
    "WorkedHoliday",
]
