"""Caps: how many leads a member may be given in an hour, a day, a week or a month (F5).

Windows are those of the calendar in the rotation's time zone; a week begins on Monday. They are counted, not rationed:
a cap of 14 a month gives 14 in the month, however they come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

WINDOWS = ("hour", "day", "week", "month")
CAPPED = {window: f"cap_{window}" for window in WINDOWS}  # the reason why somebody is passed over

Counts = Mapping[str, tuple[str, int]]  # window -> (its key, leads given in it)


@dataclass(frozen=True, slots=True)
class Room:
    """How many leads may still be given now, and which limit says so; None is no limit."""

    left: int | None = None
    reason: str = ""


def key_of(window: str, at: datetime, tz: ZoneInfo) -> str:
    """The name of the window in which this moment lies, such as "2026-W48"; an hour that the clocks repeat is two."""
    local = at.astimezone(tz)
    if window == "hour":
        return local.strftime("%Y-%m-%dT%H") + f"{local.utcoffset()}"
    if window == "day":
        return local.strftime("%Y-%m-%d")
    if window == "week":
        year, week, _weekday = local.isocalendar()
        return f"{year}-W{week:02d}"
    return local.strftime("%Y-%m")


def keys_at(at: datetime, tz: ZoneInfo) -> dict[str, str]:
    """The windows of this moment."""
    return {window: key_of(window, at, tz) for window in WINDOWS}


def room(caps: Mapping[str, int | None], counts: Counts, keys: Mapping[str, str]) -> Room:
    """The tightest cap; of two that leave the same, the longer window, as it holds longer. `keys` as of keys_at()."""
    left, reason = None, ""
    for window in WINDOWS:
        cap = caps.get(window)
        if cap is None:
            continue
        free = max(cap - used(counts, window, keys), 0)
        if left is None or free <= left:
            left, reason = free, CAPPED[window]
    return Room(left, reason)


def used(counts: Counts, window: str, keys: Mapping[str, str]) -> int:
    key, number = counts.get(window, ("", 0))
    return number if key == keys[window] else 0


def given(counts: Counts, keys: Mapping[str, str], turns: int = 1) -> dict[str, tuple[str, int]]:
    """The counts after so many leads more (fewer, when a turn is undone in the same window)."""
    return {window: (keys[window], max(used(counts, window, keys) + turns, 0)) for window in WINDOWS}
