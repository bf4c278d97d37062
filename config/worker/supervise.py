"""`manage.py supervise`: runs the worker and restarts it when it dies or falls silent.

It only watches another process, so it does not load Django: it reads the heartbeat from the database itself.
"""

import argparse
import logging
import logging.config
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from config.databases import database
from config.environment import ALUR_SERVER, BEAT_STALE_SECONDS, LOG_FORMAT, LOG_LEVEL, VAR, WORKER_GRACE_SECONDS, env
from config.logs import logging_of
from config.worker.heartbeat_reader import HeartbeatReader, HeartbeatUnreadable
from config.worker.processes import ProcessGroup, manage
from config.worker.stop_signal import stop_requested

log = logging.getLogger("config.supervise")

HELP = "Runs the background worker, and restarts it when it dies or its heartbeat grows old."
LOOK_EVERY = 2.0  # seconds between two looks at the heartbeat
LONGEST_PAUSE = 30.0  # seconds between two starts of a worker that dies at once

StopRequested = Callable[[float], bool]
Silence = Callable[[], float | None]


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="manage.py supervise", description=HELP).parse_args(arguments)
    logging.config.dictConfig(logging_of(LOG_LEVEL, LOG_FORMAT))
    worker = ProcessGroup("worker", manage("worker"), env={"ALUR_SERVER": "worker"}, grace=WORKER_GRACE_SECONDS)
    reader = HeartbeatReader(database(env, server=ALUR_SERVER, testing=False, var=VAR))
    with stop_requested() as stopping:
        watch(worker, stopping=stopping, silent_for=lambda: silent_seconds(reader), limit=BEAT_STALE_SECONDS)
    return 0


def watch(worker: ProcessGroup, *, stopping: StopRequested, silent_for: Silence, limit: float) -> None:
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


def _wait_for_trouble(worker: ProcessGroup, stopping: StopRequested, silent_for: Silence, limit: float) -> str:
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


def silent_seconds(reader: HeartbeatReader) -> float | None:
    """Age of the last heartbeat; infinite before the first; None when the database cannot say."""
    try:
        last = reader.last()
    except HeartbeatUnreadable as error:
        log.warning("cannot read the heartbeat: %s", error)
        return None
    return float("inf") if last is None else (datetime.now(UTC) - last).total_seconds()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
