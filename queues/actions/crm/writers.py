"""Write to several CRMs side by side, so that one that hangs keeps no other waiting (I4)."""

import logging
import time
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread

from django.db import connections

from config.web.safe_fetch import OUTSIDE, Network
from queues.actions.crm.writing import BUDGET, Clock, write_to
from queues.models import Connection
from queues.queries.crm.standing import with_due_wishes

AT_ONCE = 4  # connections, each with a thread and a connection to the database
WAIT = 5.0  # seconds after which those that were just begun are left alone
logger = logging.getLogger(__name__)


class Writers:
    """Those that one process has under way, one of a connection. They may outlive one call of `work`."""

    def __init__(self) -> None:
        self.under_way: dict[int, Thread] = {}
        self._done: SimpleQueue[tuple[int, int]] = SimpleQueue()

    def work(self, *, clock: Clock, network: Network = OUTSIDE, seconds: float = WAIT) -> int:
        """How many records were written by those that have ended. Waits for what it begins, but not for what hangs."""
        written = self.ended(set(), seconds=0)
        begun = self._free(clock())
        for connection in begun:
            self._begin(connection, clock, network)
        return written + self.ended({connection.pk for connection in begun}, seconds=seconds)

    def _free(self, at: datetime) -> list[Connection]:
        due = [each for each in with_due_wishes(at=at) if each.pk not in self.under_way]
        return due[: AT_ONCE - len(self.under_way)]

    def _begin(self, connection: Connection, clock: Clock, network: Network) -> None:
        name = f"crm-{connection.pk}"
        thread = Thread(target=self._write, args=(connection, clock, network), name=name, daemon=True)
        self.under_way[connection.pk] = thread
        thread.start()

    def _write(self, connection: Connection, clock: Clock, network: Network) -> None:
        written = 0
        try:
            written = write_to(connection, clock=clock, network=network, end=time.monotonic() + BUDGET)
        except Exception:
            logger.exception("connection %s could not be written to; it is tried again", connection.pk)
        finally:
            connections.close_all()
            self._done.put((connection.pk, written))

    def ended(self, begun: set[int], *, seconds: float) -> int:
        """Until all of `begun` have ended, or the time is over."""
        written, until = 0, time.monotonic() + seconds
        while True:
            wait = max(0.0, until - time.monotonic()) if begun & self.under_way.keys() else 0.0
            try:
                pk, count = self._done.get(timeout=wait) if wait else self._done.get_nowait()
            except Empty:
                return written
            del self.under_way[pk]
            written += count
