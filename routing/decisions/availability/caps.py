"""Caps: how many leads a member may be given in an hour, a day, a week or a month (F5).

Hours, days, weeks and months are those of the calendar in the rotation's time zone; a week begins on Monday. A cap of
14 a month allows 14 leads in the month, even if all come on one day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from routing.decisions.availability.skip_reasons import SkipReason

WINDOWS = ("hour", "day", "week", "month")
CAPPED = {window: SkipReason(f"cap_{window}") for window in WINDOWS}

Counts = Mapping[str, tuple[str, int]]  # window -> (its key, leads given in it)


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many more leads may be given now (None: no limit), and which limit says so."""

    left: int | None = None
    reason: str = ""


def key_of(window: str, at: datetime, tz: ZoneInfo) -> str:
    """The name of the window in which this moment lies, such as "2026-W48". An hour that comes twice when the clocks
    go back has two names."""
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
    """The names of the windows of this moment."""
    return {window: key_of(window, at, tz) for window in WINDOWS}


def remaining(caps: Mapping[str, int | None], counts: Counts, keys: Mapping[str, str]) -> Remaining:
    """What the tightest cap leaves; of two that leave the same, the longer window says so. `keys` is from keys_at()."""
    left, reason = None, ""
    for window in WINDOWS:
        cap = caps.get(window)
        if cap is None:
            continue
        free = max(cap - used(counts, window, keys), 0)
        if left is None or free <= left:
            left, reason = free, CAPPED[window]
    return Remaining(left, reason)


def used(counts: Counts, window: str, keys: Mapping[str, str]) -> int:
    key, number = counts.get(window, ("", 0))
    return number if key == keys[window] else 0


def add_given(counts: Counts, keys: Mapping[str, str], turns: int = 1) -> dict[str, tuple[str, int]]:
    """The counts after `turns` more leads (fewer, when a turn is undone in the same window)."""
    return {window: (keys[window], max(used(counts, window, keys) + turns, 0)) for window in WINDOWS}
