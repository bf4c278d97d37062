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
class TimeLeft:
    """What a clock that pauses before its deadline still counts until then. It stands still, or stops at `stops_at`;
    in both cases it goes on at `resumes_at`."""

    left: timedelta
    resumes_at: datetime
    stops_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return self.stops_at is None


def time_left(stretches: Sequence[Stretch], due_at: datetime, *, at: datetime) -> TimeLeft | None:
    """None where wall time says it too: the clock runs on to its deadline, or the deadline has passed. `stretches` are
    those of its calendar, in order, at least those between the two moments."""
    pieces: list[tuple[datetime, datetime]] = []
    for each in stretches:
        starts, ends = max(each.starts_at, at), min(each.ends_at, due_at)
        if starts >= ends:
            continue
        if pieces and pieces[-1][1] == starts:
            starts = pieces.pop()[0]
        pieces.append((starts, ends))
    left = sum((ends - starts for starts, ends in pieces), timedelta(0))
    if not pieces or left == due_at - at:
        return None
    starts, ends = pieces[0]
    if starts > at:
        return TimeLeft(left, resumes_at=starts)
    return TimeLeft(left, resumes_at=pieces[1][0], stops_at=ends) if len(pieces) > 1 else None


def worked(stretches: Sequence[Stretch], start: datetime, end: datetime) -> timedelta:
    """The working time from start to end; `stretches` are at least those between the two."""
    spans = ((max(each.starts_at, start), min(each.ends_at, end)) for each in stretches)
    return sum((ends - starts for starts, ends in spans if starts < ends), timedelta(0))


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
