"""One line of the doctor's report, and the checks that apps add; each registers its own in AppConfig.ready()."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    OK = "OK"
    LOOK = "look"  # it works, and somebody should know
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` in one or two words, what was found, and what to do about it."""

    what: str
    state: State
    says: str
    do: str = ""


Check = Callable[[datetime], Iterable[Finding]]
_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Of what stands in the database, at a moment. Registering twice has no effect."""
    _checks[name] = check


def registered_checks() -> list[tuple[str, Check]]:
    return sorted(_checks.items())


def fine(what: str, says: str) -> Finding:
    return Finding(what, State.OK, says)


def look(what: str, says: str, do: str) -> Finding:
    return Finding(what, State.LOOK, says, do)


def broken(what: str, says: str, do: str) -> Finding:
    return Finding(what, State.BROKEN, says, do)
