"""A fair line for those who write to one SQLite file, within and across processes.

SQLite lets one writer in at a time, and the others look again now and then: who looks at a bad moment each time waits
for ever. Here they stand in line. Within a process the threads stand in a queue of their own, and only its first one
stands in the line of all processes. There it draws a ticket (a number counted in a file beside the database), locks the
byte of that number, and waits until nobody holds the byte of a smaller number. The system lets go of a process's locks
when it dies, so the line goes on.
"""

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable

from django.db import OperationalError

DESK = 0  # the byte that is locked while a ticket is drawn; the last number drawn is stored there
TICKETS = 1 << 32  # ticket n is the byte TICKETS + n; locks may lie beyond the end of a file
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0002, 0.002  # seconds between two looks at the line of processes
SUFFIX = "-line"  # of the file beside the database


class WaitedTooLong(OperationalError):
    """The database was busy for as long as this writer may wait; nothing was written."""


class Place:
    """One writer's place in the line of its process."""

    def __init__(self, thread: int) -> None:
        self.thread = thread
        self.entered = 1
        self.gate = threading.Lock()
        self.gate.acquire()


class WriterLine:
    """The line for one database file; a process has one for each file (line_for)."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._pid = os.getpid()
        self._guard = threading.Lock()
        self._waiting: deque[Place] = deque()
        self._holder: Place | None = None
        self._file: int | None = None

    @property
    def waiting(self) -> int:
        """How many threads of this process wait for their turn."""
        return len(self._waiting)

    @property
    def drawn(self) -> int:
        """How many tickets all processes have drawn so far."""
        return int.from_bytes(os.pread(self._open_file(), 8, DESK))

    def enter(self, seconds: float) -> Place:
        """Returns when it is this thread's turn to write. A thread that has its turn already enters at once."""
        deadline = time.monotonic() + seconds
        with self._guard:
            if self._holder and self._holder.thread == threading.get_ident():
                self._holder.entered += 1
                return self._holder
            place = Place(threading.get_ident())
            is_first = self._holder is None
            if is_first:
                self._holder = place
            else:
                self._waiting.append(place)
        if not is_first and not place.gate.acquire(timeout=seconds):
            self._give_up(place)
        try:
            self._draw_ticket(deadline)
        except BaseException:
            self.leave(place)
            raise
        return place

    def leave(self, place: Place) -> None:
        """Lets the next one write. Does nothing in a process that inherited the place from its parent."""
        if os.getpid() != self._pid:
            return
        place.entered -= 1
        if place.entered:
            return
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        with self._guard:
            self._holder = self._waiting.popleft() if self._waiting else None
            if self._holder:
                self._holder.gate.release()

    def _give_up(self, place: Place) -> None:
        with self._guard:
            if place in self._waiting:
                self._waiting.remove(place)
                raise WaitedTooLong("database is locked: the line of writers is too long")

    def _draw_ticket(self, deadline: float) -> None:
        file = self._open_file()
        _until(deadline, lambda: _lock(file, fcntl.LOCK_EX, 1, DESK))
        number = int.from_bytes(os.pread(file, 8, DESK)) + 1
        os.pwrite(file, number.to_bytes(8), DESK)
        _lock(file, fcntl.LOCK_EX, 1, TICKETS + number)
        fcntl.lockf(file, fcntl.LOCK_UN, 1, DESK)
        _until(deadline, lambda: _lock(file, fcntl.LOCK_SH, number, TICKETS))

    def _open_file(self) -> int:
        """Opened once and never closed: a process that closes such a file loses all its locks on it."""
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, self._mode())
        return self._file

    def _mode(self) -> int:
        """The mode of the database: a process that may write it may stand in its line."""
        try:
            return os.stat(self._path.removesuffix(SUFFIX)).st_mode & 0o666
        except FileNotFoundError:
            return 0o600


def line_for(database: str | os.PathLike[str]) -> WriterLine | None:
    """None for a database in memory, which has no file to lock."""
    name = os.fspath(database)
    if name.startswith((":memory:", "file:")):
        return None
    path = os.path.abspath(name) + SUFFIX
    with _lines_guard:
        if path not in _lines:
            _lines[path] = WriterLine(path)
        return _lines[path]


_lines: dict[str, WriterLine] = {}
_lines_guard = threading.Lock()


def _begin_in_child() -> None:
    """A child inherits neither the locks nor the threads of its parent."""
    global _lines_guard
    _lines.clear()
    _lines_guard = threading.Lock()


os.register_at_fork(after_in_child=_begin_in_child)


def _lock(file: int, kind: int, length: int, start: int) -> bool:
    try:
        fcntl.lockf(file, kind | fcntl.LOCK_NB, length, start)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _until(deadline: float, is_done: Callable[[], bool]) -> None:
    pause = SHORTEST_PAUSE
    while not is_done():
        if time.monotonic() > deadline:
            raise WaitedTooLong("database is locked: another process writes for too long")
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
