"""What came of sending one text, and the limit in time of any way out."""

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Came(StrEnum):
    """UNSURE: the text was handed over, and no answer came. DEAD: this address takes nothing, now or later."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    DEAD = "dead"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`problem` is a code, never the words of a host, which may repeat the address. `gone` are devices of the
    person that no longer exist."""

    came: Came
    problem: str = ""
    gone: tuple[int, ...] = ()


class HandOver:
    """The moment after which nobody can take a text back. A sender that was given up before it may not begin it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._has_begun = self._is_given_up = False

    def begin(self) -> None:
        """Called by the sender, right before the text leaves."""
        with self._lock:
            if self._is_given_up:
                raise TimeoutError
            self._has_begun = True

    def give_up(self) -> Outcome:
        """Called by who waits no longer."""
        with self._lock:
            self._is_given_up = True
            return Outcome(Came.UNSURE if self._has_begun else Came.RETRY, "too_slow")

    @property
    def has_begun(self) -> bool:
        return self._has_begun


class Send(Protocol):
    def __call__(self, *, hand_over: HandOver) -> Outcome: ...


class Sending:
    """One call of a sender in a thread of its own. A host that answers one byte a second holds up nobody: after the
    limit the thread is left alone, and it ends with the connection."""

    def __init__(self, send: Send) -> None:
        self._hand_over = HandOver()
        self._done = threading.Event()
        self._outcome: Outcome | None = None
        self._send = send
        threading.Thread(target=self._run, daemon=True, name="sending").start()

    def outcome(self, seconds: float) -> Outcome:
        self._done.wait(max(seconds, 0))
        found = self._outcome
        return found if found is not None else self._hand_over.give_up()

    def _run(self) -> None:
        try:
            self._outcome = self._send(hand_over=self._hand_over)
        except Exception as problem:  # whatever a sender did not foresee; the type says enough
            came = Came.UNSURE if self._hand_over.has_begun else Came.RETRY
            self._outcome = Outcome(came, type(problem).__name__.lower()[:40])
        finally:
            self._done.set()
