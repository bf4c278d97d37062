"""The child of a bounded call: `python -m config.worker.bounded_child FUNCTION CPU WALL MEMORY`.

Standard input has a line of JSON, the facts, and then the content; standard output gets the answer as JSON. The limits
hold before the function is imported or anything is read. Django is not loaded here: the child must start fast.
"""

import json
import os
import resource
import signal
import sys
from importlib import import_module

FAILED, OUT_OF_MEMORY = 3, 4  # how the child ends; the parent knows the rest from the signal


def main(function: str, cpu: str, wall: str, memory: str) -> int:
    _limit(int(cpu), float(wall), int(memory))
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a package prints is no answer
    try:
        answer, code = _answer(function), 0
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as problem:  # also RecursionError; its text may hold what is nobody's business
        answer, code = type(problem).__name__.encode(), FAILED
    with os.fdopen(answers, "wb") as pipe:
        pipe.write(answer)
    return code


def _limit(cpu: int, wall: float, memory: int) -> None:
    """The alarm ends a child whose parent is gone and cannot end it."""
    _at_most(resource.RLIMIT_CORE, 0)
    _at_most(resource.RLIMIT_CPU, cpu)  # SIGXCPU, which ends the process
    _at_most(resource.RLIMIT_AS, memory)
    for number in (signal.SIGXCPU, signal.SIGALRM):  # the parent may ignore or block them
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGXCPU, signal.SIGALRM))
    signal.setitimer(signal.ITIMER_REAL, wall + 1)


def _at_most(what: int, limit: int) -> None:
    _soft, hard = resource.getrlimit(what)
    allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(what, (allowed, hard))
    except (ValueError, OSError):  # macOS knows no limit on address space
        if what != resource.RLIMIT_AS:
            raise


def _answer(function: str) -> bytes:
    module, _colon, name = function.partition(":")
    facts = json.loads(sys.stdin.buffer.readline())
    return json.dumps(getattr(import_module(module), name)(sys.stdin.buffer.read(), facts)).encode()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
