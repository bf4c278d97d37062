"""The preview of a waiting lead: more than its row, and still nothing about the person (C1, C4c)."""

from dataclasses import dataclass
from datetime import datetime

from leads.models import Activity
from queues.models import Entry


@dataclass(frozen=True, slots=True)
class LeadPreview:
    """Only kinds and counts, because texts may name the person. The parts of the score stay hidden as well: they say
    what the person did (A4)."""

    location: str
    captured_at: datetime
    latest: str
    latest_at: datetime | None
    given_back: int


def lead_preview(entry: Entry) -> LeadPreview:
    """Two queries, for one lead."""
    lead = entry.lead
    latest = Activity.objects.filter(lead=lead).order_by("-pk").first()
    return LeadPreview(
        location=lead.location,
        captured_at=lead.captured_at,
        latest=str(latest.get_kind_display()) if latest else "",
        latest_at=latest.at if latest else None,
        given_back=lead.declines.count(),
    )
