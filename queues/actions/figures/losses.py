"""Tell the managers of a queue that loses too many of its leads, by the figure that the report shows (E4)."""

import logging
from datetime import datetime

from django.db import transaction

from config.company import company_zone
from queues.actions.intake.state import lock_state, tell_losing
from queues.decisions.figures.calendar import ONE_DAY, day_of, day_start
from queues.decisions.figures.losses import keeps_losing
from queues.decisions.figures.totals import StayTotals
from queues.models import IntakeState, Queue
from queues.queries.figures.asked import ask
from queues.queries.figures.reading import stays

log = logging.getLogger(__name__)
DAYS_BACK = 29  # with today 30 days: what the report shows first
NOTHING = StayTotals()


def alert_losses(*, at: datetime) -> int:
    """One message a day while a queue loses too many, however often this runs; it ends by itself. Returns how many
    queues do now."""
    zone = company_zone()
    day = day_of(at, zone)
    start = day_start(day - DAYS_BACK * ONE_DAY, zone)
    queues = list(Queue.objects.active().select_related("team").order_by("pk"))
    found = stays(ask(start, at, at=at, queues=tuple(queue.pk for queue in queues)), "queue")
    states = IntakeState.objects.filter(losing_since__isnull=False).order_by("pk")
    known = set(states.values_list("queue", flat=True))
    losing = 0
    for queue in queues:
        totals, was_on = found.get((queue.pk,), NOTHING), queue.pk in known
        if not was_on and not keeps_losing(was_on, totals.abandonment):
            continue
        try:
            losing += _look(queue, totals, today=day_start(day, zone), at=at)
        except Exception:  # one queue that fails must not block the alerts of the others
            log.exception("the losses of queue %s could not be told", queue.pk)
    return losing


@transaction.atomic
def _look(queue: Queue, totals: StayTotals, *, today: datetime, at: datetime) -> int:
    state = lock_state(queue)
    is_on = keeps_losing(state.losing_since is not None, totals.abandonment)
    since = (state.losing_since or at) if is_on else None
    if since != state.losing_since:
        state.losing_since = since
        state.save(update_fields=["losing_since"])
    if is_on:
        tell_losing(queue, day=today, at=at, left=totals.unclaimed, entered=totals.entered)
    return int(is_on)
