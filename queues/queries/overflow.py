"""Which notices about queues there are now, to ask only for those (D5, D8)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from queues.models import IntakeState, Loan, Queue, ReviewItem, SourcePause
from queues.queries.fast_lanes import open_lanes


def overflow_rows(queues: Sequence[Queue], *, at: datetime) -> dict[str, QuerySet]:
    """One row of each kind of notice that there is, to count."""
    ids = [queue.pk for queue in queues]
    return {
        "states": IntakeState.objects.filter(queue__in=ids)[:1],
        "parked": ReviewItem.objects.filter(parked_for__in=ids, closed_at__isnull=True)[:1],
        "pauses": SourcePause.objects.filter(queue__in=ids, ended_at__isnull=True)[:1],
        "lanes": open_lanes(ids).order_by()[:1],
        "loans": Loan.objects.running(at).filter(queue__in=ids)[:1],
    }
