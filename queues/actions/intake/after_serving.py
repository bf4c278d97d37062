"""Measure a queue that pushes again once its rotation has taken what it can: many leads at once fill it only for the
moment in which they are placed (D5)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from leads.models import Lead
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.intake.admitting import admit, pass_on
from queues.actions.intake.parking import partner_of
from queues.actions.intake.state import lock_state, take_back_paused
from queues.decisions.intake import entering
from queues.models import Queue, ReviewItem
from queues.queries.counts import depth_by_queue
from queues.queries.intake import admissible_items


def admit_after_serving(leads: Sequence[Lead], *, at: datetime) -> int:
    """What was parked at this moment enters as far as there is room now. Where nothing stays parked, the queue was
    never full; where some does and the queue has a partner, it leaves to the partner (D8). What was parked before keeps
    its turn: for that the sweep opens the queue."""
    ids = [lead.pk for lead in leads if lead.stage == Lead.Stage.REVIEW]
    if not ids:
        return 0
    parked = ReviewItem.objects.filter(lead__in=ids, closed_at__isnull=True, parked_why=ReviewItem.Parked.FULL)
    queues = Queue.objects.active().exclude(dispatch=Queue.Dispatch.PULL).select_related("rotation", "overflow_pool")
    found = queues.filter(pk__in=parked.order_by().values("parked_for"), intake__full_since=at)
    return sum(_admit(queue, ids, at=at) for queue in found.order_by("pk"))


@transaction.atomic
def _admit(queue: Queue, lead_ids: Collection[int], *, at: datetime) -> int:
    lock_rotations([queue.pk])
    state, entered = lock_state(queue), 0
    if state.full_since != at or state.aged_since is not None:
        return 0
    while left := admissible_items(queue).count():
        depth = max(depth_by_queue([queue]).get(queue.pk, 0), 0)
        some = admit(queue, entering(left, depth=depth, limit=queue.depth_limit), at=at)
        if not some:
            if (pool := partner_of(queue)) is not None:
                pass_on(queue, pool, lead_ids, at=at)
            return entered
        entered += some
        while serve(queue, at=at):
            pass
    state.full_since = None
    state.save(update_fields=["full_since"])
    take_back_paused(queue, since=at)
    return entered
