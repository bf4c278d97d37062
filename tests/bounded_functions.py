"""What a child with limits is asked to do in tests: it imports these by name."""

import os
import resource
import signal
from typing import Any

Facts = dict[str, str]


def echo(content: bytes, facts: Facts) -> dict[str, Any]:
    return {"content": content.decode(), "facts": facts}


def spin(content: bytes, facts: Facts) -> None:
    while True:
        pass


def wait(content: bytes, facts: Facts) -> None:
    signal.pause()


def hoard(content: bytes, facts: Facts) -> None:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def go_deep(content: bytes, facts: Facts) -> None:
    go_deep(content, facts)


def chatter(content: bytes, facts: Facts) -> str:
    print("not an answer", flush=True)
    os.write(1, b"not an answer either")
    return "the answer"


def end_by(content: bytes, facts: Facts) -> None:
    number = int(facts["signal"])
    if number not in (signal.SIGKILL, signal.SIGSTOP):  # who starts tests in the background may have them ignored
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def environment(content: bytes, facts: Facts) -> list[str]:
    return sorted(os.environ)


def limits(content: bytes, facts: Facts) -> list[int]:
    kinds = (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_CORE)
    return [resource.getrlimit(kind)[0] for kind in kinds]


def alarm(content: bytes, facts: Facts) -> float:
    return signal.getitimer(signal.ITIMER_REAL)[0]


seen: list[str] = []


def remember(content: bytes, facts: Facts) -> list[str]:
    seen.append(content.decode())
    return seen
