"""Health of a queue: depth, age, velocity, claim rate, and the one flag worth showing (D4, D5, E5-E7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

OK = "ok"
YELLOW = "yellow"
RED = "red"
CRITICAL = "critical"

FRESH = "fresh"
WARM = "warm"
OLD = "old"

SHRINKING = "shrinking"
STABLE = "stable"
GROWING = "growing"
IDLE = "idle"

CRITICAL_DEPTH = "critical_depth"
OVER_LIMIT = "over_limit"
RED_DEPTH = "red_depth"
OLD_LEADS = "old_leads"
LOW_CLAIM_RATE = "low_claim_rate"
BREACH_SOON = "breach_soon"
YELLOW_DEPTH = "yellow_depth"

GOOD_CLAIM_RATE = Fraction(80, 100)
SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class AgeSplit:
    """`percentages` of (fresh, warm, old) in whole numbers that add up to 100, None for an empty queue (L2)."""

    percentages: tuple[int, int, int] | None
    is_alert: bool


@dataclass(frozen=True, slots=True)
class Velocity:
    """Claimed per lead added; `ratio` None when nothing was added (L2)."""

    ratio: float | None
    word: str


@dataclass(frozen=True, slots=True)
class Flag:
    """`amount` is what it is about: leads waiting, late or old, percent claimed, minutes left; `level` its colour."""

    code: str
    amount: int
    level: str


def depth_level(depth: int, yellow: int = 50, red: int = 100, critical: int = 200) -> str:
    """Each level begins strictly above its number (L1): 50 is ok, 51 is yellow."""
    if depth > critical:
        return CRITICAL
    if depth > red:
        return RED
    return YELLOW if depth > yellow else OK


def age_band(age: timedelta) -> str:
    """Half-open bands (L1): [0, 4 h) fresh, [4 h, 24 h) warm, [24 h, ...) old."""
    if age < timedelta(hours=4):
        return FRESH
    return WARM if age < timedelta(hours=24) else OLD


def age_split(fresh: int, warm: int, old: int) -> AgeSplit:
    """The shares of the three age bands; alert when warm and old together exceed 20 % (E6), judged on the counts."""
    total = fresh + warm + old
    if not total:
        return AgeSplit(None, is_alert=False)
    return AgeSplit(_percentages(fresh, warm, old), is_alert=(warm + old) * 5 > total)


def velocity(claimed: int, added: int) -> Velocity:
    """Claimed per added (E7). From 0.95 to 1.05 counts as stable: on whole leads an exact 1 hardly ever shows."""
    if not added:
        return Velocity(None, SHRINKING if claimed else IDLE)
    ratio = Fraction(claimed, added)
    if Fraction(95, 100) <= ratio <= Fraction(105, 100):
        return Velocity(float(ratio), STABLE)
    return Velocity(float(ratio), SHRINKING if ratio > 1 else GROWING)


def claim_rate(claimed_within: int, entered: int) -> Fraction | None:
    """Share of the entered leads that were claimed within the limit; None when none entered (L2)."""
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
    """The one thing to look at first, worst first: what overflows, what is late, what is getting late.

    Critical depth; leads over their longest wait; red depth; leads older than 24 h; less than 80 % claimed; a breach
    within half an hour; yellow depth.
    """
    left = None if next_breach_at is None else next_breach_at - at
    flags = (
        (level == CRITICAL, Flag(CRITICAL_DEPTH, depth, RED)),
        (over_limit > 0, Flag(OVER_LIMIT, over_limit, RED)),
        (level == RED, Flag(RED_DEPTH, depth, RED)),
        (old > 0, Flag(OLD_LEADS, old, YELLOW)),
        (rate is not None and rate < GOOD_CLAIM_RATE, Flag(LOW_CLAIM_RATE, int((rate or 0) * 100), RED)),
        (left is not None and left <= soon, Flag(BREACH_SOON, _minutes(left), YELLOW)),
        (level == YELLOW, Flag(YELLOW_DEPTH, depth, YELLOW)),
    )
    return next((flag for is_raised, flag in flags if is_raised), None)


def with_hysteresis(was_on: bool, value: float | Fraction | None, on_above: float, off_below: float) -> bool:
    """On strictly above one number, off strictly below another, unchanged between them, so that nothing flaps (D5).

    No value (nothing to measure) is off: the cause is gone.
    """
    if off_below > on_above:
        raise ValueError("It must turn off below where it turns on")
    if value is None:
        return False
    return value >= off_below if was_on else value > on_above


def _minutes(left: timedelta | None) -> int:
    return max(int(left / timedelta(minutes=1)), 0) if left is not None else 0


def _percentages(*counts: int) -> tuple[int, ...]:
    """Whole percents by largest remainder, the first of equals first."""
    total = sum(counts)
    percents = [count * 100 // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda index: -(counts[index] * 100 % total))
    for index in by_remainder[: 100 - sum(percents)]:
        percents[index] += 1
    return tuple(percents)
