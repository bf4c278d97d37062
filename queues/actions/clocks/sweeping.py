"""How sweeps go through what is due: row by row, each in its own transaction, until nothing is left."""

import logging
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from django.db import connection
from django.db.models import Q, QuerySet

log = logging.getLogger(__name__)
CHUNK_SIZE = 500
BUDGET = timedelta(seconds=25)  # of one sweep; well below the timeout of the worker, and the next comes in a minute


def run_due(
    due: QuerySet,
    act: Callable[[int], int],
    *,
    order: str,
    budget: timedelta = BUDGET,
    clock: Callable[[], float] = monotonic,
) -> int:
    """Call `act` with the id of each row, once, by the field `order`; returns the sum of its answers.

    `act` locks the row and looks again, because another sweep may be at it. A row that raises is logged and left for
    the next run, and the rows behind it go on; only without a database it stops.
    """
    ends, done = clock() + budget.total_seconds(), 0
    rows = due.order_by(order, "pk").values_list(order, "pk")
    part = rows
    while True:
        chunk = list(part[:CHUNK_SIZE])
        for _value, pk in chunk:
            done += _act(act, pk, what=f"{due.model.__name__} by {order}")
            if clock() >= ends:
                return done
        if len(chunk) < CHUNK_SIZE:
            return done
        value, pk = chunk[-1]
        behind = Q(**{f"{order}__gt": value}) | Q(pk__gt=pk)
        part = rows.filter(behind, **{f"{order}__gte": value})


def _act(act: Callable[[int], int], pk: int, *, what: str) -> int:
    try:
        return act(pk)
    except Exception:
        log.exception("The sweep of %s failed for row %s; the next one tries it again.", what, pk)
        if not connection.is_usable():
            raise
        return 0
