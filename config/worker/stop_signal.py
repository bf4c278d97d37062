"""Turns the signals that end a program into an answer to "shall I stop?"."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def stop_requested() -> Iterator[Callable[[float], bool]]:
    """Yields a function that waits for so many seconds, or less when asked to stop, and says whether it was."""
    reading, writing = os.pipe()

    def note(*_: object) -> None:
        os.write(writing, b".")  # never read again: once asked, always asked

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield lambda seconds: bool(select.select([reading], [], [], seconds)[0])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
