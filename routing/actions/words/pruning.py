"""Delete what is old of the log of deliveries, some at a time (J5)."""

from datetime import datetime, timedelta

from django.db import transaction

from routing.models import Delivery
from routing.queries.words import word_settings

CHUNK = 1000
State = Delivery.State
ENDED = (State.SENT, State.MERGED, State.FAILED, State.UNSURE)


def forget_deliveries(*, at: datetime) -> int:
    """Those that ended and were written longer ago than sales ops keep them; how many. Rows are read in the order in
    which they were written, up to the first that is young enough."""
    before, deleted, last = at - timedelta(days=word_settings().keep_days), 0, 0
    while True:
        rows = list(Delivery.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "made_at", "state")[:CHUNK])
        old = [pk for pk, made_at, state in rows if made_at < before and state in ENDED]
        if old:
            with transaction.atomic():
                deleted += Delivery.objects.filter(pk__in=old, state__in=ENDED).delete()[1].get("routing.Delivery", 0)
        if len(rows) < CHUNK or rows[-1][1] >= before:
            return deleted
        last = rows[-1][0]
