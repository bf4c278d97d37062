"""How many leads waited at each full hour of the past, and how old they were: counted back from now (E8, E9).

Who waits at a moment is who waits now, less those who came after it, and those who left after it. Added up over all
hours of a span, that needs only five sums of its moves, whatever its length: a lead that came in the third hour of the
span is missing at the three full hours before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Self

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Waiting:
    """Leads that wait at one moment; `since` adds up the seconds since 1970 at which their ages began."""

    leads: int = 0
    since: int = 0


@dataclass(frozen=True, slots=True)
class Moves:
    """What came, less what went, in the hours of a span: of leads and of their `since`; and the same multiplied by the
    number of the hour, and by its square."""

    net: int = 0
    net_hours: int = 0
    net_squares: int = 0
    since: int = 0
    since_hours: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})


def moves_of_hour(number: int, net: int, since: int) -> Moves:
    return Moves(net, net * number, net * number * number, since, since * number)


@dataclass(frozen=True, slots=True)
class Span:
    """Hours from `first` to `last`, `last` not included, numbered from any full hour."""

    first: int
    last: int
    moves: Moves


@dataclass(frozen=True, slots=True)
class Waited:
    """Added up over the full hours of a span, at the beginning of each: `leads` that waited, and `seconds`, their
    ages."""

    hours: int = 0
    leads: int = 0
    seconds: int = 0

    def __add__(self, other: Self) -> Self:
        """One queue in two spans."""
        return type(self)(self.hours + other.hours, self.leads + other.leads, self.seconds + other.seconds)

    def beside(self, other: Self) -> Self:
        """Two queues in the same hours."""
        hours = max(self.hours, other.hours)
        return type(self)(hours, self.leads + other.leads, self.seconds + other.seconds)

    @property
    def mean_age(self) -> float | None:
        """Seconds; an hour in which many waited weighs as much more. None where nobody waited (L2)."""
        return self.seconds / self.leads if self.leads else None

    @property
    def mean_depth(self) -> Fraction | None:
        return Fraction(self.leads, self.hours) if self.hours else None


def count_back(now: Waiting, spans: Sequence[Span], *, start: int) -> list[Waited]:
    """Of spans that follow each other, the last up to now. `start`: seconds since 1970 of the hour with number 0."""
    found: list[Waited] = []
    leads, since = now.leads, now.since
    for span in reversed(spans):
        found.append(_waited(span, leads, since, start))
        leads -= span.moves.net
        since -= span.moves.since
    return found[::-1]


def _waited(span: Span, leads: int, since: int, start: int) -> Waited:
    """`leads` and `since` at its end. A move in hour h is undone at the k = h - first + 1 full hours up to h, whose
    seconds add up to k * begins + HOUR * k * (k - 1) / 2."""
    hours, moves = span.last - span.first, span.moves
    begins, before = start + HOUR * span.first, 1 - span.first
    times = moves.net_hours + before * moves.net
    squares = moves.net_squares + 2 * before * moves.net_hours + before * before * moves.net
    depth = hours * leads - times
    seconds = leads * (hours * begins + HOUR * hours * (hours - 1) // 2)
    seconds -= times * begins + HOUR * (squares - times) // 2
    seconds -= hours * since - (moves.since_hours + before * moves.since)
    return Waited(hours, max(depth, 0), max(seconds, 0))
