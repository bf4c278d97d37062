"""A child process with all its descendants: started as one group, ended as one group, never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GRACE = 20.0  # seconds between asking and killing
BURIAL = 10.0  # seconds that the system may take to end what was killed


class ProcessGroup:
    """One command in a session of its own, so that Ctrl-C at the terminal reaches only the process that started it."""

    def __init__(self, name: str, command: Sequence[str], *, env: dict[str, str] | None = None, grace: float = GRACE):
        self.name = name
        self.command = list(command)
        self.env = env or {}
        self.grace = grace
        self._guard: subprocess.Popen | None = None
        self._hold: int | None = None

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._guard.poll() if self._guard else 0

    def start(self) -> None:
        reading, self._hold = os.pipe()
        guard = [sys.executable, "-m", "config.worker.process_guard", str(reading), str(self.grace), *self.command]
        self._guard = subprocess.Popen(
            guard,
            cwd=ROOT,
            env=os.environ | self.env,
            pass_fds=[reading],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )
        os.close(reading)

    def ask_to_stop(self) -> None:
        if self._guard and self._guard.poll() is None:
            self._guard.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Asks, waits for the grace time, then kills what is left of the group; returns when none of it lives."""
        if not self._guard:
            return
        self.ask_to_stop()
        limit = time.monotonic() + self.grace
        while self._guard.poll() is None and time.monotonic() < limit:
            time.sleep(0.05)
        self._kill_rest()

    def _kill_rest(self) -> None:
        """Also after a quiet end: a dead parent can leave orphans in its group."""
        limit = time.monotonic() + BURIAL
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._guard.pid, signal.SIGKILL)
        self._guard.wait()
        while lives(self._guard.pid) and time.monotonic() < limit:
            time.sleep(0.02)
        os.close(self._hold)
        self._guard = None


def lives(group: int) -> bool:
    """Whether any process of this group still runs. Zombies (dead, not yet reaped) do not count."""
    if not Path("/proc/self/stat").exists():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, 0)
            return True
        return False
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):
                state, _parent, of_group = Path(entry.path, "stat").read_text().rpartition(")")[2].split()[:3]
                if int(of_group) == group and state not in "ZX":
                    return True
    return False


def manage(*arguments: str) -> list[str]:
    """The command line of a management command of this project."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]
