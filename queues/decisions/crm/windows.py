"""Which stretch of a CRM's time is read next, so that nothing is lost and no reader begins again (I4).

Stamps are those of the CRM's own clock. Where that is behind ours by less than OVERLAP nothing is lost; where it is
ahead, changes come in when our clock has reached them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OVERLAP = timedelta(seconds=600)  # stamps are set before a change is visible, and searches lag
LAG = timedelta(seconds=30)  # what is younger may not be there yet
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
SHORTEST = timedelta(seconds=1)
HOURLY = timedelta(hours=1)
DAILY = timedelta(days=1)
PEOPLE_AGAIN = timedelta(minutes=10)  # an owner that nobody has heard of asks for the people again, not more often


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, before `until`."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def next_window(
    cursor: datetime | None,
    *,
    until: datetime,
    begins: datetime | None = None,
    since: datetime | None = None,
) -> Window | None:
    """None if there is nothing to ask for. `begins`: nothing older is wanted. `since`: a part of the overlap that was
    read already ends there."""
    floor = begins or BEGINNING
    start = since or max(floor, cursor - OVERLAP if cursor is not None else floor)
    return Window(start, until) if start < until else None


def halved(window: Window) -> timedelta | None:
    """How long the next try may be; None if it cannot be shorter."""
    half = window.length / 2
    return half if half >= SHORTEST else None


def is_due(last: datetime | None, every: timedelta, at: datetime) -> bool:
    return last is None or at - last >= every
