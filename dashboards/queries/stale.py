"""Which leads the next cleanup will move (D6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead
from queues.queries.stale import stale_entries, stale_in

NURTURE, RECYCLE, ARCHIVE = "nurture", "recycle", "archive"


@dataclass(frozen=True, slots=True)
class Row:
    """One lead that will move; `where` is its queue, or ""."""

    lead: Lead
    step: str
    where: str
    since_at: datetime


def leads_leaving(*, at: datetime, most: int | None = None) -> list[Row]:
    """The leads that a cleanup at this moment would move, longest waiting first; at most `most` for each step."""
    waiting = stale_entries(at=at).select_related("queue", "lead__source")
    rows = [Row(entry.lead, NURTURE, entry.queue.name, entry.since_at) for entry in waiting[:most]]
    for step in (RECYCLE, ARCHIVE):
        rows += _parked(stale_in(step, at=at).select_related("source")[:most], step)
    return rows


def _parked(leads: Iterable[Lead], step: str) -> list[Row]:
    return [Row(lead, step, "", lead.stage_at) for lead in leads]
