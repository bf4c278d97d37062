"""Patterns of leads that keep coming back: what they are found from, and when enough speaks for one (E9).

A pattern is found only where it is large, where chance would hardly make it, and where it shows in at least three of
four weeks (or months). Histories of chance alone must give a false alarm in less than one of twenty cases: a test
draws them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt

HOURS_OF_WEEK = 7 * 24
LEAST_WEEKS = 4
LEAST_LEADS = 40  # in the hours or days that are compared
SURE = 2.6  # standard errors: chance alone reaches this in one of 200 cases
WORKING_DAYS = range(5)  # Monday to Friday


class Verdict(StrEnum):
    FOUND = "found"
    NOT_FOUND = "not_found"
    TOO_SHORT = "too_short"  # a history of too few weeks, or of too few ends of months
    TOO_FEW = "too_few"  # leads


@dataclass(frozen=True, slots=True)
class Week:
    """From Monday, by the hours of the reader's clock; `depth` is what waited at the beginning of each hour, None
    for an hour that the clock skips."""

    monday: date
    came: Sequence[int]
    claimed: Sequence[int]
    depth: Sequence[int | None]

    def came_in(self, days: Iterable[int], hours: range = range(24)) -> int:
        return sum(self.came[place] for place in _places(days, hours))

    def claimed_in(self, days: Iterable[int], hours: range = range(24)) -> int:
        return sum(self.claimed[place] for place in _places(days, hours))

    def depths(self, days: Iterable[int], hours: range) -> list[int]:
        found = [self.depth[place] for place in _places(days, hours)]
        return [depth for depth in found if depth is not None]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two rates: the first as a multiple of the second, None where the second is nothing (L2); and how many standard
    errors of chance lie between them, below zero where the first is smaller."""

    ratio: float | None
    errors: float

    def is_above(self, least: float) -> bool:
        return self.errors >= SURE and (self.ratio is None or self.ratio >= least)

    def is_below(self, most: float) -> bool:
        return self.errors <= -SURE and self.ratio is not None and self.ratio <= most


def contrast(first: int, second: int) -> Contrast:
    """Leads of two stretches of time that are equally long."""
    if not first + second:
        return Contrast(None, 0.0)
    return Contrast(first / second if second else None, (first - second) / sqrt(first + second))


def is_steady(agreeing: int, of: int) -> bool:
    """In at least three of four."""
    return of > 0 and agreeing * 4 >= of * 3


def spread(counts: Sequence[int]) -> float:
    """Variance by mean of daily counts; 1 for chance alone, and never less."""
    mean = sum(counts) / len(counts) if counts else 0.0
    if not mean or len(counts) < 2:
        return 1.0
    return max(sum((count - mean) ** 2 for count in counts) / (len(counts) - 1) / mean, 1.0)


def mean(values: Sequence[float]) -> float | None:
    """None of nothing (L2)."""
    return sum(values) / len(values) if values else None


def since_first_lead(weeks: Sequence[Week]) -> list[Week]:
    """Without the weeks before anything came or waited."""
    first = next((place for place, week in enumerate(weeks) if any(week.came) or any(week.depth)), len(weeks))
    return list(weeks[first:])


def _places(days: Iterable[int], hours: range) -> list[int]:
    return [day * 24 + hour for day in days for hour in hours]
