"""How many waiting leads will breach their longest wait in the coming hours, by replaying those hours of earlier weeks
(K1)."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 6  # of ten minutes in an hour
STEP = 600  # seconds
ENOUGH = 0.8  # a measure helps that prevents at least so much of what would breach


@dataclass(frozen=True, slots=True)
class Line:
    """A queue now. `overdue` leads have breached and stand in front; `due` is when the others will, in seconds from
    now, the soonest first; `limit` is how long a lead that comes now may wait, in seconds."""

    overdue: int
    due: tuple[float, ...]
    limit: float


@dataclass(frozen=True, slots=True)
class Week:
    """One earlier week: how many leads came in each of the coming hours, and how many can be taken."""

    came: tuple[float, ...]
    taken: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Breaches up to the end of each coming hour, as the mean of the weeks; and in the least and the worst week."""

    by_hour: tuple[float, ...]
    least: int
    most: int

    @property
    def expected(self) -> int:
        return round(self.by_hour[-1]) if self.by_hour else 0


@dataclass(frozen=True, slots=True)
class Measure:
    """`reps` more than usually work, or a `source` paused (its part of what comes in, 0..1); `prevents` breaches."""

    prevents: int
    reps: int = 0
    source: str = ""
    part: float = 0.0


def forecast(line: Line, weeks: Sequence[Week], *, faster: float = 1.0, fewer: float = 0.0) -> Forecast | None:
    """None without an earlier week. `faster` multiplies what is taken; `fewer` is the part of arrivals left out."""
    if not weeks:
        return None
    lives = [_live(line, week, faster, fewer) for week in weeks]
    hours = zip(*lives, strict=True)
    means = tuple(sum(hour) / len(lives) for hour in hours)
    return Forecast(means, min(life[-1] for life in lives), max(life[-1] for life in lives))


def measures(line: Line, weeks: Sequence[Week], *, reps: float, sources: Sequence[tuple[str, float]]) -> list[Measure]:
    """What prevents most of the expected breaches: the fewest more reps, and the one source; the better first. `reps`
    is how many usually take from the queue on a day; `sources` are names with their part of the arrivals."""
    plain = forecast(line, weeks)
    if plain is None or not plain.expected:
        return []
    found = []
    if reps:
        for more in (1, 2, 3):
            tried = _measured(line, weeks, plain, reps=more, faster=1 + more / reps)
            if tried.prevents >= ENOUGH * plain.expected:
                break
        found.append(tried)
    paused = [_measured(line, weeks, plain, source=name, part=part, fewer=part) for name, part in sources]
    found += sorted(paused, key=lambda one: (-one.prevents, one.part))[:1]
    helpful = [one for one in found if one.prevents > 0]
    return sorted(helpful, key=lambda one: (-one.prevents, one.reps))


def _measured(
    line: Line,
    weeks: Sequence[Week],
    plain: Forecast,
    *,
    reps: int = 0,
    source: str = "",
    part: float = 0.0,
    faster: float = 1.0,
    fewer: float = 0.0,
) -> Measure:
    then = forecast(line, weeks, faster=faster, fewer=fewer)
    return Measure(plain.expected - (then.expected if then else 0), reps, source, part)


def _live(line: Line, week: Week, faster: float, fewer: float) -> list[int]:
    """Breaches up to the end of each hour when the week repeats itself, in steps of ten minutes: leads come and are
    taken evenly within an hour, the one that is due first is taken first, and nobody takes from an empty queue."""
    waiting, overdue, breached, came, hands = _Waiting(line.due), line.overdue, 0, 0.0, 0.0
    counted = []
    for hour, (comes, is_taken) in enumerate(zip(week.came, week.taken, strict=True)):
        more, able = comes * (1 - fewer) / STEPS, is_taken * faster / STEPS
        for now in range(hour * STEPS * STEP, (hour + 1) * STEPS * STEP, STEP):
            came, hands = came + more, hands + able
            if came >= 1:
                waiting.add(now + line.limit, int(came))
                came -= int(came)
            if hands >= 1:
                late = min(int(hands), overdue)
                overdue -= late
                hands = min(hands - late - waiting.take(int(hands) - late), 1.0)
            late = waiting.drop(now + STEP)
            breached, overdue = breached + late, overdue + late
        counted.append(breached)
    return counted


class _Waiting:
    """Who is not overdue: those of `due` from `head` on, and who came since, as [when they are due, how many]. Both
    are in order, so a step costs the same however many wait."""

    __slots__ = ("due", "fresh", "head")

    def __init__(self, due: Sequence[float]) -> None:
        self.due, self.head = due, 0
        self.fresh: deque[list[float]] = deque()

    def add(self, moment: float, n: int) -> None:
        self.fresh.append([moment, n])

    def take(self, most: int) -> int:
        """Those that are due first, at most so many; returns how many."""
        left, fresh = most, self.fresh
        while left:
            if self.head < len(self.due):
                end = bisect_right(self.due, fresh[0][0], self.head) if fresh else len(self.due)
                n = min(left, end - self.head)
                self.head, left = self.head + n, left - n
            if not left or not fresh:
                break
            if fresh[0][1] > left:
                fresh[0][1] -= left
                return most
            left -= int(fresh.popleft()[1])
        return most - left

    def drop(self, moment: float) -> int:
        """Those that are due before this moment; returns how many."""
        n = 0
        if self.head < len(self.due) and self.due[self.head] < moment:
            end = bisect_left(self.due, moment, self.head)
            n, self.head = end - self.head, end
        while self.fresh and self.fresh[0][0] < moment:
            n += int(self.fresh.popleft()[1])
        return n


@dataclass(frozen=True, slots=True)
class Record:
    """What was forecast, and what happened; `happened` None: not over yet."""

    expected: int
    least: int
    most: int
    happened: int | None

    @property
    def is_hit(self) -> bool | None:
        """Within a fifth of what happened, or within what the earlier weeks gave, or off by no more than one."""
        if self.happened is None:
            return None
        is_near = abs(self.expected - self.happened) <= max(1, self.happened / 5)
        return is_near or self.least <= self.happened <= self.most


def total_error(records: Sequence[Record]) -> float | None:
    """How far all forecasts together were off, as a part of what happened; None if nothing happened."""
    known = [each for each in records if each.happened is not None]
    happened = sum(each.happened or 0 for each in known)
    return (sum(each.expected for each in known) - happened) / happened if happened else None


def added_up(forecasts: Sequence[Forecast]) -> Forecast | None:
    """Of several queues together."""
    if not forecasts:
        return None
    hours = zip(*(each.by_hour for each in forecasts), strict=True)
    return Forecast(
        tuple(sum(hour) for hour in hours),
        sum(each.least for each in forecasts),
        sum(each.most for each in forecasts),
    )
