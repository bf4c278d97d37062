"""How many waiting leads will breach their longest wait in the coming hours, by replaying those hours of earlier weeks
(K1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = 6  # of ten minutes in an hour
STEP = 600  # seconds
ENOUGH = 0.8  # a measure helps that prevents at least so much of what would breach


@dataclass(frozen=True, slots=True)
class Line:
    """A queue now. `overdue` leads have breached and stand in front; `due` is how many others will in each ten minutes
    from the start of the running hour; `limit` is how long a lead that comes now may wait, in seconds."""

    overdue: int
    due: tuple[int, ...]
    limit: float


@dataclass(frozen=True, slots=True)
class Week:
    """One earlier week: how many leads came in each of the coming hours, and how many can be taken."""

    came: tuple[float, ...]
    taken: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who takes part `share` (0..1) of a queue's leads is away, in seconds from the start of the running
    hour."""

    share: float
    starts: float
    ends: float


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


def by_step(due: Iterable[tuple[float, int]]) -> tuple[int, ...]:
    """How many in each ten minutes, from (seconds, how many)."""
    counts: dict[int, int] = {}
    for seconds, n in due:
        step = int(seconds // STEP)
        counts[step] = counts.get(step, 0) + n
    return tuple(counts.get(step, 0) for step in range(max(counts, default=-1) + 1))


def hands_there(away: Sequence[Away], hours: int) -> tuple[float, ...]:
    """The part of the usual hands that is there in each hour, 0..1."""
    found = []
    for hour in range(hours):
        start, end = hour * STEPS * STEP, (hour + 1) * STEPS * STEP
        gone = sum(one.share * max(min(one.ends, end) - max(one.starts, start), 0) / (end - start) for one in away)
        found.append(max(1 - gone, 0.0))
    return tuple(found)


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
    taken evenly within an hour, the one that is due first is taken first, and nobody takes from an empty queue.

    A page lives a hundred such days or more, so it never looks twice at times of which all leads were taken.
    """
    steps, later = len(week.came) * STEPS, int(line.limit // STEP)
    waiting = [*line.due[:steps], *[0] * (steps - len(line.due)), sum(line.due[steps:])]  # the last: due later
    breached, overdue, came, hands = 0, line.overdue, 0.0, 0.0
    first = 0  # nothing waits that is due before this step
    counted = []
    for hour, (of_hour, by_hour) in enumerate(zip(week.came, week.taken, strict=True)):
        coming, taking = of_hour * (1 - fewer) / STEPS, by_hour * faster / STEPS
        for step in range(hour * STEPS, hour * STEPS + STEPS):
            came += coming
            if came >= 1:
                due = min(step + later, steps)
                waiting[due] += int(came)
                came -= int(came)
                first = min(first, due)
            hands += taking
            if hands >= 1:
                free = int(hands)
                hands -= free
                taken = min(overdue, free)
                overdue, free = overdue - taken, free - taken
                while free and first <= steps:
                    taken = min(waiting[first], free)
                    waiting[first] -= taken
                    free -= taken
                    first += not waiting[first]
                hands = min(hands + free, 1.0)
            breached, overdue, waiting[step] = breached + waiting[step], overdue + waiting[step], 0
        counted.append(breached)
    return counted


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
