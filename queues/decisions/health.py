"""Health of a queue: depth, age, velocity, claim rate, and the most urgent warning (D4, D5, E5-E7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction


class DepthLevel(StrEnum):
    OK = "ok"
    YELLOW = "yellow"
    RED = "red"
    CRITICAL = "critical"


class Trend(StrEnum):
    """Whether a queue grows: more leads were claimed than added, as many, fewer, or nothing happened."""

    SHRINKING = "shrinking"
    STABLE = "stable"
    GROWING = "growing"
    IDLE = "idle"


class FlagCode(StrEnum):
    CRITICAL_DEPTH = "critical_depth"
    OVER_LIMIT = "over_limit"
    RED_DEPTH = "red_depth"
    OLD_LEADS = "old_leads"
    LOW_CLAIM_RATE = "low_claim_rate"
    BREACH_SOON = "breach_soon"
    YELLOW_DEPTH = "yellow_depth"


GOOD_CLAIM_RATE = Fraction(80, 100)
CLAIM_GOAL = Fraction(90, 100)  # of claims and of first contacts, within their limit (E8)
MOST_AGING = Fraction(20, 100)  # of the leads of a queue, 4 h old or older (E6)
AGING_LIFTS = MOST_AGING * Fraction(4, 5)
SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class AgeSplit:
    """`percentages` of (fresh, warm, old): whole numbers that add up to 100; None for an empty queue (L2)."""

    percentages: tuple[int, int, int] | None
    is_alert: bool


@dataclass(frozen=True, slots=True)
class Velocity:
    """Leads claimed per lead added; `ratio` is None when nothing was added (L2)."""

    ratio: float | None
    word: str


@dataclass(frozen=True, slots=True)
class Flag:
    """`amount` counts what the code names: leads waiting, late or old, percent claimed, or minutes left. `level` is the
    colour."""

    code: str
    amount: int
    level: str


def depth_level(depth: int, yellow: int = 50, red: int = 100, critical: int = 200) -> str:
    """Each level starts strictly above its number (L1): 50 is ok, 51 is yellow."""
    if depth > critical:
        return DepthLevel.CRITICAL
    if depth > red:
        return DepthLevel.RED
    return DepthLevel.YELLOW if depth > yellow else DepthLevel.OK


def kept_level(was: str, depth: int, yellow: int, red: int, critical: int) -> str:
    """depth_level() with memory: a level ends below four fifths of its number, so that a queue about that deep does not
    alert all day (E5)."""
    above = ((DepthLevel.CRITICAL, critical), (DepthLevel.RED, red), (DepthLevel.YELLOW, yellow))
    order = [DepthLevel.OK, DepthLevel.YELLOW, DepthLevel.RED, DepthLevel.CRITICAL]
    for level, number in above:
        if with_hysteresis(order.index(DepthLevel(was)) >= order.index(level), depth, number, number * 4 / 5):
            return level
    return DepthLevel.OK


def is_worse(level: str, was: str) -> bool:
    order = [DepthLevel.OK, DepthLevel.YELLOW, DepthLevel.RED, DepthLevel.CRITICAL]
    return order.index(DepthLevel(level)) > order.index(DepthLevel(was))


def age_split(fresh: int, warm: int, old: int) -> AgeSplit:
    """The shares of the three age groups. Alert when warm and old together exceed 20 % (E6), computed on the counts."""
    total = fresh + warm + old
    if not total:
        return AgeSplit(None, is_alert=False)
    return AgeSplit(_percentages(fresh, warm, old), is_alert=(warm + old) * 5 > total)


def velocity(claimed: int, added: int) -> Velocity:
    """Leads claimed per lead added (E7). 0.95 to 1.05 counts as stable, because an exact 1 is rare with whole leads."""
    if not added:
        return Velocity(None, Trend.SHRINKING if claimed else Trend.IDLE)
    ratio = Fraction(claimed, added)
    if Fraction(95, 100) <= ratio <= Fraction(105, 100):
        return Velocity(float(ratio), Trend.STABLE)
    return Velocity(float(ratio), Trend.SHRINKING if ratio > 1 else Trend.GROWING)


def claim_rate(claimed_within: int, entered: int) -> Fraction | None:
    """Share of the entered leads that were claimed within the limit; None when no lead entered (L2)."""
    return Fraction(claimed_within, entered) if entered else None


def worst_flag(
    *,
    depth: int,
    level: str,
    over_limit: int,
    old: int,
    rate: Fraction | None,
    next_breach_at: datetime | None,
    at: datetime,
    soon: timedelta = SOON,
) -> Flag | None:
    """The one warning to show: what overflows first, then what is late, then what will be late soon.

    In this order: critical depth; leads over their longest wait; red depth; leads older than 24 h; less than 80 %
    claimed; a breach within half an hour; yellow depth.
    """
    left = None if next_breach_at is None else next_breach_at - at
    flags = (
        (level == DepthLevel.CRITICAL, Flag(FlagCode.CRITICAL_DEPTH, depth, DepthLevel.RED)),
        (over_limit > 0, Flag(FlagCode.OVER_LIMIT, over_limit, DepthLevel.RED)),
        (level == DepthLevel.RED, Flag(FlagCode.RED_DEPTH, depth, DepthLevel.RED)),
        (old > 0, Flag(FlagCode.OLD_LEADS, old, DepthLevel.YELLOW)),
        (
            rate is not None and rate < GOOD_CLAIM_RATE,
            Flag(FlagCode.LOW_CLAIM_RATE, int((rate or 0) * 100), DepthLevel.RED),
        ),
        (left is not None and left <= soon, Flag(FlagCode.BREACH_SOON, _minutes(left), DepthLevel.YELLOW)),
        (level == DepthLevel.YELLOW, Flag(FlagCode.YELLOW_DEPTH, depth, DepthLevel.YELLOW)),
    )
    return next((flag for is_raised, flag in flags if is_raised), None)


def with_hysteresis(
    was_on: bool, value: float | Fraction | None, on_above: float | Fraction, off_below: float | Fraction
) -> bool:
    """Switch on strictly above one number, off strictly below another, and stay unchanged in between (D5).

    Without a value there is nothing to measure: off.
    """
    if off_below > on_above:
        raise ValueError("It must turn off below where it turns on")
    if value is None:
        return False
    return value >= off_below if was_on else value > on_above


def _minutes(left: timedelta | None) -> int:
    return max(int(left / timedelta(minutes=1)), 0) if left is not None else 0


def _percentages(fresh: int, warm: int, old: int) -> tuple[int, int, int]:
    """Whole percents by largest remainder, the first of equals first."""
    counts = (fresh, warm, old)
    total = sum(counts)
    percents = [count * 100 // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda index: -(counts[index] * 100 % total))
    for index in by_remainder[: 100 - sum(percents)]:
        percents[index] += 1
    return percents[0], percents[1], percents[2]
