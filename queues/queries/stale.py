"""The leads that the cleanup moves: those that waited, or stayed in a stage, for too many days (D6)."""

from datetime import datetime, timedelta

from leads.models import Lead
from queues.decisions.stale import ARCHIVE_DAYS, RECYCLE_DAYS
from queues.models import Entry, Queue

RECYCLE_AFTER = timedelta(days=RECYCLE_DAYS)
ARCHIVE_AFTER = timedelta(days=ARCHIVE_DAYS)
CHUNK_SIZE = 500


def stale_in_queues(*, at: datetime):
    """Leads that have waited in a queue for its number of days."""
    ids = []
    for queue in Queue.objects.active().order_by("pk"):
        limit = at - timedelta(days=queue.nurture_after_days)
        rows = Entry.objects.waiting().filter(queue=queue, since_at__lte=limit, entered_at__lte=limit)
        ids += list(rows.order_by("since_at", "pk").values_list("lead", flat=True)[:CHUNK_SIZE])
    return Lead.objects.filter(pk__in=ids).order_by("pk")


def stale_in(stage: str, after: timedelta, *, at: datetime):
    """Leads that have been in this stage for at least this long."""
    return Lead.objects.filter(stage=stage, stage_at__lte=at - after).order_by("stage_at", "pk")[:CHUNK_SIZE]
