"""Who is told about a queue (C7, E5)."""

from queues.models import Queue
from routing.queries.audience import all_manager_ids
from routing.queries.people import manager_ids


def manager_ids_of_queue(queue: Queue | None) -> list[int]:
    """The managers of the queue's team; of a queue without a team, and of a lead without a queue, all managers."""
    return manager_ids([queue.team_id]) if queue is not None and queue.team_id else all_manager_ids()
