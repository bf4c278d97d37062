"""What edits of hours, days off and limits did to the deadlines of a queue (D3)."""

from django.db.models import Q

from queues.models import DeadlineMove, Queue


def last_move(queue: Queue) -> DeadlineMove | None:
    """The newest move by an edit of this queue or of the hours of its team."""
    rows = DeadlineMove.objects.select_related("by").order_by("-at", "-pk")
    return rows.filter(Q(queue=queue) | Q(team=queue.team_id, team__isnull=False)).first()
