"""What a skipped turn means: it is lost, owed up to a limit, first in line on return, or made up, so many a day (F5).

It says how what is due to a member grows while the member is away (L11). Where skipped turns count, the member goes on
to be due a part of every lead, up to the limit; on return the turns that have begun are owed, ahead of the others.
Where they are lost, the others share all, and the balance waits as it was.
Only leave, public holidays, all-day meetings and time outside working hours count as skipped. A member who pauses, was
not seen, or is above a capacity or a cap always loses the turn, so that nobody can earn turns by switching themselves
off.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.decisions.rotation.state import (
    ROUNDING,
    TURN,
    Candidate,
    RotationState,
    Strategy,
    adjust_balance,
    settle_balance,
)
from routing.decisions.rotation.strategies.by_value import count_for_spread

COUNTS_AS_SKIPPED = AWAY | {SkipReason.OUTSIDE_HOURS}
MAX_OWED = 1000


class SkippedMeans(StrEnum):
    FORGONE = "forgone"
    OWED = "owed"
    FIRST = "first"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class SkippedTurnPolicy:
    """What a rotation chose; at most `limit` skipped turns are owed, `a_day` of them are made up a day. `percent` is
    the part of what was skipped that is owed or made up; the others keep the rest."""

    means: SkippedMeans = SkippedMeans.FORGONE
    limit: int = 5
    a_day: int = 1
    percent: int = 100

    @property
    def max_owed(self) -> int:
        return {
            SkippedMeans.FORGONE: 0,
            SkippedMeans.FIRST: 1,
            SkippedMeans.OWED: self.limit,
            SkippedMeans.DAILY: MAX_OWED,
        }[self.means]

    @property
    def made_up_percent(self) -> int:
        return self.percent if self.means in (SkippedMeans.OWED, SkippedMeans.DAILY) else 100

    def made_up(self, missed: int) -> int:
        """How much of what was missed is made up, in units."""
        return missed * self.made_up_percent // 100

    @property
    def max_a_day(self) -> int | None:
        return self.a_day if self.means == SkippedMeans.DAILY else None


def accrues(reason: str, policy: SkippedTurnPolicy, member: Candidate) -> bool:
    """Whether a member who is away for this reason goes on to be due a part of every lead."""
    return reason in COUNTS_AS_SKIPPED and _room(member, policy) > 0


def turns_begun(turns: float) -> int:
    """How many turns have begun when this much is due: up to one turn is one, more than one is two."""
    return max(ceil(turns - ROUNDING / TURN), 0)


def is_at_limit(member: Candidate, clock: int, policy: SkippedTurnPolicy, strategy: Strategy) -> bool:
    """Whether the member is due as much as the rotation allows to those who are away. Shared value knows no limit: who
    is furthest below the share is served first, so the missed value comes back by itself."""
    if strategy == Strategy.VALUE and policy.means != SkippedMeans.FORGONE:
        return False
    return policy.made_up(member.weight * (clock - member.base)) >= _room(member, policy)


@dataclass(frozen=True, slots=True)
class Rejoined:
    """The member who takes part again, how many turns are owed for the absence, and what the others get back because
    the rotation forgives it."""

    member: Candidate
    owed: int = 0
    forgiven: int = 0


def rejoin(member: Candidate, clock: int, *, policy: SkippedTurnPolicy, strategy: Strategy) -> Rejoined:
    """The member after an absence. A member who was due nothing while away (`takes_part` is False) has the balance of
    before."""
    if not member.takes_part:
        return Rejoined(settle_balance(member, clock, takes_part=True))
    missed = member.weight * (clock - member.base)
    kept, owed = policy.made_up(missed), 0
    if strategy != Strategy.VALUE or policy.means == SkippedMeans.FORGONE:
        kept = min(kept, _room(member, policy))
        owed = turns_begun(kept / TURN)
    back = replace(member, balance=member.balance + kept, base=clock, owed=member.owed + owed)
    return Rejoined(back, owed, missed - kept)


def missed_so_far(state: RotationState, away_for: Mapping[int, str]) -> dict[int, int]:
    """What the members who are away, each for its reason, have missed up to now, in units. A reset or a settlement goes
    round it: the turns are owed, and rounded up, once, on return (F5). Shared value is owed to nobody."""
    if state.strategy == Strategy.VALUE:
        return {}
    found = {
        each.member_id: each.weight * (state.clock_of(each) - each.base)
        for each in state.members
        if each.takes_part and away_for.get(each.member_id)
    }
    return {pk: missed for pk, missed in found.items() if missed > 0}


def credit_turns(state: RotationState, member: Candidate, turns: int) -> RotationState:
    """The member gets this many turns ahead of the others, who pay for them (C4, F10)."""
    return adjust_balance(state, member, turns * TURN, owed=turns)


def charge_lead(state: RotationState, member: Candidate, *, size: int) -> RotationState:
    """A lead that was given outside the rotation counts as a turn (F6c); below 0 it counts no more."""
    return adjust_balance(state, count_for_spread(state, member, 1 if size > 0 else -1), -size)


def _room(member: Candidate, policy: SkippedTurnPolicy) -> int:
    """How much more may be owed to the member, in units."""
    return max(policy.max_owed - max(member.owed, 0), 0) * TURN


def unused_turns(given: int, *, taken_back: int, owed: int, later: int) -> int:
    """How many turns of one catch-up are still to come (F10). Older turns are used first, so of what is `owed` now, the
    turns that were added `later` are used last."""
    return max(min(given - taken_back, owed - later), 0)


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
