"""What a skipped turn means: forgone, owed up to a limit, first in line on return, or made good by so many a day (F5).

A member who is away is passed over once in each lap of the others: with weight 2 twice. That many turns were skipped.
Only leave, public holidays, all-day meetings and the hours outside work count as skipped; who pauses, was not seen, or
stands above a capacity or a cap forgoes the turn, whatever the rotation says: nobody earns turns by an own switch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from routing.decisions.availability.status import AWAY, OUTSIDE_HOURS
from routing.decisions.rotation.state import TURN, Candidate, Way, settled

COUNTED = AWAY | {OUTSIDE_HOURS}
MOST_OWED = 1000


class Means(StrEnum):
    FORGONE = "forgone"
    OWED = "owed"
    FIRST = "first"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rotation's choice; `limit` is how many skipped turns are owed at most, `a_day` how many are made good a day."""

    means: Means = Means.FORGONE
    limit: int = 5
    a_day: int = 1

    @property
    def most(self) -> int:
        return {Means.FORGONE: 0, Means.FIRST: 1, Means.OWED: self.limit, Means.DAILY: MOST_OWED}[self.means]

    @property
    def most_a_day(self) -> int | None:
        return self.a_day if self.means == Means.DAILY else None


def missed(member: Candidate, virtual: int) -> int:
    """How often a member who does not take part was passed over since."""
    return max(member.weight * (virtual - member.base) // TURN, 0)


def back(member: Candidate, virtual: int, *, reason: str, skipped: Skipped, way: Way) -> tuple[Candidate, int]:
    """The member takes part again after being away for this reason; with how many turns are owed for it."""
    returned = settled(member, virtual, takes_part=True)
    if reason not in COUNTED or skipped.means == Means.FORGONE:
        return returned, 0
    if way == Way.VALUE:  # the furthest below its share is served first: what was missed comes back by itself
        return replace(returned, balance=returned.balance + member.weight * (virtual - member.base)), 0
    owed = min(missed(member, virtual), max(skipped.most - max(member.owed, 0), 0))
    return credited(returned, owed), owed


def credited(member: Candidate, turns: int) -> Candidate:
    """So many turns are made good ahead of the line (C4, F10)."""
    return replace(member, owed=member.owed + turns, balance=member.balance + turns * TURN)


def unused_turns(given: int, *, taken_back: int, owed: int, later: int) -> int:
    """How many of the turns that were given at once are still to be made good (F10): those owed longest are made good
    first, so that what came `later` is what remains longest of all that is `owed` now."""
    return max(min(given - taken_back, owed - later), 0)


def counted(member: Candidate, virtual: int, *, size: int, in_turn: bool) -> Candidate:
    """A lead that came by another way counts as a turn (F6c): where weights or values decide, what is due shrinks;
    in a plain list the line passes over the member once."""
    had = settled(member, virtual)
    return replace(had, balance=had.balance - size, owed=had.owed - in_turn)


def paid_over(
    owed: int, *, a_day: int | None, from_day: date, works_on: Callable[[date], bool] = lambda day: True
) -> list[tuple[date, int]]:
    """On which days how many owed turns will be made good at most, from the day of the return: for the preview
    ("Maria returns Monday: one more a day for 6 days"). Without a daily limit all on the first day."""
    plan: list[tuple[date, int]] = []
    day, left = from_day, owed
    while left > 0 and len(plan) < MOST_OWED:
        if works_on(day):
            now = left if a_day is None else min(a_day, left)
            plan.append((day, now))
            left -= now
        day += timedelta(days=1)
        if (day - from_day).days > 2 * MOST_OWED:
            break
    return plan


def level(member: Candidate, others: Sequence[Candidate], given: dict[int, int]) -> int:
    """How many turns a member who joins later needs to stand level with the others (F9): what they had on average for
    each unit of weight, times the own weight, in whole turns; less what the member had."""
    weights = sum(each.weight for each in others if each.weight > 0)
    if not weights or member.weight <= 0:
        return 0
    turns = sum(given.get(each.member_id, 0) for each in others if each.weight > 0)
    return max(turns * member.weight // weights - given.get(member.member_id, 0), 0)
