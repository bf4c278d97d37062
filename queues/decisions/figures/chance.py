"""What chance allows: the interval of a share, and whether one share is larger than another (E2, H2).

With few leads a share says little: 2 of 5 may be anything from 12 to 77 %. Two shares are called different only where
their intervals do not touch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from typing import Generic, TypeVar

from queues.decisions.figures.totals import share

Z = 1.959964  # 95 %, both sides
ENOUGH = 20  # leads below which nobody and nothing is compared
WIDE = 2  # times: from here on weights or training are worth a look (H2)
Key = TypeVar("Key")


class Larger(StrEnum):
    """Which of two shares is larger; UNCLEAR: it may be chance, UNKNOWN: one of them is missing."""

    FIRST = "first"
    SECOND = "second"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Interval:
    """Shares from `low` to `high`, both between 0 and 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sample:
    """`part` of the `whole`, both counts."""

    part: int
    whole: int

    @property
    def share(self) -> Fraction | None:
        return share(self.part, self.whole)

    @property
    def interval(self) -> Interval | None:
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Spread(Generic[Key]):
    """The largest and the smallest share among those with enough leads. `times` is their ratio, None where the smallest
    is 0. `is_wide`: twice or more; `is_chance`: it may be chance all the same."""

    best: Key
    worst: Key
    times: Fraction | None
    is_wide: bool
    is_chance: bool


def wilson(part: int, whole: int) -> Interval | None:
    """Wilson's 95 % interval of a share; None without a denominator (L2). Newcombe 1998, method 3."""
    if not whole:
        return None
    rate, square = part / whole, Z * Z
    middle = rate + square / (2 * whole)
    half = Z * sqrt(rate * (1 - rate) / whole + square / (4 * whole * whole))
    size = 1 + square / whole
    low = 0.0 if part == 0 else (middle - half) / size
    high = 1.0 if part == whole else (middle + half) / size
    return Interval(low, high)


def larger(first: Sample, second: Sample) -> Larger:
    one, other = first.interval, second.interval
    if one is None or other is None:
        return Larger.UNKNOWN
    if one.low > other.high:
        return Larger.FIRST
    return Larger.SECOND if other.low > one.high else Larger.UNCLEAR


def spread(samples: Mapping[Key, Sample]) -> Spread[Key] | None:
    """None where fewer than two have enough leads. Of equal shares the one with more leads counts."""
    shares = {key: (one.share, one.whole) for key, one in samples.items() if one.whole >= ENOUGH}
    if len(shares) < 2:
        return None
    best = max(shares, key=lambda key: shares[key])
    worst = min((key for key in shares if key != best), key=lambda key: (shares[key][0], -shares[key][1]))
    high, low = samples[best].share or Fraction(0), samples[worst].share or Fraction(0)
    return Spread(
        best,
        worst,
        times=high / low if low else None,
        is_wide=high > 0 and high >= WIDE * low,
        is_chance=larger(samples[best], samples[worst]) != Larger.FIRST,
    )
