"""Ramp plans: a newcomer has a part of the weight at first, and more of it step by step (K4).

Until the first day of the plan its first percentage holds, so that a newcomer who is entered early is not flooded. Each
step takes effect at the beginning of its day; after the last one the whole weight counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from routing.decisions.rotation.skipped_turns import SkippedTurnPolicy, rejoin
from routing.decisions.rotation.state import (
    WEIGHT_ONE,
    Candidate,
    RampStep,
    RotationState,
    Strategy,
    keep_missed,
    settle_balance,
    spread,
    swap_member,
)
from routing.decisions.rotation.strategies.by_value import reweigh

USUAL_DAYS, USUAL_PERCENTS = 7, "25/50/75/100"
MAX_STEPS, MAX_DAYS, WHOLE = 12, 90, 100
MAX_LENGTH = 80  # of what is typed
FARTHEST = timedelta(days=366)
PLAN = re.compile(
    r"(?P<percents>[0-9]{1,3}(?:\s*%?\s*[/,]\s*[0-9]{1,3})*)\s*%?"
    r"(?:\s+from\s+(?P<on>\d{4}-\d{2}-\d{2}))?"
    r"(?:\s+every\s+(?P<days>[0-9]{1,3})\s+days?)?",
    re.IGNORECASE | re.ASCII,
)


class RampFault(StrEnum):
    """Why what was typed is no ramp."""

    NOT_A_RAMP = "not_a_ramp"
    NOT_RISING = "not_rising"
    TOO_MANY_STEPS = "too_many_steps"
    NO_SUCH_DAY = "no_such_day"
    TOO_FAR = "too_far"
    DAYS_BETWEEN = "days_between"


class RampRefused(ValueError):
    def __init__(self, fault: RampFault) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class Ramp:
    """`percents` are those below 100, each for `days` days from `starts_on` on."""

    percents: tuple[int, ...]
    starts_on: date
    days: int = USUAL_DAYS

    def __str__(self) -> str:
        """As it is stored and read again."""
        percents = "/".join(map(str, [*self.percents, WHOLE]))
        return f"{percents} from {self.starts_on} every {self.days} days"

    @property
    def ends_on(self) -> date:
        """The first day of the whole weight."""
        return self.starts_on + timedelta(days=len(self.percents) * self.days)

    def percent_on(self, day: date) -> int:
        step = max((day - self.starts_on).days, 0) // self.days
        return self.percents[step] if step < len(self.percents) else WHOLE

    def next_step_on(self, day: date) -> date | None:
        """The next day on which the percentage changes; None when it does not any more."""
        if day >= self.ends_on:
            return None
        step = max((day - self.starts_on).days, 0) // self.days
        return self.starts_on + timedelta(days=(step + 1) * self.days)


def read_ramp(text: str, *, today: date) -> Ramp | None:
    """Understands "25/50/75/100 from 2026-12-01 every 7 days"; the usual ramp begins today and has steps of a week.
    None for an empty text. Raises RampRefused."""
    text = text.strip()
    if not text:
        return None
    found = PLAN.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if found is None:
        raise RampRefused(RampFault.NOT_A_RAMP)
    percents = [int(each) for each in re.findall(r"[0-9]+", found["percents"])]
    percents = percents[:-1] if percents[-1] == WHOLE else percents
    if not percents or percents[0] < 1 or percents[-1] > WHOLE or percents != sorted(set(percents)):
        raise RampRefused(RampFault.NOT_RISING)
    if len(percents) > MAX_STEPS:
        raise RampRefused(RampFault.TOO_MANY_STEPS)
    days = int(found["days"] or USUAL_DAYS)
    if not 1 <= days <= MAX_DAYS:
        raise RampRefused(RampFault.DAYS_BETWEEN)
    return Ramp(tuple(percents), _first_day(found["on"], today), days)


def stored_ramp(text: str) -> Ramp | None:
    """A ramp that was checked before."""
    found = PLAN.fullmatch(text)
    if found is None or not found["on"] or not found["days"]:
        return None
    percents = tuple(int(each) for each in re.findall(r"[0-9]+", found["percents"]))[:-1]
    return Ramp(percents, date.fromisoformat(found["on"]), int(found["days"]))


def effective_weight(weight: Decimal, percent: int = WHOLE) -> int:
    """In hundredths. A weight above 0 never comes to 0."""
    whole = int(weight * WEIGHT_ONE)
    if percent == WHOLE or not whole:
        return whole
    return max(int((Decimal(whole * percent) / WHOLE).quantize(Decimal(1), ROUND_HALF_UP)), 1)


def step_on(text: str, weight: Decimal, day: date) -> RampStep:
    """What a member with this stored ramp, or with none, has on this day."""
    ramp = stored_ramp(text)
    percent = ramp.percent_on(day) if ramp else WHOLE
    return RampStep(percent, effective_weight(weight, percent), ramp.next_step_on(day) if ramp else None)


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A member before and after a step. What was due until then stays due (L10): `forgiven` is what the others get back
    of an absence that was booked with it, `virtual` the clock at that moment, and `run` how far it has moved since an
    absence began that goes on."""

    before: Candidate
    after: Candidate
    step: RampStep
    forgiven: int
    virtual: int
    run: int


def take_steps(
    state: RotationState, steps: Mapping[int, RampStep], policy: SkippedTurnPolicy
) -> tuple[RotationState, list[StepTaken]]:
    """The state with the steps that are due, by member. The clock moves only with turns, so a step that is taken before
    the first turn of its day is in time."""
    taken = []
    for pk in sorted(steps):
        before = next(each for each in state.members if each.member_id == pk)
        virtual = state.virtual
        state, forgiven = settle_absence(state, before, policy, weight=steps[pk].weight)
        settled = next(each for each in state.members if each.member_id == pk)
        after = settled if state.spread_limit is None else _reweighed(settled, steps[pk].weight)
        after = replace(after, weight=steps[pk].weight)
        state = swap_member(state, after)
        taken.append(StepTaken(before, after, steps[pk], forgiven, virtual, state.clock_of(after) - after.base))
    return state, taken


def _reweighed(member: Candidate, weight: int) -> Candidate:
    return replace(member, spread_count=reweigh(member.spread_count, old=member.weight, new=weight))


def settle_absence(
    state: RotationState, member: Candidate, policy: SkippedTurnPolicy, *, weight: int = 0
) -> tuple[RotationState, int]:
    """Before a member leaves, or has another weight: what was due until now, and what the others get back.

    An absence that goes on with another weight has missed exactly as much as before. Nothing is owed for it until the
    return, so that each step does not round it up to a turn of its own, and the limit holds for all of it.
    """
    if not state.away_for.get(member.member_id) or not member.takes_part:
        return swap_member(state, settle_balance(member, state.clock_of(member))), 0
    if weight > 0 and state.strategy != Strategy.VALUE:
        missed = member.weight * (state.clock_of(member) - member.base)
        return swap_member(state, keep_missed(member, state.clock_of(member), missed, weight=weight)), 0
    back = rejoin(member, state.clock_of(member), policy=policy, strategy=state.strategy)
    state = spread(swap_member(state, back.member), back.forgiven)  # the member has a part of it, by the old weight
    now = next(each for each in state.members if each.member_id == member.member_id)
    return swap_member(state, settle_balance(now, state.clock_of(now))), back.forgiven


def _first_day(text: str | None, today: date) -> date:
    if text is None:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RampRefused(RampFault.NO_SUCH_DAY) from None
    if day - today > FARTHEST:  # a plan that began long ago is as good as it was
        raise RampRefused(RampFault.TOO_FAR)
    return day
