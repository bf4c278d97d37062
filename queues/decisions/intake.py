"""When a queue's intake pauses and opens again, and how many leads enter meanwhile (D5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from queues.decisions.health import AGING_LIFTS, MOST_AGING, with_hysteresis


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Each limit with the mark at which it lifts. `is_on` is False for a queue without limits: it never pauses."""

    is_on: bool
    depth: int
    depth_lift: int
    mean_age: timedelta
    mean_age_lift: timedelta
    rate: Fraction
    rate_lift: Fraction


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured now; None for an empty queue. `aging` is the share of leads that are 4 h old or older (E6)."""

    depth: int
    mean_age: timedelta | None = None
    rate: Fraction | None = None
    aging: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Since when each limit is crossed; None: it is not."""

    full_since: datetime | None = None
    aged_since: datetime | None = None
    slow_since: datetime | None = None
    aging_since: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return self.full_since is not None or self.aged_since is not None


def next_intake(was: Intake, now: Figures, limits: IntakeLimits, *, at: datetime) -> Intake:
    """What is crossed now, each since when. A queue without limits is never paused, but can be a bottleneck, and its
    leads can wait long."""
    is_full = limits.is_on and with_hysteresis(was.full_since is not None, now.depth, limits.depth, limits.depth_lift)
    is_aged = limits.is_on and with_hysteresis(
        was.aged_since is not None,
        None if now.mean_age is None else now.mean_age.total_seconds(),
        limits.mean_age.total_seconds(),
        limits.mean_age_lift.total_seconds(),
    )
    is_slow = with_hysteresis(  # a rate is bad when it is low
        was.slow_since is not None, None if now.rate is None else -now.rate, -limits.rate, -limits.rate_lift
    )
    is_aging = with_hysteresis(was.aging_since is not None, now.aging, MOST_AGING, AGING_LIFTS)
    return Intake(
        full_since=(was.full_since or at) if is_full else None,
        aged_since=(was.aged_since or at) if is_aged else None,
        slow_since=(was.slow_since or at) if is_slow else None,
        aging_since=(was.aging_since or at) if is_aging else None,
    )


def entering(arrivals: int, *, depth: int, limit: int) -> int:
    """How many of these arrivals enter a queue that is open: the one that crosses the limit is the last, because full
    is strictly above it (L1)."""
    return min(arrivals, max(limit + 1 - depth, 0))


def admitted(parked: int, *, depth: int, limits: IntakeLimits) -> int:
    """How many parked leads enter now that the queue is not full: up to the limit, so that they do not close it."""
    return min(parked, max(limits.depth - depth, 0)) if limits.is_on else parked


def matched_rule(trail: Sequence[dict]) -> int | None:
    """The rule of a stored trail that decided."""
    return next((line.get("rule_id") for line in trail if line.get("matched")), None)
