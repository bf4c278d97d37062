"""Move deadlines that lie ahead when hours, days off or limits change (D3)."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User

from config.models import BackgroundJob
from queues.models import DeadlineMove


def move_deadlines(
    *,
    why: DeadlineMove.Why,
    calendars: Collection[int] = (),
    queues: Collection[int] = (),
    by: User | None,
    at: datetime,
) -> BackgroundJob | None:
    """Start the job that gives waiting leads and open contact clocks of these calendars and queues their new deadlines;
    None if there is nothing to move. Call it after the change is saved, in its transaction.

    A deadline that has passed stays, and none moves before `at`. No deadline moves yet.
    """
    return None
