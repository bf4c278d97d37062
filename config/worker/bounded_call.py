"""Calls a function in a child process with limits on time and memory, for content from outside that may be a bomb.

The child begins with a clean state and ends with its answer, so that no content changes how the next one is read. It is
started as any command is, and so works on every thread and in the worker's processes, which may not use
multiprocessing.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.worker.bounded_child import FAILED, OUT_OF_MEMORY

ROOT = Path(__file__).resolve().parents[2]
# the child learns where Python is, and none of our secrets
INHERITED = ("PATH", "HOME", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONTZPATH")
BY_CONTENT = {-signal.SIGXCPU, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, OUT_OF_MEMORY}


@dataclass(frozen=True, slots=True)
class Limits:
    """`wall_seconds` are for a machine that is busy: a child that waits for nobody needs little more than its
    `cpu_seconds`."""

    cpu_seconds: int = 5
    wall_seconds: float = 15
    memory: int = 512 * 1024 * 1024  # bytes of address space


class LimitReached(Exception):
    """The function needed more time or memory than it may have for this content."""


class CallInterrupted(Exception):
    """The child could not start, or was ended by somebody else, which says nothing about the content."""


class CallFailed(Exception):
    """The function raised an exception, whose class this names."""


def call_in_child(function: str, content: bytes, facts: Mapping[str, Any], *, limits: Limits) -> Any:
    """What `function`, named as in package.module:name, answers to (content, facts); it must be what JSON can say.

    Raises LimitReached, CallInterrupted or CallFailed.
    """
    numbers = (limits.cpu_seconds, limits.wall_seconds, limits.memory)
    command = [sys.executable, "-m", "config.worker.bounded_child", function, *map(str, numbers)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(facts).encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={name: os.environ[name] for name in INHERITED if name in os.environ},
            timeout=limits.wall_seconds,
        )
    except subprocess.TimeoutExpired:  # subprocess has killed it
        raise LimitReached from None
    except OSError:  # no process or memory left on this machine
        raise CallInterrupted from None
    if done.returncode in BY_CONTENT:
        raise LimitReached
    if done.returncode == FAILED:
        raise CallFailed(done.stdout.decode(errors="replace"))
    if done.returncode:
        raise CallInterrupted
    return json.loads(done.stdout)
