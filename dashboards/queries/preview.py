"""Reads what a closer look shows of a waiting lead: more than its row, and still nothing of the person (C1, C4c)."""

from dataclasses import dataclass
from datetime import datetime

from leads.models import Activity
from queues.models import Entry


@dataclass(frozen=True, slots=True)
class Closer:
    """Kinds and counts only: what people wrote may name or reach the person. Of the score, no more than the row has:
    its parts tell what the person did (A4)."""

    location: str
    captured_at: datetime
    latest: str
    latest_at: datetime | None
    given_back: int


def closer_look(entry: Entry) -> Closer:
    """Two queries, for the one lead that somebody looks at."""
    lead = entry.lead
    latest = Activity.objects.filter(lead=lead).order_by("-pk").first()
    return Closer(
        location=lead.location,
        captured_at=lead.captured_at,
        latest=str(latest.get_kind_display()) if latest else "",
        latest_at=latest.at if latest else None,
        given_back=lead.declines.count(),
    )
