"""What came into queues and left them in the hour that runs, read once for everything that a page counts of it (C8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.db.models.functions import TruncHour

from queues.queries.figures.moves import GIVEN, entered, left


@dataclass(frozen=True, slots=True)
class Move:
    """How often leads of one source came into one queue in one hour, or left it one way (`left`, else "")."""

    queue_id: int
    source_id: int
    hour_at: datetime
    left: str = ""
    how: str = ""
    came: int = 0
    went: int = 0

    @property
    def claimed(self) -> int:
        return self.went if self.left in GIVEN else 0

    @property
    def count(self) -> int:
        return self.went


def moves(start: datetime, end: datetime, queue_ids: list[int], *, tz) -> list[Move]:
    """Those in [start, end), by the hours of `tz`; two queries. For short periods: one row for each way out."""
    by = ("queue", "lead__source", "hour")
    came = entered(start, end, queue_ids).annotate(hour=TruncHour("entered_at", tzinfo=tz))
    went = left(start, end, queue_ids).annotate(hour=TruncHour("left_at", tzinfo=tz))
    found = [
        Move(queue, source, hour, came=n)
        for queue, source, hour, n in came.values_list(*by).annotate(n=Count("pk")).order_by(*by)
    ]
    ways = (*by, "left_how", "assignment__how")
    for queue, source, hour, way, how, n in went.values_list(*ways).annotate(n=Count("pk")).order_by(*ways):
        found.append(Move(queue, source, hour, way, (how or "") if way in GIVEN else "", went=n))
    return found
