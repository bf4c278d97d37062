"""What a refusal of a CRM asks for: wait, be mended by a person, try this record later, or leave it (I4).

Reasons are those of config.reach.crm.errors, by their values; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FIRST_PAUSE = timedelta(seconds=60)  # doubled each time, where the CRM names no time
LONGEST_PAUSE = timedelta(hours=1)
OF_A_DAY = timedelta(hours=1)  # the calls of the day are used up: asked again each hour, with one call
FIRST_WAIT = timedelta(seconds=5)  # of one record, doubled each time
LONGEST_WAIT = timedelta(hours=1)
JITTER = 0.2  # of a wait, more or less
SILENT_BEFORE_PAUSE = 3  # answers missing in a row, before the whole connection waits
MOST_ATTEMPTS = 20  # at one record, some twelve hours
MOST_PERCENT = 80  # of the calls of a day; the rest is for the other programs of the company

STOPS = frozenset({"wrong", "converted", "access"})
BREAKS = frozenset({"sign_in", "rights", "field", "account"})  # `account` is ours: the secrets open another one


class Then(StrEnum):
    """PAUSE: the connection waits and goes on by itself. BREAK: a person must mend it. LATER: only this record, or this
    reading, is asked again. STOP: this record waits for a person. GONE: it is no longer there."""

    PAUSE = "pause"
    BREAK = "break"
    LATER = "later"
    STOP = "stop"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Answer:
    """`wait` is none where waiting does not help."""

    then: Then
    wait: timedelta = timedelta()


def after_refusal(
    reason: str,
    *,
    wait: float | None = None,
    is_daily: bool = False,
    failures: int = 0,
    attempts: int = 0,
    luck: float = 0.5,
) -> Answer:
    """`wait`: the seconds that the CRM asked for, kept exactly. `failures`: of the connection, in a row, before this
    one. `attempts`: at this record, before this one. `luck`, from 0 to 1, spreads what would come back at once."""
    if reason in BREAKS:
        return Answer(Then.BREAK)
    if reason == "gone":
        return Answer(Then.GONE)
    if reason in STOPS:
        return Answer(Then.STOP)
    if reason == "limit":
        return Answer(Then.PAUSE, _pause(wait, failures, is_daily=is_daily))
    if reason == "silent" and wait is not None:  # "come back in", from a CRM that is being serviced
        return Answer(Then.PAUSE, timedelta(seconds=wait))
    if reason == "silent" and failures + 1 >= SILENT_BEFORE_PAUSE:
        return Answer(Then.PAUSE, _doubled(FIRST_PAUSE, failures + 1 - SILENT_BEFORE_PAUSE, LONGEST_PAUSE))
    if attempts + 1 >= MOST_ATTEMPTS:
        return Answer(Then.STOP)
    shortest = timedelta(seconds=wait or 0)
    spread = 1 + JITTER * (2 * luck - 1)
    return Answer(Then.LATER, max(shortest, _doubled(FIRST_WAIT, attempts, LONGEST_WAIT) * spread))


def is_used_up(used: int, limit: int) -> bool:
    """Whether the share of the day's calls that Alur may use is gone. A limit of 0 is none."""
    return limit > 0 and used * 100 >= limit * MOST_PERCENT


def _pause(wait: float | None, failures: int, *, is_daily: bool) -> timedelta:
    if wait is not None:
        return timedelta(seconds=wait)
    return OF_A_DAY if is_daily else _doubled(FIRST_PAUSE, failures, LONGEST_PAUSE)


def _doubled(first: timedelta, times: int, most: timedelta) -> timedelta:
    return min(first * 2 ** min(times, 20), most)
