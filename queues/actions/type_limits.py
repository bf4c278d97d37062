"""Apply changed limits of a lead type: deadlines that lie ahead follow (D1, D2)."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from queues.actions.clocks.deadlines import move_deadlines
from queues.models import DeadlineMove, Queue, TypeLimit
from queues.queries.limits import queues_without_own

MINUTES = ("wait_minutes", "contact_minutes")


@transaction.atomic
def apply_type_limit(row: TypeLimit, *, changed: Collection[str], by: User | None, at: datetime) -> None:
    """Call it after the row is saved or deleted, with the fields that changed. In queues with a number of their
    own nothing changes by a row of all queues."""
    minutes = [each for each in MINUTES if each in changed]
    if not minutes:
        return
    queues = [row.queue] if row.queue else list(queues_without_own(minutes))
    why, ids = DeadlineMove.Why.LIMITS, [queue.pk for queue in queues]
    move_deadlines(queues=ids, lead_types=[row.lead_type], name=str(row), why=why, by=by, at=at)
    announce(*(Queue(pk=pk).topic for pk in ids))
