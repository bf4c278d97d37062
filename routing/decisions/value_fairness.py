"""Fairness beyond the number of leads: what they were worth, and what became of them (H1, H2).

Ten leads of 90 points and ten of 30 are a fair count and no fair value. But points scatter: who got ten leads at random
has a little more or less than the share. So a difference counts only beyond one lead and what chance explains, and only
for members with enough leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from routing.decisions.fairness import MAX_ACCEPTABLE, MAX_WATCH, Level

ENOUGH_LEADS = 10  # of which a value can be judged
ENOUGH_RESULTS = 20  # of which a rate can be compared
WIDE = 2  # times as much: suggests weights or training (H2)
CHANCE = 2  # standard deviations within which a sum lies by chance


@dataclass(frozen=True, slots=True)
class LeadSums:
    """The leads of one rep: `points` sums up the scores and `squares` their squares, of the `scored` ones; `deals` the
    expected deal sizes, of those `with_deal`. `converted` became an opportunity or a customer, `won` a customer."""

    leads: int = 0
    scored: int = 0
    points: int = 0
    squares: int = 0
    with_deal: int = 0
    deals: Fraction | int = 0
    converted: int = 0
    won: int = 0

    def __add__(self, other: "LeadSums") -> "LeadSums":
        return LeadSums(*(getattr(self, name) + getattr(other, name) for name in LeadSums.__slots__))

    @property
    def points_a_lead(self) -> Fraction | None:
        return Fraction(self.points, self.scored) if self.scored else None

    @property
    def conversion(self) -> Fraction | None:
        return Fraction(self.converted, self.leads) if self.leads else None

    @property
    def win_rate(self) -> Fraction | None:
        return Fraction(self.won, self.leads) if self.leads else None


@dataclass(frozen=True, slots=True)
class RepValue:
    """`part` is the part of all that is due to this rep."""

    rep_id: int
    sums: LeadSums
    part: Fraction


@dataclass(frozen=True, slots=True)
class JudgedValue:
    """`off` is how far the points lie from the part of all points that is due, in parts of that; None if it is nothing
    (L2)."""

    rep_id: int
    sums: LeadSums
    due: Fraction
    off: Fraction | None
    level: Level


@dataclass(frozen=True, slots=True)
class ValueVerdict:
    """The worst level decides. `least` and `most` are the reps furthest below and above; None where nothing is off."""

    level: Level
    rows: tuple[JudgedValue, ...]
    least: JudgedValue | None
    most: JudgedValue | None


@dataclass(frozen=True, slots=True)
class RateSpread:
    """The highest rate beside the lowest, of reps with enough leads; `left_out` have too few. `times` is None if the
    lowest is 0."""

    best: tuple[int, LeadSums]
    worst: tuple[int, LeadSums]
    times: Fraction | None
    is_wide: bool
    left_out: int


def value_verdict(shares: Sequence[RepValue]) -> ValueVerdict:
    everything = sum((each.sums for each in shares), start=LeadSums())
    rows = tuple(_judge(each, everything) for each in shares)
    level = max((row.level for row in rows), key=list(Level).index, default=Level.IDEAL)
    off = [row for row in rows if row.level in (Level.WATCH, Level.PROBLEM)]
    return ValueVerdict(
        level,
        rows,
        least=min((row for row in off if (row.off or 0) < 0), key=lambda row: (row.off, row.rep_id), default=None),
        most=max((row for row in off if (row.off or 0) > 0), key=lambda row: (row.off, -row.rep_id), default=None),
    )


def rate_spread(found: Sequence[tuple[int, LeadSums]]) -> RateSpread | None:
    """How far the conversion of reps lies apart (H2); None with fewer than two to compare, or nothing converted."""
    compared = [(rep, sums) for rep, sums in found if sums.leads >= ENOUGH_RESULTS]
    left_out = sum(0 < sums.leads < ENOUGH_RESULTS for _rep, sums in found)
    if len(compared) < 2:
        return None
    ranked = sorted(compared, key=lambda each: (each[1].conversion, -each[0]))
    worst, best = ranked[0], ranked[-1]
    low, high = worst[1].conversion, best[1].conversion
    if not high:
        return None
    times = high / low if low else None
    return RateSpread(best, worst, times, is_wide=times is None or times >= WIDE, left_out=left_out)


def _judge(share: RepValue, everything: LeadSums) -> JudgedValue:
    due = everything.points * share.part
    if not due:
        return JudgedValue(share.rep_id, share.sums, due, None, Level.IDEAL)
    off = (share.sums.points - due) / due
    size = abs(off)
    one_lead = everything.points_a_lead or 0  # whole leads cannot be split, so that much is nobody's fault (H1)
    chance = one_lead + CHANCE * _scatter(everything) * sqrt(max(share.sums.scored, 1))
    is_chance = abs(share.sums.points - due) <= chance
    if share.sums.scored < ENOUGH_LEADS or is_chance:
        level = Level.IDEAL if size <= MAX_ACCEPTABLE else Level.ACCEPTABLE
    else:
        level = Level.ACCEPTABLE if size <= MAX_ACCEPTABLE else Level.WATCH if size <= MAX_WATCH else Level.PROBLEM
    return JudgedValue(share.rep_id, share.sums, due, off, level)


def _scatter(sums: LeadSums) -> float:
    """The standard deviation of the points of one lead."""
    if not sums.scored:
        return 0
    mean = sums.points / sums.scored
    return sqrt(max(sums.squares / sums.scored - mean * mean, 0))
