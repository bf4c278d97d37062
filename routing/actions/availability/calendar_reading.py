"""Have a calendar read in a child process, so that no calendar holds up a worker or changes how others are read
(I2)."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.worker.bounded_call import CallFailed, CallInterrupted, LimitReached, Limits, call_in_child
from routing.decisions.calendars.absence import TOO_COSTLY, NotACalendar, Reading

log = logging.getLogger(__name__)
READER = "routing.decisions.calendars.feed:answer"
LIMITS = Limits()  # with fetching well below the time limit of a task; 10 MB of events take a second


def read_calendar(content: bytes, *, owner: Mapping[str, Any], at: datetime, limits: Limits = LIMITS) -> Reading:
    """What a calendar says of its owner, as calendar_owner() describes the person; raises NotACalendar."""
    try:
        said = call_in_child(READER, content, {**owner, "at": at.isoformat()}, limits=limits)
    except LimitReached:
        raise NotACalendar(TOO_COSTLY) from None
    except CallInterrupted:
        raise NotACalendar("interrupted") from None
    except CallFailed as problem:
        log.warning("a calendar cannot be read: %s", problem)
        raise NotACalendar from None
    if "refused" in said:
        raise NotACalendar(said["refused"])
    return Reading.from_answer(said)
