"""What edits of hours, days off and limits did to the deadlines of a queue (D3)."""

from django.db.models import Q, QuerySet

from queues.models import DeadlineMove, Queue


def moves_of(queue: Queue) -> QuerySet[DeadlineMove]:
    """By edits of this queue or of the hours of its team."""
    return DeadlineMove.objects.filter(Q(queue=queue) | Q(team=queue.team_id, team__isnull=False))


def last_move(queue: Queue) -> DeadlineMove | None:
    return moves_of(queue).select_related("by").order_by("-at", "-pk").first()
