"""Move stale leads: to nurture, to the recycling pool, to the archive (D6)."""

from collections.abc import Iterable
from datetime import datetime

from leads.actions.stages import StageRefused, close_lead
from leads.models import Lead
from queues.queries.stale import ARCHIVE_AFTER, RECYCLE_AFTER, stale_in, stale_in_queues


def clear_stale(*, at: datetime) -> dict[str, int]:
    """After 7 days to nurture, 14 to the recycling pool, 30 to the archive; each step has its own activity."""
    return {
        "nurture": _close(stale_in_queues(at=at), Lead.Stage.WAITING, Lead.Stage.NURTURE, at=at),
        "recycle": _close(
            stale_in(Lead.Stage.NURTURE, RECYCLE_AFTER, at=at), Lead.Stage.NURTURE, Lead.Stage.RECYCLED, at=at
        ),
        "archive": _close(
            stale_in(Lead.Stage.RECYCLED, ARCHIVE_AFTER, at=at), Lead.Stage.RECYCLED, Lead.Stage.ARCHIVED, at=at
        ),
    }


def _close(leads: Iterable[Lead], before: str, stage: str, *, at: datetime) -> int:
    """Skips leads that were taken or came back since the list was read."""
    moved = 0
    for lead in leads:
        days = {"days": (at - lead.stage_at).days}
        try:
            close_lead(lead, stage=stage, by=None, at=at, reason="stale", details=days, only_from=before)
        except StageRefused:
            continue
        moved += 1
    return moved
