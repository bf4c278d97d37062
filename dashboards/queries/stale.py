"""Which leads the next cleanup will move (D6)."""

from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead
from queues.queries.stale import StaleTerms, stale_entries, stale_parts, stale_terms

NURTURE, RECYCLE, ARCHIVE = "nurture", "recycle", "archive"
STEPS = (NURTURE, RECYCLE, ARCHIVE)


@dataclass(frozen=True, slots=True)
class Row:
    """One lead that will move; `where` is its queue, or ""."""

    lead: Lead
    step: str
    where: str
    since_at: datetime


def leads_leaving(*, at: datetime, most: int | None = None) -> list[Row]:
    """The leads that a cleanup at this moment would move, longest waiting first; at most `most` for each step."""
    terms = stale_terms()
    return [row for step in STEPS for row in leads_of_step(step, at=at, most=most, terms=terms)]


def leads_of_step(step: str, *, at: datetime, most: int | None, terms: StaleTerms) -> list[Row]:
    """Those of one step; one query, or two."""
    if step == NURTURE:
        waiting = stale_entries(at=at, terms=terms).select_related("queue", "lead__source")
        return [Row(entry.lead, step, entry.queue.name, entry.since_at) for entry in waiting[:most]]
    parts = stale_parts(step, at=at, terms=terms)
    leads = [lead for part in parts for lead in part.select_related("source")[:most]]
    leads.sort(key=lambda lead: (lead.stage_at, lead.pk))
    return [Row(lead, step, "", lead.stage_at) for lead in leads[:most]]
