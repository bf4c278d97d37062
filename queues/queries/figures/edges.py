"""What came into queues and left them in the hour that runs, read once for everything that a page counts of it (C8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Count, F, Value
from django.db.models.functions import Coalesce, TruncHour

from queues.queries.figures.moves import GIVEN, entered, left

NO_WAY = Value("", output_field=CharField())


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
    """Those in [start, end), by the hours of `tz`; one query. For short periods: one row for each way out."""
    came = entered(start, end, queue_ids).annotate(hour=TruncHour("entered_at", tzinfo=tz), way=NO_WAY, by=NO_WAY)
    went = left(start, end, queue_ids).annotate(
        hour=TruncHour("left_at", tzinfo=tz), way=F("left_how"), by=Coalesce("assignment__how", NO_WAY)
    )
    columns = ("queue", "lead__source", "hour", "way", "by")
    counted = [rows.order_by().values_list(*columns).annotate(n=Count("pk")) for rows in (came, went)]
    found = sorted(counted[0].union(counted[1], all=True))
    return [_move(queue, source, hour, way, how, n) for queue, source, hour, way, how, n in found]


def _move(queue: int, source: int, hour: datetime, way: str, how: str, n: int) -> Move:
    if not way:
        return Move(queue, source, hour, came=n)
    return Move(queue, source, hour, way, how if way in GIVEN else "", went=n)
