"""A child process with all its descendants: started as one group, ended as one group, never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.conf import settings

GRACE = 20.0  # seconds between asking and killing


class Group:
    """One command in a session of its own, so that Ctrl-C at the terminal reaches only whoever started it."""

    def __init__(self, name: str, command: Sequence[str], *, env: dict[str, str] | None = None, grace: float = GRACE):
        self.name = name
        self.command = list(command)
        self.env = env or {}
        self.grace = grace
        self._leash: subprocess.Popen | None = None
        self._hold: int | None = None

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._leash.poll() if self._leash else 0

    def start(self) -> None:
        reading, self._hold = os.pipe()
        leash = [sys.executable, "-m", "config.worker.process_guard", str(reading), str(self.grace), *self.command]
        self._leash = subprocess.Popen(
            leash,
            cwd=settings.BASE_DIR,
            env=os.environ | self.env,
            pass_fds=[reading],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )
        os.close(reading)

    def ask_to_stop(self) -> None:
        if self._leash and self._leash.poll() is None:
            self._leash.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Asks, waits for the grace time, then kills whatever of the group is left."""
        if not self._leash:
            return
        self.ask_to_stop()
        limit = time.monotonic() + self.grace
        while self._leash.poll() is None and time.monotonic() < limit:
            time.sleep(0.05)
        self._kill_rest()

    def _kill_rest(self) -> None:
        """Also after a quiet end: a dead parent can leave orphans in its group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._leash.pid, signal.SIGKILL)
        self._leash.wait()
        os.close(self._hold)
        self._leash = None


def manage(*arguments: str) -> list[str]:
    """The command line of a management command of this project."""
    return [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments]
