"""When a holder hears that ten minutes are left for first contact (D2)."""

from datetime import timedelta

MINUTES_LEFT = timedelta(minutes=10)
TOO_LATE = timedelta(minutes=5)  # a sweep that comes later than this says nothing: the next word is that it is overdue
SHORTEST = 2 * MINUTES_LEFT  # of limits: below it the lead has hardly been given


def is_last_call(left: timedelta, *, is_paused: bool = False) -> bool:
    """`left` is what the clock still counts. A clock that stands still is looked at again when it goes on."""
    return not is_paused and TOO_LATE < left <= MINUTES_LEFT
