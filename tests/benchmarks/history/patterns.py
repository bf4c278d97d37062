"""When leads come and when people work, how long each kind waits, and where it comes from; all of it invented.

Leads come in the morning, in the last days of a month twice as often; people work from Monday to Friday and take little
after lunch, so that a weekend's leads wait on Monday and an afternoon's until the evening.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = 3600
EAST = 7 * HOUR  # Jakarta, which has no summer time
OPENS, CLOSES = 8, 18
STALL = (14, 16)
COMES = (1, 1, 1, 1, 1, 1, 2, 4, 12, 16, 14, 9, 5, 7, 6, 6, 5, 4, 3, 3, 3, 3, 2, 1)  # by hour of a working day
WEEKEND, SURGE, SURGE_DAYS = 0.25, 1.9, 3
LIMITS = {"hot_inbound": 1, "mql": 4, "warm": 24, "cold": 72}  # hours, as the application begins with (D1)
TYPES = tuple(LIMITS)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a queue lives: its usual type of lead, the median wait in hours, and who chooses the holder."""

    lead_type: str
    waits: float
    share: float
    is_push: bool = False
    is_full: bool = False


QUEUES = (
    Kind("hot_inbound", 0.002, 4, is_push=True),
    Kind("warm", 3.5, 1.5),
    *(Kind("mql", 1.2, 1) for _number in range(5)),
    *(Kind("hot_inbound", 0.002, 1, is_push=True) for _number in range(3)),
    *(Kind("warm", 4.0, 1) for _number in range(4)),
    Kind("hot_inbound", 0.002, 1, is_push=True),
    *(Kind("cold", 14.0, 1) for _number in range(3)),
    Kind("hot_inbound", 0.3, 1),
    Kind("cold", 70.0, 2, is_full=True),
)
SOURCES = {  # the share of each type, and how many leave without being taken
    "Demo request": ((8, 2, 1, 0), 0.03),
    "Trial": ((5, 4, 1, 0), 0.04),
    "Inbound form": ((4, 5, 4, 0), 0.06),
    "Referral": ((2, 3, 4, 0), 0.05),
    "Webinar": ((0, 6, 4, 1), 0.09),
    "Campaign": ((0, 3, 6, 3), 0.12),
    "Outbound reply": ((0, 1, 3, 5), 0.14),
    "Purchased list": ((0, 0, 1, 8), 0.24),
}


def coming_by_hour(start: int, hours: int) -> list[float]:
    """How many leads come in each hour, in proportion."""
    return [_coming(datetime.fromtimestamp(start + EAST + number * HOUR, UTC)) for number in range(hours)]


def _coming(here: datetime) -> float:
    share = COMES[here.hour] * (WEEKEND if here.weekday() > 4 else 1.0)
    is_end = (here + timedelta(days=SURGE_DAYS)).month != here.month
    return share * (SURGE if is_end else 1.0)


def next_working_hours(start: int, hours: int) -> list[int]:
    """For each hour the number of the next one in which people work; itself, where they do."""
    found, following = [0] * hours, hours
    for number in reversed(range(hours)):
        here = datetime.fromtimestamp(start + EAST + number * HOUR, UTC)
        if here.weekday() < 5 and OPENS <= here.hour < CLOSES:
            following = number
        found[number] = following
    return found
