"""The four goals of queues that keep moving, and whether they are kept (E8).

Articles: a mean age below 12 hours, 90 % and more claimed within 24 hours, no lead older than 72 hours; and a depth of
two to four times what the team claims in a day: less, and reps run out of work; more, and leads grow old.
"""

from enum import StrEnum
from fractions import Fraction

from queues.decisions.figures.classes import HOUR
from queues.decisions.figures.totals import share

AGE_GOAL = 12 * HOUR  # seconds
CLAIMED_GOAL = Fraction(90, 100)
DEPTH_LEAST, DEPTH_MOST = 2, 4  # times the claims of a day


class Kept(StrEnum):
    """Whether a goal is kept; UNKNOWN where there is nothing to measure (L2)."""

    KEPT = "kept"
    MISSED = "missed"
    TOO_SHALLOW = "too_shallow"
    TOO_DEEP = "too_deep"
    UNKNOWN = "unknown"

    @property
    def is_missed(self) -> bool:
        return self in (Kept.MISSED, Kept.TOO_SHALLOW, Kept.TOO_DEEP)


def age_goal(mean: float | None) -> Kept:
    """Seconds; a mean of exactly 12 hours is not below 12 hours (L1)."""
    if mean is None:
        return Kept.UNKNOWN
    return Kept.KEPT if mean < AGE_GOAL else Kept.MISSED


def claimed_goal(within: int, turned_day_old: int) -> Kept:
    """Of the stays that were claimed within 24 hours or became a day old, 90 % or more."""
    found = share(within, within + turned_day_old)
    if found is None:
        return Kept.UNKNOWN
    return Kept.KEPT if found >= CLAIMED_GOAL else Kept.MISSED


def oldest_goal(turned_72_hours_old: int) -> Kept:
    """How many leads became older than 72 hours: none."""
    return Kept.MISSED if turned_72_hours_old else Kept.KEPT


def depth_goal(depth: Fraction | None, claims_a_day: Fraction) -> Kept:
    """Exactly two and exactly four times the claims of a day keep the goal."""
    times = days_of_claims(depth, claims_a_day)
    if times is None:
        return Kept.UNKNOWN
    if times < DEPTH_LEAST:
        return Kept.TOO_SHALLOW
    return Kept.TOO_DEEP if times > DEPTH_MOST else Kept.KEPT


def days_of_claims(depth: Fraction | None, claims_a_day: Fraction) -> Fraction | None:
    """How many days the team would need for what waits; None without a claim (L2)."""
    return depth / claims_a_day if depth is not None and claims_a_day else None
