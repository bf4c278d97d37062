"""Which leads the next cleanup will move (D6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from leads.models import Lead
from queues.decisions.stale import next_night
from queues.queries.stale import stale_entries, stale_in

NURTURE, RECYCLE, ARCHIVE = "nurture", "recycle", "archive"


@dataclass(frozen=True, slots=True)
class Leaving:
    """How many leads each step of a cleanup at `when` would move."""

    when: datetime
    nurture: int
    recycle: int
    archive: int

    @property
    def total(self) -> int:
        return self.nurture + self.recycle + self.archive


@dataclass(frozen=True, slots=True)
class Row:
    """One lead that will move; `where` is its queue, or ""."""

    lead: Lead
    step: str
    where: str
    since_at: datetime


def next_cleanup(*, at: datetime) -> datetime:
    """When the cleanup runs next: tonight, or now."""
    return next_night(at, timezone.get_default_timezone())


def leaving(*, at: datetime) -> Leaving:
    """What a cleanup at this moment would move."""
    return Leaving(
        when=at,
        nurture=stale_entries(at=at).count(),
        recycle=stale_in(RECYCLE, at=at).count(),
        archive=stale_in(ARCHIVE, at=at).count(),
    )


def leads_leaving(*, at: datetime, most: int | None = None) -> list[Row]:
    """The same leads, longest waiting first; at most `most` for each step."""
    waiting = stale_entries(at=at).select_related("queue", "lead__source")
    rows = [Row(entry.lead, NURTURE, entry.queue.name, entry.since_at) for entry in waiting[:most]]
    for step in (RECYCLE, ARCHIVE):
        rows += _parked(stale_in(step, at=at).select_related("source")[:most], step)
    return rows


def _parked(leads: Iterable[Lead], step: str) -> list[Row]:
    return [Row(lead, step, "", lead.stage_at) for lead in leads]
