"""Give reps a calendar where a queue counts the holder's own hours (D3)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from queues.actions.clocks.deadlines import move_deadlines
from queues.models import DeadlineMove, Queue
from queues.queries.access import reps_of
from routing.actions.availability.clocks import give_clocks
from routing.models import RotationMember


@transaction.atomic
def keep_holder_clocks(*, at: datetime) -> int:
    """Reps who came within reach of such a queue get one; runs each minute, because teams and regions change in many
    places. Reps of other queues have none: they would be many rows that nobody asks for."""
    queues = Queue.objects.active().filter(contact_counts=Queue.ContactCounts.HOLDER).order_by("pk")
    if not queues:
        return 0
    near = [reps_of(queue, at=at).filter(clock=None).values_list("pk", flat=True) for queue in queues]
    rotations = Q(rotation__queues__in=queues) | Q(rotation__segments__queue__in=queues)
    members = RotationMember.objects.filter(rotations, left_at=None, rep__clock=None).order_by("pk")
    missing = {pk for reps in near for pk in reps} | set(members.values_list("rep", flat=True))
    if not missing or not (made := give_clocks(missing, at=at)):
        return 0
    move_deadlines(queues=[queue.pk for queue in queues], why=DeadlineMove.Why.TEAMS, by=None, at=at)
    return made
