"""The escalations that a manager must decide, and those within his or her reach (C7)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from queues.models import Escalation, Queue
from routing.models import Assignment


def open_escalations(user, *, at: datetime) -> QuerySet[Escalation]:
    """What this manager must decide now, longest ago first (C7); what is snoozed comes back by itself."""
    return (
        escalations_of(user)
        .filter(closed_at__isnull=True)
        .filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at))
        .order_by("broke_at", "pk")
    )


def escalations_of(user) -> QuerySet[Escalation]:
    """All escalations within this person's reach: of leads that own people hold, and while nobody holds the lead,
    of the own queues. What was decided stays in reach of the queue: who comes second reads who was first (L8)."""
    if user.has_perm("queues.operate_queue"):
        return Escalation.objects.all()
    if not user.has_perm("queues.watch_queue"):
        return Escalation.objects.none()
    held = Assignment.objects.open().filter(lead=OuterRef("lead"))
    mine = held.filter(Q(holder=user) | Q(holder__rep__teams__managers=user))
    of_my_queues = Q(queue__in=Queue.objects.managed_by(user).values("pk"))
    waits_with_me = ~Q(Exists(held)) & (of_my_queues | Q(queue__isnull=True))
    return Escalation.objects.filter(Q(Exists(mine)) | waits_with_me | (Q(closed_at__isnull=False) & of_my_queues))


def open_escalation_count(user, *, at: datetime) -> int:
    return open_escalations(user, at=at).count()
