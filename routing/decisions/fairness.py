"""Fairness: what each member was given against what was due, and one verdict that knows whole leads (H1).

What is due follows from weight and availability at each turn (decisions/rotation/state.py). A lead cannot be split, so
a member with the whole number just below or above what is due has exactly the right number: 5,5,5,4,4 of 23 is
perfect, although its Gini coefficient is 0.052. Only a difference beyond that counts.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, sqrt
from typing import TypeVar

MAX_ACCEPTABLE, MAX_WATCH = Fraction(5, 100), Fraction(10, 100)  # how far off, in parts of what is due
MAX_GINI = 0.05  # the Gini coefficient should stay below
FAR = Fraction(1, 2)  # that far off, managers and sales ops are alerted
Who = TypeVar("Who", bound=Hashable)


class Level(StrEnum):
    IDEAL = "ideal"  # within one lead of what is due
    ACCEPTABLE = "acceptable"
    WATCH = "watch"
    PROBLEM = "problem"


LEVELS = list(Level)


@dataclass(frozen=True, slots=True)
class Share:
    """What one rep was given and was due, in leads or in value; `waited` says that leads came for 24 h while the rep
    was available and got none."""

    rep_id: int
    given: Fraction | int
    due: Fraction
    waited: bool = False


@dataclass(frozen=True, slots=True)
class JudgedShare:
    """`off` is how far what was given lies beyond the nearest whole number of leads due; `share_off` is that in parts
    of what is due, None when nothing is due."""

    share: Share
    off: Fraction
    share_off: Fraction | None
    level: Level

    @property
    def is_far(self) -> bool:
        """More than half off. A rep within one lead is never far off, however little was due."""
        return self.level == Level.PROBLEM and self.share_off is not None and abs(self.share_off) > FAR


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst level decides. `spread` and `gini` compare what was given for each lead due; `least_gini` is that of
    the best split into whole leads. None where nothing was given or nothing was due (L2)."""

    level: Level
    rows: tuple[JudgedShare, ...]
    given: Fraction | int
    spread: float | None
    gini: float | None
    least_gini: float | None

    @property
    def worst(self) -> JudgedShare | None:
        rows = [row for row in self.rows if row.share_off is not None]
        return max(rows, key=lambda row: (abs(row.share_off or 0), abs(row.off)), default=None)

    @property
    def is_gini_high(self) -> bool:
        return self.gini is not None and self.gini - (self.least_gini or 0) >= MAX_GINI


def due_of(sizes: Mapping[tuple[tuple[Who, int], ...], int], *, unit: int) -> dict[Who, Fraction]:
    """What is due to each, in units. The keys are those who shared some turns, as (who, weight); the values are the
    sizes of these turns, summed by the caller because fractions are slow."""
    due: dict[Who, Fraction] = {}
    for sharing, size in sizes.items():
        weights = sum(weight for _who, weight in sharing)
        for who, weight in sharing:
            due[who] = due.get(who, Fraction(0)) + Fraction(size * weight, weights * unit)
    return due


def verdict(shares: Sequence[Share]) -> Verdict:
    rows = tuple(judge_share(share) for share in shares)
    level = max((row.level for row in rows), key=LEVELS.index, default=Level.IDEAL)
    total = sum((share.given for share in shares), start=0)
    best = best_split(shares)
    return Verdict(
        level=level,
        rows=rows,
        given=total,
        spread=spread(_rates(shares, [share.given for share in shares])),
        gini=gini(_rates(shares, [share.given for share in shares])),
        least_gini=gini(_rates(shares, best)),
    )


def judge_share(share: Share) -> JudgedShare:
    below, above = floor(share.due), ceil(share.due)
    off = share.given - above if share.given > above else share.given - below if share.given < below else Fraction(0)
    off = Fraction(off)
    if share.due <= 0:
        return JudgedShare(share, off, None, Level.IDEAL if not off else Level.WATCH)
    part = off / share.due
    if not off or abs(share.given - share.due) <= 1:
        return JudgedShare(share, off, part, Level.IDEAL)
    size = abs(part)
    return JudgedShare(
        share,
        off,
        part,
        Level.ACCEPTABLE if size <= MAX_ACCEPTABLE else Level.WATCH if size <= MAX_WATCH else Level.PROBLEM,
    )


def best_split(shares: Sequence[Share]) -> list[int]:
    """The split into whole leads that is nearest to what is due: the largest remainders are rounded up."""
    total = int(sum((share.given for share in shares), start=0))
    split = [floor(share.due) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: (split[index] - shares[index].due, index))
    for number in range(max(total - sum(split), 0)):
        if by_remainder:
            split[by_remainder[number % len(by_remainder)]] += 1
    return split


def spread(rates: Sequence[float]) -> float | None:
    """The standard deviation in parts of the mean (the coefficient of variation)."""
    mean = sum(rates) / len(rates) if rates else 0
    return sqrt(sum((rate - mean) ** 2 for rate in rates) / len(rates)) / mean if mean else None


def gini(rates: Sequence[float]) -> float | None:
    """The Gini coefficient: 0 when all have the same, towards 1 when one has everything."""
    total = sum(rates)
    if not total:
        return None
    ranked = sorted(rates)
    return sum((2 * rank - len(ranked) - 1) * rate for rank, rate in enumerate(ranked, start=1)) / (len(ranked) * total)


def _rates(shares: Sequence[Share], given: Sequence[Fraction | int]) -> list[float]:
    """Leads given for each lead due; reps who were due nothing are not compared."""
    return [float(had / share.due) for had, share in zip(given, shares, strict=True) if share.due > 0]
