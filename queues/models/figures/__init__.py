"""Counts of the past, kept by a sweep, so that reports do not read the history (E, J5)."""

from queues.models.figures.classes import ContactClasses, ConvertedClasses, WaitClasses
from queues.models.figures.days import LeadDay, ReasonDay, RepDay, RepWaitDay, StayDay
from queues.models.figures.forecast import BreachForecast
from queues.models.figures.habits import HabitDay
from queues.models.figures.hours import QueueHour, SourceHour, WayHour
from queues.models.figures.mailed import MailedReport
from queues.models.figures.state import FigureState, StaleDay

__all__ = [
    "BreachForecast",
    "ContactClasses",
    "ConvertedClasses",
    "FigureState",
    "HabitDay",
    "LeadDay",
    "MailedReport",
    "QueueHour",
    "ReasonDay",
    "RepDay",
    "RepWaitDay",
    "SourceHour",
    "StaleDay",
    "StayDay",
    "WaitClasses",
    "WayHour",
]
