"""Have a calendar read in a child process, so that no calendar holds up a worker or changes how others are read
(I2)."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from config.worker.bounded_call import CallFailed, CallInterrupted, LimitReached, Limits, call_in_child
from routing.decisions.availability.calendar_absence import TOO_COSTLY, CalendarAbsence, NotACalendar

log = logging.getLogger(__name__)
READER = "routing.decisions.availability.calendar_feed:answer"
LIMITS = Limits()  # with fetching well below the time limit of a task; 10 MB of events take a second


def read_calendar(content: bytes, *, zone: ZoneInfo, at: datetime, limits: Limits = LIMITS) -> list[CalendarAbsence]:
    """The absences in a calendar; raises NotACalendar."""
    try:
        said = call_in_child(READER, content, {"zone": zone.key, "at": at.isoformat()}, limits=limits)
    except LimitReached:
        raise NotACalendar(TOO_COSTLY) from None
    except CallInterrupted:
        raise NotACalendar("interrupted") from None
    except CallFailed as problem:
        log.warning("a calendar cannot be read: %s", problem)
        raise NotACalendar from None
    if "refused" in said:
        raise NotACalendar(said["refused"])
    return [CalendarAbsence.from_row(row) for row in said["absences"]]
