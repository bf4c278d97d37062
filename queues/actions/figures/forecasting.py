"""Write down at each full hour what is forecast, and later what happened, so that pages can show both (K1)."""

from datetime import datetime, timedelta

from django.db import transaction

from config.bulk_update import bulk_update
from queues.decisions.figures.calendar import hour_start
from queues.decisions.figures.forecast import forecast
from queues.models import BreachForecast, Queue
from queues.queries.figures.forecast import ends_at, ran_out, starts

PROMPT = timedelta(minutes=10)  # a worker that stood still writes no forecast for an hour that is half over
SETTLED = timedelta(minutes=15)  # by then the sweep has recorded what ran out
KEPT = timedelta(days=60)
MOST = 2_000


def forecast_breaches(*, at: datetime) -> int:
    """How many forecasts were written. Twice in an hour writes nothing more."""
    _settle(at=at)
    hour = hour_start(at)
    if at - hour > PROMPT or BreachForecast.objects.filter(made_at=hour).exists():
        return 0
    BreachForecast.objects.filter(made_at__lt=at - KEPT).delete()
    rows = []
    for start in starts(list(Queue.objects.active().order_by("position", "pk")), at=at):
        found = forecast(start.line, start.weeks)
        if found is not None:
            rows.append(
                BreachForecast(
                    queue=start.queue,
                    made_at=hour,
                    until_at=ends_at(at),
                    expected=found.expected,
                    least=found.least,
                    most=found.most,
                )
            )
    return len(BreachForecast.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def _settle(*, at: datetime) -> None:
    """Breaches are counted as the forecast means them: the limit ran out before somebody took the lead, also where
    that were never noticed, because the sweep runs later than the lead was taken."""
    over = BreachForecast.objects.filter(happened__isnull=True, until_at__lte=at - SETTLED)
    rows = list(over.select_for_update(skip_locked=True).order_by("made_at", "pk")[:MOST])
    for made_at, until_at in sorted({(row.made_at, row.until_at) for row in rows}):
        its = [row for row in rows if row.made_at == made_at]
        happened = ran_out([row.queue_id for row in its], made_at, until_at)
        for row in its:
            row.happened = happened.get(row.queue_id, 0)
    bulk_update(BreachForecast, rows, ["happened"])
