"""The tables of queues: waiting, rules, deadlines and what came of them."""

from queues.models.alert import Breach, Escalation
from queues.models.away import AwayQuestion
from queues.models.cleanup import CleanupRun, CleanupStep, KeptLead
from queues.models.crm import Connection, CrmLeft, CrmLink, CrmLog, RemotePerson
from queues.models.deadline_move import DeadlineMove
from queues.models.entry import Decline, Entry, Tally
from queues.models.figures import (
    BreachForecast,
    FigureState,
    HabitDay,
    LeadDay,
    MailedReport,
    QueueHour,
    ReasonDay,
    RepDay,
    RepWaitDay,
    SourceHour,
    StaleDay,
    StayDay,
    WayHour,
)
from queues.models.intake import IntakeState
from queues.models.limits import ContactStep, TypeLimit
from queues.models.overflow import FastLane, Loan, SourcePause
from queues.models.partner import PartnerDelivery, PartnerExport, PartnerLead, PartnerPool
from queues.models.preview import EntryPreview
from queues.models.probe import Probe, ProbeRun
from queues.models.queue import Queue
from queues.models.review import ReviewItem
from queues.models.rule import EntryRule, PriorityTier
from queues.models.segment import Segment
from queues.models.stale import StaleStep

__all__ = [
    "AwayQuestion",
    "Breach",
    "BreachForecast",
    "CleanupRun",
    "CleanupStep",
    "Connection",
    "ContactStep",
    "CrmLeft",
    "CrmLink",
    "CrmLog",
    "DeadlineMove",
    "Decline",
    "Entry",
    "EntryPreview",
    "EntryRule",
    "Escalation",
    "FastLane",
    "FigureState",
    "HabitDay",
    "IntakeState",
    "KeptLead",
    "LeadDay",
    "Loan",
    "MailedReport",
    "PartnerDelivery",
    "PartnerExport",
    "PartnerLead",
    "PartnerPool",
    "PriorityTier",
    "Probe",
    "ProbeRun",
    "Queue",
    "QueueHour",
    "ReasonDay",
    "RepDay",
    "RepWaitDay",
    "RemotePerson",
    "ReviewItem",
    "Segment",
    "SourceHour",
    "SourcePause",
    "StaleDay",
    "StaleStep",
    "StayDay",
    "Tally",
    "TypeLimit",
    "WayHour",
]
