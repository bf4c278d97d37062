"""Clocks: when so much time is over, and how much has passed, in wall time or in working time (D3)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Callers never ask which kind it is."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment, in UTC, by which so much time has passed since the start."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time that counts from start to end; zero when the end is not after the start."""
        ...


@dataclass(frozen=True, slots=True)
class WallTime:
    """All hours count."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        return start.astimezone(UTC) + duration

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0))


WALL: Clock = WallTime()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Working time from `starts_at` to `ends_at`; `before` is that of the calendar before it."""

    starts_at: datetime
    ends_at: datetime
    before: timedelta


@dataclass(frozen=True, slots=True)
class WorkTime:
    """The stretches of one calendar, in order, at least one.

    Past the last stretch wall time counts. Before the first none does, so a calendar begins long before anything that
    is measured with it.
    """

    stretches: Sequence[Stretch]

    def add(self, start: datetime, duration: timedelta) -> datetime:
        moment = start.astimezone(UTC)
        if duration <= timedelta(0):
            return moment
        goal = self.done_by(moment) + duration
        index = bisect_left(self.stretches, goal, key=lambda each: each.before) - 1
        found = self.stretches[index]
        return found.starts_at + (goal - found.before)

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(self.done_by(end) - self.done_by(start), timedelta(0))

    def done_by(self, at: datetime) -> timedelta:
        """The working time of the calendar before this moment."""
        index = bisect_right(self.stretches, at, key=lambda each: each.starts_at) - 1
        if index < 0:
            return timedelta(0)
        found = self.stretches[index]
        is_last = index == len(self.stretches) - 1
        return found.before + (at - found.starts_at if is_last else min(at, found.ends_at) - found.starts_at)
