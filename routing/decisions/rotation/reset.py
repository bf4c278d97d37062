"""A rotation that resets every day, every Monday or on the first of each month does so with the first turn of that day
(F10)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from routing.decisions.rotation.state import TURN, RotationState, keep_missed, spread


class Resets(StrEnum):
    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def period_start(resets: str, *, on: date) -> date | None:
    """The first day of the period in which this day lies; None for a rotation that never resets."""
    if resets == Resets.NEVER:
        return None
    if resets == Resets.MONTHLY:
        return on.replace(day=1)
    return on if resets == Resets.DAILY else on - timedelta(days=on.weekday())


def next_reset_on(resets: str, *, on: date, reset_on: date | None) -> date | None:
    """The day whose first turn resets the rotation next; today when a reset is due but no turn was taken since. None
    for a rotation that never resets."""
    since = period_start(resets, on=on)
    if since is None:
        return None
    if reset_on is not None and reset_on < since:
        return on
    if resets == Resets.MONTHLY:
        return (since + timedelta(days=31)).replace(day=1)
    return since + timedelta(days=1 if resets == Resets.DAILY else 7)


def reset_state(state: RotationState, *, left_owed: int = 0, missed: Mapping[int, int] | None = None) -> RotationState:
    """Balances, counts, pointer and waiting start from zero. Owed turns stay owed, on top of the shares of the new
    period, and so does what absences that go on have `missed`, in units by member."""
    level = level_balances(state, left_owed=left_owed, missed=missed)
    members = tuple(replace(each, last_turn=0, spread_count=0) for each in level.members)
    return replace(level, members=members, pointer=None, in_block=0)


def level_balances(
    state: RotationState, *, left_owed: int = 0, missed: Mapping[int, int] | None = None
) -> RotationState:
    """Balances start from zero, with the turns that are owed on top. `left_owed` is how many are owed to those who left
    the rotation, who may come back for them; all of them are at the cost of those who are here."""
    missed = missed or {}
    members = tuple(
        replace(
            each,
            balance=each.owed * TURN + missed.get(each.member_id, 0),
            base=state.clock_of(each),
            comes_first=False,
        )
        for each in state.members
    )
    owed = sum(each.owed for each in members) + left_owed
    level = spread(replace(state, members=members, rest=0), -owed * TURN - sum(missed.values()))
    members = tuple(
        keep_missed(each, level.clock_of(each), missed[each.member_id]) if each.member_id in missed else each
        for each in level.members
    )
    return replace(level, members=members)
