"""Move leads that nobody touches: nurture, recycling pool, archive (D6)."""

from datetime import datetime, timedelta

from leads.actions.stages import StageRefused, close_lead
from leads.models import Lead
from queues.models import Entry, Queue

RECYCLE_AFTER = timedelta(days=7)  # on top of the 7 days before nurture: 14 in all
ARCHIVE_AFTER = timedelta(days=16)  # and 30 in all
AT_ONCE = 500


def clear_stale(*, at: datetime) -> dict[str, int]:
    """7 days waiting -> nurture, 14 -> recycling pool, 30 -> archive; each step is an activity of its own."""
    return {
        "nurture": _close(stale_in_queues(at=at), Lead.Stage.WAITING, Lead.Stage.NURTURE, at=at),
        "recycle": _close(
            stale_in(Lead.Stage.NURTURE, RECYCLE_AFTER, at=at), Lead.Stage.NURTURE, Lead.Stage.RECYCLED, at=at
        ),
        "archive": _close(
            stale_in(Lead.Stage.RECYCLED, ARCHIVE_AFTER, at=at), Lead.Stage.RECYCLED, Lead.Stage.ARCHIVED, at=at
        ),
    }


def stale_in_queues(*, at: datetime):
    """Leads that have waited in a queue for its number of days."""
    ids = []
    for queue in Queue.objects.active().order_by("pk"):
        limit = at - timedelta(days=queue.nurture_after_days)
        rows = Entry.objects.waiting().filter(queue=queue, since_at__lte=limit, entered_at__lte=limit)
        ids += list(rows.order_by("since_at", "pk").values_list("lead", flat=True)[:AT_ONCE])
    return Lead.objects.filter(pk__in=ids).order_by("pk")


def stale_in(stage: str, after: timedelta, *, at: datetime):
    """Leads that have been in this stage for so long."""
    return Lead.objects.filter(stage=stage, stage_at__lte=at - after).order_by("stage_at", "pk")[:AT_ONCE]


def _close(leads, before: str, stage: str, *, at: datetime) -> int:
    """A lead that was taken or came back since the list was read stays as it is."""
    moved = 0
    for lead in leads:
        days = {"days": (at - lead.stage_at).days}
        try:
            close_lead(lead, stage=stage, by=None, at=at, reason="stale", details=days, only_from=before)
        except StageRefused:
            continue
        moved += 1
    return moved
