"""`manage.py supervise`: runs the worker and the outbox, and restarts each when it dies or falls silent.

It only watches other processes, so it does not load Django: it reads their heartbeats from the database itself.
"""

import argparse
import logging
import logging.config
import sys
import threading
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

HELP = "Runs the background worker and the outbox, and restarts each when it dies or its heartbeat grows old."
LOOK_EVERY = 2.0  # seconds between two looks at the heartbeat
LONGEST_PAUSE = 30.0  # seconds between two starts of a process that dies at once
OUTBOX_GRACE = 15.0  # seconds; longer than its own

StopRequested = Callable[[float], bool]
Silence = Callable[[], float | None]


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="manage.py supervise", description=HELP).parse_args(arguments)
    logging.config.dictConfig(logging_of(LOG_LEVEL, LOG_FORMAT))
    with stop_requested() as stopping:
        beside = threading.Thread(target=keep, args=("outbox", stopping, OUTBOX_GRACE), daemon=True)
        beside.start()
        keep("worker", stopping, WORKER_GRACE_SECONDS)
        beside.join()
    return 0


def keep(name: str, stopping: StopRequested, grace: float) -> None:
    group = ProcessGroup(name, manage(name), env={"ALUR_SERVER": "worker"}, grace=grace)
    reader = HeartbeatReader(database(env, server=ALUR_SERVER, testing=False, var=VAR), name)
    watch(group, stopping=stopping, silent_for=lambda: silent_seconds(reader), limit=BEAT_STALE_SECONDS)


def watch(group: ProcessGroup, *, stopping: StopRequested, silent_for: Silence, limit: float) -> None:
    """Keeps it alive until asked to stop. `stopping(seconds)` waits so long and says whether to stop."""
    pause = 1.0
    while True:
        group.start()
        started = time.monotonic()
        reason = _wait_for_trouble(group, stopping, silent_for, limit)
        group.stop()
        if not reason:
            return
        log.error("the %s %s; starting it again", group.name, reason)
        pause = min(pause * 2, LONGEST_PAUSE) if time.monotonic() - started < 60 else 1.0
        if stopping(pause):
            return


def _wait_for_trouble(group: ProcessGroup, stopping: StopRequested, silent_for: Silence, limit: float) -> str:
    """What went wrong; empty when it was asked to stop."""
    heard = time.monotonic()  # a young process had no time yet
    while not stopping(LOOK_EVERY):
        if group.exit_code is not None:
            return f"ended with code {group.exit_code}"
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
