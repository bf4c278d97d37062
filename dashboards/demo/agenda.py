"""The agenda of the demo: what happens when, in simulated time. An act that comes too late is no error."""

import heapq
from collections.abc import Callable
from datetime import datetime

from leads.actions.merging import MergeRefused
from leads.actions.stages import StageRefused
from queues.actions.claims.guards import LeadIsLocked, LeadIsReserved, TooManyUncontacted
from queues.actions.claims.take import AlreadyTaken, NotPickable, QueueIsEmpty
from queues.actions.clocks.escalations import CannotTakeLeads, EscalationIsClosed, NothingToMove
from queues.actions.review.decisions import AlreadyDecided
from routing.actions.assignment import LeadHasHolder, NotTheHolder

TOO_LATE = (
    AlreadyDecided,
    LeadIsReserved,
    CannotTakeLeads,
    EscalationIsClosed,
    LeadIsLocked,
    LeadHasHolder,
    MergeRefused,
    NotPickable,
    NotTheHolder,
    NothingToMove,
    QueueIsEmpty,
    StageRefused,
    AlreadyTaken,
    TooManyUncontacted,
)


class Agenda:
    """Acts with their time. An act is called with `at`; if it is no longer possible, nothing happens."""

    def __init__(self) -> None:
        self.line: list[tuple[datetime, int, Callable, tuple]] = []
        self.number = 0

    def add(self, at: datetime, act: Callable, *given: object) -> None:
        self.number += 1
        heapq.heappush(self.line, (at, self.number, act, given))

    def run_until(self, at: datetime) -> None:
        """Everything due by then, in order of time."""
        while self.line and self.line[0][0] <= at:
            moment, _number, act, given = heapq.heappop(self.line)
            attempt(act, *given, at=moment)


def attempt(act: Callable, *given: object, **more: object) -> bool:
    """Whether the act was possible."""
    try:
        act(*given, **more)
    except TOO_LATE:
        return False
    return True
