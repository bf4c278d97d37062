"""Real processes of a test, known by one mark in their environment, so that none is left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[1]


class Family:
    """All processes that inherited one mark in their environment."""

    def __init__(self, process_env: dict[str, str]) -> None:
        self.mark = uuid4().hex
        self.env = process_env | {"ALUR_TEST_FAMILY": self.mark, "WORKERS": "1"}
        self.started: list[subprocess.Popen] = []

    def start(self, *command: str, **env: str) -> subprocess.Popen:
        process = subprocess.Popen(command, cwd=ROOT, env=self.env | env, stdout=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def members(self, word: str = "") -> list[int]:
        return sorted(process.pid for process in psutil.process_iter() if self.belongs(process, word))

    def belongs(self, process: psutil.Process, word: str) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE or process.environ().get("ALUR_TEST_FAMILY") != self.mark:
                return False
            return word in " ".join(process.cmdline())
        except psutil.Error:
            return False

    def leader(self, word: str) -> int:
        """The first process of that command below its guard."""
        return min(self.members(f"manage.py {word}"), key=lambda pid: psutil.Process(pid).create_time())

    def kill(self) -> None:
        """All of them, and those that they start in this moment; returns when none is left."""
        until(lambda: not self._kill_once())

    def _kill_once(self) -> list[int]:
        pids = self.members()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return pids

    def end(self) -> None:
        self.kill()
        for process in self.started:
            process.wait(timeout=PATIENCE)


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> object:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")
