"""Set what a queue does when first contact is late (D2)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from config.live import announce
from queues.actions.clocks.deadlines import move_deadlines
from queues.models import ContactStep, DeadlineMove, Queue

Line = tuple[str, int | None]  # what happens, and after how many minutes


@transaction.atomic
def set_contact_steps(queue: Queue, lines: Sequence[Line], *, by: User | None, at: datetime) -> bool:
    """These steps in this order, numbered from 1; True if anything changed. Steps that were done stay done, and open
    clocks go on with the new ones."""
    list(Queue.objects.select_for_update(no_key=True).filter(pk=queue.pk).only("pk"))
    rows = list(ContactStep.objects.filter(queue=queue).order_by("position", "pk"))
    if [(row.act, row.after_minutes) for row in rows] == list(lines):
        return False
    for row in rows[len(lines) :]:
        set_history_author(row, by)
        row.delete()
    for number, (act, after_minutes) in enumerate(lines):
        row = rows[number] if number < len(rows) else ContactStep(queue=queue)
        if row.pk and (row.act, row.after_minutes) == (act, after_minutes):
            continue
        row.act, row.after_minutes, row.position = act, after_minutes, number + 1
        set_history_author(row, by)
        row.save()
    move_deadlines(why=DeadlineMove.Why.STEPS, queues=[queue.pk], by=by, at=at)
    announce("escalations")
    return True
