"""Runs the worker and restarts it when it dies or falls silent."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from config.schedules import sync_schedules
from config.worker.heartbeat import worker_beat_age
from config.worker.processes import Group, manage
from config.worker.stop_signal import stop_requested

log = logging.getLogger("config.supervise")

LOOK_EVERY = 2.0  # seconds between two looks at the beat
LONGEST_PAUSE = 30.0  # seconds between two starts of a worker that dies at once

Stopping = Callable[[float], bool]
Silence = Callable[[], float | None]


class Command(BaseCommand):
    help = "Runs the background worker, and restarts it when it dies or its heartbeat grows old."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_schedules(at=timezone.now())
        environment = {"ALUR_SERVER": "worker"}
        worker = Group("worker", manage("qcluster"), env=environment, grace=settings.WORKER_GRACE_SECONDS)
        with stop_requested() as stopping:
            watch(worker, stopping=stopping, silent_for=silent_seconds, limit=settings.BEAT_STALE_SECONDS)


def watch(worker: Group, *, stopping: Stopping, silent_for: Silence, limit: float) -> None:
    """Keeps the worker alive until asked to stop. `stopping(seconds)` waits so long and says whether to stop."""
    pause = 1.0
    while True:
        worker.start()
        started = time.monotonic()
        reason = _wait_for_trouble(worker, stopping, silent_for, limit)
        worker.stop()
        if not reason:
            return
        log.error("the worker %s; starting it again", reason)
        pause = min(pause * 2, LONGEST_PAUSE) if time.monotonic() - started < 60 else 1.0
        if stopping(pause):
            return


def _wait_for_trouble(worker: Group, stopping: Stopping, silent_for: Silence, limit: float) -> str:
    """What went wrong; empty when it was asked to stop."""
    heard = time.monotonic()  # a young worker had no time yet
    while not stopping(LOOK_EVERY):
        if worker.exit_code is not None:
            return f"ended with code {worker.exit_code}"
        now, silence = time.monotonic(), silent_for()
        heard = now if silence is None else max(heard, now - silence)
        if now - heard > limit:
            return f"was silent for {now - heard:.0f} s"
    return ""


def silent_seconds() -> float | None:
    """Age of the last beat; infinite before the first; None when the database cannot tell."""
    try:
        close_old_connections()
        age = worker_beat_age(timezone.now())
    except DatabaseError as error:
        log.warning("cannot read the heartbeat: %s", error)
        return None
    return age.total_seconds() if age is not None else float("inf")
