"""The preview of a waiting lead: more than its row, and still nothing about the person (C1, C4c)."""

from dataclasses import dataclass
from datetime import datetime

from leads.decisions.own_fields.reading import Value
from leads.models import Activity, OwnField
from leads.queries.own_fields import open_values
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
    own: list[tuple[OwnField, Value]]  # own fields that may be shown before the claim (A9)


def lead_preview(entry: Entry) -> LeadPreview:
    """Two queries for one lead, and one more if it has values of own fields."""
    lead = entry.lead
    latest = Activity.objects.filter(lead=lead).order_by("-pk").first()
    return LeadPreview(
        location=lead.location,
        captured_at=lead.captured_at,
        latest=str(latest.get_kind_display()) if latest else "",
        latest_at=latest.at if latest else None,
        given_back=lead.declines.count(),
        own=open_values(lead),
    )
