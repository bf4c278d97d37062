"""What a skipped turn means: it is lost, owed up to a limit, first in line on return, or made up, so many a day (F5).

A member who is away is passed over once in each round of the others, with weight 2 twice. That many turns were skipped.
Only leave, public holidays, all-day meetings and time outside working hours count as skipped. A member who pauses, was
not seen, or is above a capacity or a cap always loses the turn, so that nobody can earn turns by switching themselves
off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.decisions.rotation.state import TURN, Candidate, Strategy, settle_balance

COUNTS_AS_SKIPPED = AWAY | {SkipReason.OUTSIDE_HOURS}
MAX_OWED = 1000


class SkippedMeans(StrEnum):
    FORGONE = "forgone"
    OWED = "owed"
    FIRST = "first"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class SkippedTurnPolicy:
    """What a rotation chose; at most `limit` skipped turns are owed, `a_day` of them are made up a day."""

    means: SkippedMeans = SkippedMeans.FORGONE
    limit: int = 5
    a_day: int = 1

    @property
    def max_owed(self) -> int:
        return {
            SkippedMeans.FORGONE: 0,
            SkippedMeans.FIRST: 1,
            SkippedMeans.OWED: self.limit,
            SkippedMeans.DAILY: MAX_OWED,
        }[self.means]

    @property
    def max_a_day(self) -> int | None:
        return self.a_day if self.means == SkippedMeans.DAILY else None


def turns_missed(member: Candidate, virtual: int) -> int:
    """How often a member who does not take part was passed over so far."""
    return max(member.weight * (virtual - member.base) // TURN, 0)


def rejoin(
    member: Candidate, virtual: int, *, reason: str, policy: SkippedTurnPolicy, strategy: Strategy
) -> tuple[Candidate, int]:
    """The member who takes part again after being away for this reason, and how many turns are owed for that."""
    returned = settle_balance(member, virtual, takes_part=True)
    if reason not in COUNTS_AS_SKIPPED or policy.means == SkippedMeans.FORGONE:
        return returned, 0
    if (
        strategy == Strategy.VALUE
    ):  # who is furthest below the share is served first, so the missed value comes back by itself
        return replace(returned, balance=returned.balance + member.weight * (virtual - member.base)), 0
    owed = min(turns_missed(member, virtual), max(policy.max_owed - max(member.owed, 0), 0))
    return credit_turns(returned, owed), owed


def credit_turns(member: Candidate, turns: int) -> Candidate:
    """The member gets this many turns ahead of the others (C4, F10)."""
    return replace(member, owed=member.owed + turns, balance=member.balance + turns * TURN)


def unused_turns(given: int, *, taken_back: int, owed: int, later: int) -> int:
    """How many turns of one catch-up are still to come (F10). Older turns are used first, so of what is `owed` now, the
    turns that were added `later` are used last."""
    return max(min(given - taken_back, owed - later), 0)


def charge_lead(member: Candidate, virtual: int, *, size: int, in_turn: bool) -> Candidate:
    """A lead that was given outside the rotation counts as a turn (F6c). By weight or value the balance shrinks; in a
    plain list (`in_turn`) the member is skipped once."""
    now = settle_balance(member, virtual)
    return replace(now, balance=now.balance - size, owed=now.owed - in_turn)


def make_up_plan(
    owed: int, *, a_day: int | None, from_day: date, works_on: Callable[[date], bool] = lambda day: True
) -> list[tuple[date, int]]:
    """On which days at most how many owed turns will be made up, from the day of the return. For the preview ("Maria
    returns Monday: one more a day for 6 days"). Without a daily limit all come on the first day."""
    plan: list[tuple[date, int]] = []
    day, left = from_day, owed
    while left > 0 and len(plan) < MAX_OWED:
        if works_on(day):
            now = left if a_day is None else min(a_day, left)
            plan.append((day, now))
            left -= now
        day += timedelta(days=1)
        if (day - from_day).days > 2 * MAX_OWED:
            break
    return plan


def turns_to_level(member: Candidate, others: Sequence[Candidate], given: dict[int, int]) -> int:
    """How many turns a newcomer needs to draw level with the others (F9): their average for each unit of weight, times
    the newcomer's weight, in whole turns, less what the newcomer had."""
    weights = sum(each.weight for each in others if each.weight > 0)
    if not weights or member.weight <= 0:
        return 0
    turns = sum(given.get(each.member_id, 0) for each in others if each.weight > 0)
    return max(turns * member.weight // weights - given.get(member.member_id, 0), 0)
