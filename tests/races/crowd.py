"""Many hands at once: threads with a database connection each, and processes of their own."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from django.db import connection

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent
Result = TypeVar("Result")


def all_at_once(acts: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run every act in a thread of its own, all released at the same moment; what an act raised is its result."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result | Exception:
        try:
            connection.ensure_connection()
            gate.wait(timeout=PATIENCE)
            return act()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def processes(script: str, arguments: Sequence[Sequence[object]], env: dict[str, str]) -> list[str]:
    """Run tests/races/<script> once for each list of arguments, side by side; returns what each printed."""
    running = [_started(script, given, env) for given in arguments]
    printed = []
    for process in running:
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        printed.append(out)
    return printed


def killed(script: str, arguments: Sequence[object], env: dict[str, str]) -> None:
    """Run tests/races/<script> once; it must end by a kill of its own, in the midst of what it did."""
    process = _started(script, arguments, env)
    _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL, err


def _started(script: str, given: Sequence[object], env: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "races" / script), *map(str, given)],
        cwd=ROOT,
        env=env | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
