"""Caps: how many leads a member may be given in 60 minutes, in a day, a week or a month (F5).

The 60 minutes slide: a lead given exactly 60 minutes ago counts no more. Days, weeks and months are those of the
calendar in one time zone; a week begins on Monday. A cap of 14 a month allows 14 leads in the month, even if all come
on one day.

What was given is stored as {"times": [[second, leads], ...], "day": [second of the latest lead, leads], ...}. A day
counts as the current one if its latest lead came since midnight of the time zone that holds now. So who changes time
zone in the middle of a day gets no second day's leads, and waits no longer than until midnight of the new zone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

from routing.decisions.availability.skip_reasons import SkipReason

HOUR, DAY, WEEK, MONTH = WINDOWS = ("hour", "day", "week", "month")
CAPPED = {window: SkipReason(f"cap_{window}") for window in WINDOWS}
SLIDING = timedelta(minutes=60)
TIMES = "times"
MAX_TIMES = 600  # different seconds that are kept; of more, each is rounded up to the next ten seconds
COARSE = 10

Counts = Mapping[str, Any]  # as stored


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many more leads may be given now (None: no limit), and which limit says so."""

    left: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CapWindows:
    """The windows of one moment: since which second each runs. The sliding one excludes that second, the others include
    it."""

    at: datetime
    tz: ZoneInfo
    since: Mapping[str, float]


def windows_at(at: datetime, tz: ZoneInfo) -> CapWindows:
    today = at.astimezone(tz).date()
    since: dict[str, float] = {window: _midnight(_first_day(window, today), tz).timestamp() for window in WINDOWS[1:]}
    return CapWindows(at, tz, {HOUR: (at - SLIDING).timestamp()} | since)


def remaining(caps: Mapping[str, int | None], counts: Counts, now: CapWindows) -> Remaining:
    """What the tightest cap leaves; of two that leave the same, the longer window says so."""
    left, reason = None, ""
    for window in WINDOWS:
        cap = caps.get(window)
        if cap is None:
            continue
        free = max(cap - used(counts, window, now), 0)
        if left is None or free <= left:
            left, reason = free, CAPPED[window]
    return Remaining(left, reason)


def used(counts: Counts, window: str, now: CapWindows) -> int:
    if window == HOUR:
        since = now.since[HOUR]
        return sum([leads for second, leads in _stored_times(counts, now) if second > since])
    latest, leads = counts.get(window, (0, 0))
    if isinstance(latest, str):
        return leads if latest == _name_of(window, now) else 0
    return leads if latest >= now.since[window] else 0


def add_given(counts: Counts, now: CapWindows, leads: int = 1) -> dict[str, Any]:
    """The counts after this many more leads at this moment. Seconds are rounded up in the sliding window, so that there
    are never more than the cap in any 60 minutes."""
    times, second = _times(counts, now), ceil(now.at.timestamp())
    times[second] = times.get(second, 0) + leads
    if len(times) > MAX_TIMES:
        times = _coarse(times)
    longer = {window: [floor(now.at.timestamp()), used(counts, window, now) + leads] for window in WINDOWS[1:]}
    return {TIMES: [list(each) for each in sorted(times.items())]} | longer


def take_back(counts: Counts, now: CapWindows, *, given_at: datetime) -> dict[str, Any]:
    """The counts without one lead that was given at this moment: it gives its place back in the windows that still hold
    it, and in no other."""
    second, times = ceil(given_at.timestamp()), _times(counts, now)
    if second > now.since[HOUR] and (own := next((each for each in sorted(times) if each >= second), None)):
        times[own] -= 1
    found = {window: counts[window] for window in WINDOWS[1:] if window in counts}
    for window, (latest, _leads) in found.items():
        if given_at.timestamp() >= now.since[window] and (leads := used(counts, window, now)):
            found[window] = [floor(now.at.timestamp()) if isinstance(latest, str) else latest, leads - 1]
    return {TIMES: [list(each) for each in sorted(times.items()) if each[1]]} | found


def opens_at(caps: Mapping[str, int | None], counts: Counts, now: CapWindows) -> datetime | None:
    """When one more lead may be given: this moment if it may be now, None if never, because a cap is 0."""
    opens = now.at
    for window in WINDOWS:
        cap = caps.get(window)
        if cap is None or (over := used(counts, window, now) - cap) < 0:
            continue
        if cap == 0:
            return None
        opens = max(opens, _place_opens(counts, now, over + 1) if window == HOUR else _end(window, now))
    return opens


def _place_opens(counts: Counts, now: CapWindows, places: int) -> datetime:
    """When so many places of the sliding window are free again."""
    given = [second for second, leads in sorted(_times(counts, now).items()) for _lead in range(leads)]
    return datetime.fromtimestamp(given[places - 1], now.at.tzinfo) + SLIDING


def _times(counts: Counts, now: CapWindows) -> dict[int, int]:
    """The leads that the sliding window holds, by second."""
    since = now.since[HOUR]
    return {second: leads for second, leads in _stored_times(counts, now) if second > since}


def _stored_times(counts: Counts, now: CapWindows) -> Sequence[Sequence[int]]:
    """The release before stored only how many leads were given in one hour of the calendar; they count as given at the
    end of that hour, or now before it is over."""
    if TIMES in counts or HOUR not in counts:
        return counts.get(TIMES, ())
    name, leads = counts[HOUR]
    ends = (datetime.strptime(name[:13], "%Y-%m-%dT%H") + timedelta(hours=1)).replace(tzinfo=now.tz, fold=1)
    return [[ceil(min(ends, now.at).timestamp()), leads]]


def _coarse(times: Mapping[int, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for second, leads in times.items():
        later = -(-second // COARSE) * COARSE
        found[later] = found.get(later, 0) + leads
    return found


def _first_day(window: str, today: date) -> date:
    if window == WEEK:
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if window == MONTH else today


def _end(window: str, now: CapWindows) -> datetime:
    first = _first_day(window, now.at.astimezone(now.tz).date())
    days = {DAY: 1, WEEK: 7, MONTH: 31}[window]
    return _midnight(_first_day(window, first + timedelta(days=days)), now.tz)


def _midnight(day: date, tz: ZoneInfo) -> datetime:
    """The first moment of this day, also where the clocks leave midnight out or repeat it."""
    return datetime(day.year, day.month, day.day, tzinfo=tz)


def _name_of(window: str, now: CapWindows) -> str:
    """What the release before stored instead of a second, such as "2026-W48"."""
    today = now.at.astimezone(now.tz).date()
    if window == WEEK:
        year, week, _weekday = today.isocalendar()
        return f"{year}-W{week:02d}"
    return today.strftime("%Y-%m" if window == MONTH else "%Y-%m-%d")
