"""What leaves at once: webhooks and owners in CRMs are asked for every second, each in a thread of its own (I3, I4).

The worker's schedules do the same work each minute; leases make both safe together. So whatever happens to this
process, what is due leaves, only later (docs/decisions/70-the-outbox-is-asked-every-second.md).
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from config.worker.heartbeat import OUTBOX, record_heartbeat

log = logging.getLogger("config.outbox")

TASKS = ("leads.tasks.send_webhooks", "queues.tasks.write_crms")
EVERY = 1.0  # seconds between the end of a turn and the next
BEAT_EVERY = 10.0
LOOK_EVERY = 0.5  # whether to stop
LONGEST_TURN = 120.0  # seconds; a turn that takes longer hangs, and the heartbeat stops so that somebody ends it
GRACE = 10.0  # seconds that a turn has to end

StopRequested = Callable[[float], bool]


@dataclass
class Lane:
    """One task, asked again and again. An error is logged and ends nothing."""

    task: str
    began: float = field(default_factory=time.monotonic)
    turns: int = 0

    def run(self, ended: threading.Event) -> None:
        while not ended.is_set():
            self.began = time.monotonic()
            self.turn()
            self.turns += 1
            ended.wait(EVERY)
        connections.close_all()

    def turn(self) -> None:
        try:
            close_old_connections()
            import_string(self.task)()
        except Exception:
            log.exception("%s failed; it is asked again", self.task)
        finally:
            close_old_connections()

    @property
    def hangs(self) -> bool:
        return time.monotonic() - self.began > LONGEST_TURN


def run_outbox(stopping: StopRequested, tasks: Sequence[str] = TASKS) -> None:
    """Until asked to stop. `stopping(seconds)` waits so long and says whether to stop."""
    ended, lanes = threading.Event(), [Lane(task) for task in tasks]
    threads = [threading.Thread(target=lane.run, args=(ended,), name=lane.task, daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    beat(lanes)
    beaten = time.monotonic()
    while not stopping(LOOK_EVERY):
        if time.monotonic() - beaten >= BEAT_EVERY:
            beat(lanes)
            beaten = time.monotonic()
    ended.set()
    limit = time.monotonic() + GRACE
    for thread in threads:
        thread.join(max(0.0, limit - time.monotonic()))


def beat(lanes: Sequence[Lane]) -> None:
    """Not while a lane hangs."""
    hanging = [lane.task for lane in lanes if lane.hangs]
    if hanging:
        log.error("the outbox hangs: %s", ", ".join(hanging))
        return
    try:
        close_old_connections()
        record_heartbeat(OUTBOX, at=timezone.now())
    except DatabaseError:
        log.exception("the outbox cannot leave its heartbeat")
