"""Claims one after the other, alone and beside something else; milliseconds of each."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from queues.actions.claims.statement import claim_by_statement
from queues.models import Queue, Tally


def claims_alone(queue: Queue, rep: User, *, seconds: float) -> list[float]:
    found: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found.append(_one(queue, rep))
    return found


@contextmanager
def claims_beside(queue: Queue, rep: User) -> Iterator[list[float]]:
    """Claims go on in a thread until the block ends."""
    stop, found = threading.Event(), list[float]()

    def claim() -> None:
        while not stop.is_set():
            found.append(_one(queue, rep))
        connection.close()

    claimer = threading.Thread(target=claim)
    claimer.start()
    try:
        yield found
    finally:
        stop.set()
        claimer.join()


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)] if values else 0.0


def _one(queue: Queue, rep: User) -> float:
    start = time.perf_counter()
    claim_by_statement(queue.slug, by=rep, at=timezone.now(), slots=Tally.SLOTS)
    return (time.perf_counter() - start) * 1000
