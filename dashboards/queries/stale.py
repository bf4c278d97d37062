"""Which leads the next cleanup will move (D6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django_q.models import Schedule

from leads.models import Lead
from queues.models import Entry
from queues.queries.stale import ARCHIVE_AFTER, RECYCLE_AFTER, stale_in, stale_in_queues

CLEANUP = "clear stale"  # its name in config/schedules.py
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
    """When the cleanup runs next; an overdue one runs now."""
    planned = (
        Schedule.objects.filter(name=CLEANUP).order_by("next_run", "pk").values_list("next_run", flat=True).first()
    )
    return max(planned, at) if planned else at


def leaving(*, at: datetime) -> Leaving:
    """What a cleanup at this moment would move."""
    return Leaving(
        when=at,
        nurture=stale_in_queues(at=at).count(),
        recycle=stale_in(Lead.Stage.NURTURE, RECYCLE_AFTER, at=at).count(),
        archive=stale_in(Lead.Stage.RECYCLED, ARCHIVE_AFTER, at=at).count(),
    )


def leads_leaving(*, at: datetime, most: int | None = None) -> list[Row]:
    """The same leads, longest waiting first; at most `most` for each step."""
    waiting = Entry.objects.waiting().filter(lead__in=stale_in_queues(at=at).values("pk"))
    rows = [
        Row(entry.lead, NURTURE, entry.queue.name, entry.since_at)
        for entry in waiting.select_related("queue", "lead__source").order_by("since_at", "pk")[:most]
    ]
    for step, stage, after in (
        (RECYCLE, Lead.Stage.NURTURE, RECYCLE_AFTER),
        (ARCHIVE, Lead.Stage.RECYCLED, ARCHIVE_AFTER),
    ):
        rows += _parked(stale_in(stage, after, at=at).select_related("source")[:most], step)
    return rows


def _parked(leads: Iterable[Lead], step: str) -> list[Row]:
    return [Row(lead, step, "", lead.stage_at) for lead in leads]
