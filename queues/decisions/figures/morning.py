"""Which figures of yesterday differ most from what is usual, and where that comes from: the digest of the morning.

Usual is the mean of the same weekday of the last four weeks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, pstdev

MOST = 5
FEWEST_CASES = 5  # below, a mean or a share is chance
LEAST_PART = 0.1  # of the usual value; a smaller change is no news
LEAST_WEEKS = 2


class Figure(StrEnum):
    CAME = "came"
    CLAIMED = "claimed"
    WAIT = "wait"  # seconds, mean
    WITHIN_DAY = "within_day"  # share claimed within 24 h
    TURNED_OLD = "turned_old"  # leads that became older than 72 h
    CONTACTED_IN_TIME = "contacted_in_time"  # share
    RETURNED = "returned"


SHARES = frozenset({Figure.WITHIN_DAY, Figure.CONTACTED_IN_TIME})
COUNTS = frozenset({Figure.CAME, Figure.CLAIMED, Figure.TURNED_OLD, Figure.RETURNED})


@dataclass(frozen=True, slots=True)
class Value:
    """`part` of `whole`: a sum of seconds of so many leads, or a count of so many; of a count, `whole` is 1."""

    part: float = 0.0
    whole: float = 0.0

    def __add__(self, other: "Value") -> "Value":
        return Value(self.part + other.part, self.whole + other.whole)


Day = Mapping[tuple[Figure, int], Value]  # by figure and queue


@dataclass(frozen=True, slots=True)
class Change:
    """`queue` moved most in the same direction, from `queue_usual` to `queue_now`; None where no queue did."""

    figure: Figure
    now: float
    usual: float
    strength: float
    queue: int | None = None
    queue_now: float | None = None
    queue_usual: float | None = None


def changes(day: Day, weeks: Sequence[Day], *, queues: Sequence[int]) -> list[Change]:
    """Of these queues together, the strongest change first; at most five. Its strength is counted in how much the weeks
    differ among themselves, so that what jumps each week is no news."""
    found = [change for figure in Figure if (change := _change(figure, day, weeks, queues)) is not None]
    return sorted(found, key=lambda change: (-change.strength, change.figure))[:MOST]


def _change(figure: Figure, day: Day, weeks: Sequence[Day], queues: Sequence[int]) -> Change | None:
    now, before = _of(figure, day, queues), _known(figure, weeks, queues)
    if now is None or len(before) < LEAST_WEEKS:
        return None
    usual = fmean(before)
    moved = now - usual
    if figure in COUNTS and max(now, usual) < FEWEST_CASES:
        return None
    if abs(moved) < LEAST_PART * max(abs(usual), abs(now)) or not moved:
        return None
    scale = max(pstdev(before), LEAST_PART * max(abs(usual), abs(now)))
    queue = _queue_behind(figure, day, weeks, queues, is_more=moved > 0)
    return Change(figure, now, usual, abs(moved) / scale, *queue)


def _queue_behind(
    figure: Figure, day: Day, weeks: Sequence[Day], queues: Sequence[int], *, is_more: bool
) -> tuple[int | None, float | None, float | None]:
    if len(queues) < 2:
        return None, None, None
    found = []
    for queue in queues:
        now, before = _of(figure, day, [queue]), _known(figure, weeks, [queue])
        if now is None or not before or (now > fmean(before)) is not is_more:
            continue
        whole = 1.0 if figure in COUNTS else day[figure, queue].whole
        found.append((abs(now - fmean(before)) * whole, -queue, now, fmean(before)))
    if not found:
        return None, None, None
    _weight, queue, now, usual = max(found)
    return -queue, now, usual


def _known(figure: Figure, weeks: Sequence[Day], queues: Sequence[int]) -> list[float]:
    return [value for week in weeks if (value := _of(figure, week, queues)) is not None]


def _of(figure: Figure, day: Day, queues: Sequence[int]) -> float | None:
    """None where a mean or a share has too few cases; a count is 0 where nothing happened."""
    total = sum((day.get((figure, queue), Value()) for queue in queues), Value())
    if figure in COUNTS:
        return total.part
    return total.part / total.whole if total.whole >= FEWEST_CASES else None
