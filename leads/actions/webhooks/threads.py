"""Threads that are used again: to start one costs more than a call to a fast receiver (I3)."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread

IDLE = 5  # seconds after which a thread without work ends


class Threads:
    """As many as there is work at once. A call that hangs keeps its thread, which ends with the process, and others
    are started beside it."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._idle = Semaphore(0)

    def run(self, act: Callable[[], None]) -> None:
        self._waiting.put(act)
        if not self._idle.acquire(blocking=False):
            Thread(target=self._work, daemon=True, name="webhook").start()

    def _work(self) -> None:
        while True:
            try:
                act = self._waiting.get(timeout=IDLE)
            except Empty:
                if self._idle.acquire(blocking=False):  # nobody counts on this thread any more
                    return
                continue
            act()
            self._idle.release()
