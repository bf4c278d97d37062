"""What becomes of a message after an attempt: when it is tried again, and when no more (I3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# after the first attempt, the second, ...: three days in all
WAITS = (
    30 * _SECOND,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
JITTER = 0.1  # of each wait, in both directions
LONGEST_ASKED = timedelta(hours=24)  # what a Retry-After may ask for
REFUSED_TRIES = 3
PASSING = (408, 409, 425, 429)  # refusals that may be over a moment later
BUSY = (429, 503)  # all of the receiver, not this message
GONE = 410
OFF_AFTER = timedelta(days=5)
QUIET = timedelta(days=2)  # longer than the longest wait: who was not tried for so long did not fail all that time
REST_AFTER = 3  # failures one after the other
FIRST_REST, LONGEST_REST = 30 * _SECOND, 5 * _MINUTE


class Came(StrEnum):
    SENT = "sent"
    AGAIN = "again"
    FAILED = "failed"  # not tried again by itself
    GONE = "gone"  # the endpoint is to be removed


@dataclass(frozen=True, slots=True)
class Answer:
    """Either a status, or the problem why there was none. `asked_to_wait` is what Retry-After said, in a busy
    answer."""

    status: int | None = None
    problem: str = ""
    asked_to_wait: timedelta | None = None

    @property
    def is_sent(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_refusal(self) -> bool:
        """The receiver does not take this message; it may well take others."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in PASSING


@dataclass(frozen=True, slots=True)
class Verdict:
    came: Came
    wait: timedelta | None = None  # with AGAIN


def judge(answer: Answer, *, attempts: int, refusals: int, jitter: float) -> Verdict:
    """`attempts` and `refusals` count this one; `jitter` lies between -1 and 1."""
    if answer.is_sent:
        return Verdict(Came.SENT)
    if answer.status == GONE:
        return Verdict(Came.GONE)
    if attempts > len(WAITS) or (answer.is_refusal and refusals >= REFUSED_TRIES):
        return Verdict(Came.FAILED)
    wait = WAITS[max(attempts, 1) - 1] * (1 + JITTER * jitter)
    return Verdict(Came.AGAIN, max(wait, answer.asked_to_wait or wait))


def asked_wait(status: int, headers: Mapping[str, str], *, at: datetime) -> timedelta | None:
    """What Retry-After says, as seconds or as a date, at most a day. `headers` in lower case."""
    said = headers.get("retry-after", "").strip()
    if status not in BUSY or not said:
        return None
    if said.isascii() and said.isdigit():
        wait = timedelta(seconds=min(int(said[:9]), LONGEST_ASKED.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(said)
        except (ValueError, OverflowError, TypeError, IndexError):  # whatever a receiver makes up
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    return min(wait, LONGEST_ASKED) if wait > timedelta(0) else None


def rest(answer: Answer, *, failures: int) -> timedelta | None:
    """How long nothing goes to this endpoint after so many failures one after the other: one that hangs or is down
    gets one message now and then, and holds up nobody."""
    if answer.is_refusal:
        return None
    asked = answer.asked_to_wait or timedelta(0)
    if failures < REST_AFTER:
        return asked or None
    return max(asked, min(FIRST_REST * 2 ** min(failures - REST_AFTER, 10), LONGEST_REST))


def is_to_be_switched_off(failing_since: datetime | None, *, at: datetime) -> bool:
    return failing_since is not None and at - failing_since >= OFF_AFTER
