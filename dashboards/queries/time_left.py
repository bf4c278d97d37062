"""What the clocks of leads still count, where they pause before they are due (D3)."""

from collections.abc import Sequence
from datetime import datetime

from queues.models import Queue
from routing.decisions.availability.work_time import TimeLeft
from routing.models import Assignment
from routing.queries.work_time import calendars_of_teams, times_left


def contacts_left(held: Sequence[Assignment], *, at: datetime) -> list[TimeLeft | None]:
    """Until first contact of each is due; at most one query."""
    return times_left([(each.clock_id, None if each.first_contact_at else each.first_due_at) for each in held], at=at)


def waits_left(wanted: Sequence[tuple[Queue, datetime]], *, at: datetime) -> list[TimeLeft | None]:
    """Until the longest wait in each queue is over; at most two queries."""
    by_hours = [queue for queue, _due in wanted if queue.wait_counts == Queue.WaitCounts.TEAM]
    calendars = calendars_of_teams({queue.team_id for queue in by_hours if queue.team_id is not None})
    pairs = [(calendars.get(queue.team_id or 0) if queue in by_hours else None, due) for queue, due in wanted]
    return times_left(pairs, at=at)
