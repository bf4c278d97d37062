"""Fairness: what each member was given against what was due, and one verdict that knows whole leads (H1).

Due is what weight and time available make of the turns that were taken (decisions.standing). Whole leads cannot be
split, so a member who has the whole number below or above what is due has exactly the right number: 5,5,5,4,4 of 23
is perfect, though its Gini coefficient is 0.052. Only what lies beyond that counts.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, sqrt
from typing import TypeVar

ACCEPTABLE, WATCH = Fraction(5, 100), Fraction(10, 100)  # of what is due
SPREAD, GINI = 0.05, 0.05  # what standard deviation / mean and the Gini coefficient should stay below
FAR = Fraction(1, 2)  # off what is due: somebody is told
Who = TypeVar("Who", bound=Hashable)


class Level(StrEnum):
    IDEAL = "ideal"  # within one lead of what is due
    ACCEPTABLE = "acceptable"
    WATCH = "watch"
    PROBLEM = "problem"


LEVELS = list(Level)


@dataclass(frozen=True, slots=True)
class Share:
    """What one rep was given and was due, in leads or in value; `waited` is whether leads came for 24 h while he or she
    was available and got none."""

    rep_id: int
    given: Fraction | int
    due: Fraction
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """`off` is given less due beyond whole leads; `share_off` that in parts of what is due, None without any due."""

    share: Share
    off: Fraction
    share_off: Fraction | None
    level: Level

    @property
    def is_far(self) -> bool:
        """More than half away; within one lead nobody is, however little was due."""
        return self.level == Level.PROBLEM and self.share_off is not None and abs(self.share_off) > FAR


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst level decides. `spread` and `gini` are of what was given for each lead due, `least_*` those of the best
    split into whole leads; None where nothing was given or nobody was due anything (L2)."""

    level: Level
    rows: tuple[Judged, ...]
    given: Fraction | int
    spread: float | None
    gini: float | None
    least_spread: float | None
    least_gini: float | None

    @property
    def worst(self) -> Judged | None:
        rows = [row for row in self.rows if row.share_off is not None]
        return max(rows, key=lambda row: (abs(row.share_off or 0), abs(row.off)), default=None)

    @property
    def is_spread_wide(self) -> bool:
        return self.spread is not None and self.spread - (self.least_spread or 0) >= SPREAD

    @property
    def is_gini_high(self) -> bool:
        return self.gini is not None and self.gini - (self.least_gini or 0) >= GINI


def due_of(sizes: Mapping[tuple[tuple[Who, int], ...], int], *, unit: int) -> dict[Who, Fraction]:
    """What is due to each, in units, from (who, weight) of those who shared and the sizes of what they shared. Sizes
    come summed by those who share, as fractions are slow."""
    due: dict[Who, Fraction] = {}
    for sharing, size in sizes.items():
        weights = sum(weight for _who, weight in sharing)
        for who, weight in sharing:
            due[who] = due.get(who, Fraction(0)) + Fraction(size * weight, weights * unit)
    return due


def verdict(shares: Sequence[Share]) -> Verdict:
    rows = tuple(judged(share) for share in shares)
    level = max((row.level for row in rows), key=LEVELS.index, default=Level.IDEAL)
    total = sum((share.given for share in shares), start=0)
    best = best_split(shares)
    return Verdict(
        level=level,
        rows=rows,
        given=total,
        spread=spread(_rates(shares, [share.given for share in shares])),
        gini=gini(_rates(shares, [share.given for share in shares])),
        least_spread=spread(_rates(shares, best)),
        least_gini=gini(_rates(shares, best)),
    )


def judged(share: Share) -> Judged:
    below, above = floor(share.due), ceil(share.due)
    off = share.given - above if share.given > above else share.given - below if share.given < below else Fraction(0)
    off = Fraction(off)
    if share.due <= 0:
        return Judged(share, off, None, Level.IDEAL if not off else Level.WATCH)
    part = off / share.due
    if not off or abs(share.given - share.due) <= 1:
        return Judged(share, off, part, Level.IDEAL)
    size = abs(part)
    return Judged(
        share, off, part, Level.ACCEPTABLE if size <= ACCEPTABLE else Level.WATCH if size <= WATCH else Level.PROBLEM
    )


def best_split(shares: Sequence[Share]) -> list[int]:
    """The whole leads that come nearest to what is due: the largest remainders are rounded up."""
    total = int(sum((share.given for share in shares), start=0))
    split = [floor(share.due) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda step: (split[step] - shares[step].due, step))
    for step in range(max(total - sum(split), 0)):
        if by_rest:
            split[by_rest[step % len(by_rest)]] += 1
    return split


def spread(rates: Sequence[float]) -> float | None:
    """The standard deviation in parts of the mean."""
    mean = sum(rates) / len(rates) if rates else 0
    return sqrt(sum((rate - mean) ** 2 for rate in rates) / len(rates)) / mean if mean else None


def gini(rates: Sequence[float]) -> float | None:
    """0 when all have the same, towards 1 when one has everything."""
    total = sum(rates)
    if not total:
        return None
    ranked = sorted(rates)
    return sum((2 * (place + 1) - len(ranked) - 1) * rate for place, rate in enumerate(ranked)) / (len(ranked) * total)


def _rates(shares: Sequence[Share], given: Sequence[Fraction | int]) -> list[float]:
    """Leads for each lead due; who was due nothing is not compared."""
    return [float(had / share.due) for had, share in zip(given, shares, strict=True) if share.due > 0]
