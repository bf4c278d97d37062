"""Morning spike and afternoon stall, Monday backlog, and a queue that is always full (E9).

Articles, "Watch for bottlenecks": a spike in the morning and a stall in the afternoon mean too few reps in the peak
hours; a backlog on Monday means that the weekend's leads pile up without cover; a queue that is always full needs
people of its own or better filtering. They give no numbers for these; the numbers here are ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from queues.decisions.figures.patterns import (
    LEAST_LEADS,
    LEAST_WEEKS,
    WORKING_DAYS,
    Verdict,
    Week,
    contrast,
    is_steady,
    mean,
)

MORNING, AFTERNOON = range(8, 12), range(13, 17)
SPIKE = 1.5  # times as many come in the morning as in the afternoon
STALL = 2 / 3  # at most this part is claimed in the afternoon of what is claimed in the morning
MONDAY, OTHER_DAYS = 0, range(1, 5)
WEEKEND = (5, 6)
START_OF_WORK = range(8, 9)
BACKLOG, LEAST_BACKLOG = 1.5, 3  # times what waits on other mornings, and this many leads more
BACKLOG_OF_A_WEEK = 1.25
MOST_HOURS = Fraction(1, 2)  # of a week


@dataclass(frozen=True, slots=True)
class SpikeAndStall:
    """Leads on working days, in the morning and in the afternoon; `agreeing` of the weeks show both. `chance`: claimed
    in an hour, of what waited at its beginning or came in it."""

    verdict: Verdict
    weeks: int
    agreeing: int = 0
    came: tuple[int, int] = (0, 0)
    claimed: tuple[int, int] = (0, 0)
    chance: tuple[float | None, float | None] = (None, None)
    has_spike: bool = False
    has_stall: bool = False


@dataclass(frozen=True, slots=True)
class MondayBacklog:
    """What waits at the start of work, on average; `weekend`: came and were claimed on Saturday and Sunday."""

    verdict: Verdict
    weeks: int
    agreeing: int = 0
    monday: float | None = None
    other_days: float | None = None
    weekend: tuple[int, int] = (0, 0)

    @property
    def times(self) -> float | None:
        return self.monday / self.other_days if self.monday is not None and self.other_days else None


@dataclass(frozen=True, slots=True)
class AlwaysFull:
    """`full` of the `hours` of its weeks; `agreeing` of the weeks were full for most of their hours."""

    verdict: Verdict
    weeks: int
    agreeing: int = 0
    full: int = 0
    hours: int = 0


def spike_and_stall(weeks: Sequence[Week]) -> SpikeAndStall:
    """More comes in the morning than chance would bring, and less is claimed in the afternoon; also of what waits then,
    because an afternoon in which nothing waits is no stall."""
    if len(weeks) < LEAST_WEEKS:
        return SpikeAndStall(Verdict.TOO_SHORT, len(weeks))
    came, claimed = _split(weeks, Week.came_in), _split(weeks, Week.claimed_in)
    waited = _split(weeks, _waited)
    chance = _chance(claimed[0], waited[0] + came[0]), _chance(claimed[1], waited[1] + came[1])
    agreeing = sum(_has_both(week) for week in weeks)
    has_spike = contrast(*came).is_above(SPIKE)
    is_slow = chance[0] is not None and chance[1] is not None and chance[1] <= STALL * chance[0]
    has_stall = contrast(claimed[1], claimed[0]).is_below(STALL) and is_slow
    verdict = Verdict.FOUND if has_spike and has_stall and is_steady(agreeing, len(weeks)) else Verdict.NOT_FOUND
    if sum(came) < LEAST_LEADS:
        verdict = Verdict.TOO_FEW
    return SpikeAndStall(verdict, len(weeks), agreeing, came, claimed, chance, has_spike, has_stall)


def _split(weeks: Sequence[Week], count: Callable[..., int]) -> tuple[int, int]:
    """In the morning and in the afternoon of working days."""
    morning = sum(count(week, WORKING_DAYS, MORNING) for week in weeks)
    return morning, sum(count(week, WORKING_DAYS, AFTERNOON) for week in weeks)


def _waited(week: Week, days: range, hours: range) -> int:
    return sum(week.depths(days, hours))


def _chance(claimed: int, waited: int) -> float | None:
    return claimed / waited if waited else None


def _has_both(week: Week) -> bool:
    spike = week.came_in(WORKING_DAYS, MORNING) > week.came_in(WORKING_DAYS, AFTERNOON)
    return spike and week.claimed_in(WORKING_DAYS, AFTERNOON) < week.claimed_in(WORKING_DAYS, MORNING)


def monday_backlog(weeks: Sequence[Week]) -> MondayBacklog:
    """More waits when work starts on Monday than when it starts on the other days."""
    if len(weeks) < LEAST_WEEKS:
        return MondayBacklog(Verdict.TOO_SHORT, len(weeks))
    pairs = [
        (mean(week.depths([MONDAY], START_OF_WORK)), mean(week.depths(OTHER_DAYS, START_OF_WORK))) for week in weeks
    ]
    known = [(on_monday, other) for on_monday, other in pairs if on_monday is not None and other is not None]
    monday, others = mean([pair[0] for pair in known]) or 0.0, mean([pair[1] for pair in known]) or 0.0
    agreeing = sum(on_monday > 0 and on_monday >= BACKLOG_OF_A_WEEK * other for on_monday, other in known)
    is_large = monday >= BACKLOG * others and monday - others >= LEAST_BACKLOG
    verdict = Verdict.FOUND if is_large and is_steady(agreeing, len(weeks)) else Verdict.NOT_FOUND
    if sum(week.came_in(range(7)) for week in weeks) < LEAST_LEADS:
        verdict = Verdict.TOO_FEW
    weekend = sum(week.came_in(WEEKEND) for week in weeks), sum(week.claimed_in(WEEKEND) for week in weeks)
    return MondayBacklog(verdict, len(weeks), agreeing, monday, others, weekend)


def always_full(weeks: Sequence[tuple[int, int]]) -> AlwaysFull:
    """Of each week the hours at which it was full, and all its hours. It is a measurement, so chance has no say."""
    agreeing = sum(full > MOST_HOURS * hours for full, hours in weeks)
    full, hours = sum(full for full, _hours in weeks), sum(hours for _full, hours in weeks)
    if len(weeks) < LEAST_WEEKS:
        return AlwaysFull(Verdict.TOO_SHORT, len(weeks), agreeing, full, hours)
    verdict = Verdict.FOUND if is_steady(agreeing, len(weeks)) else Verdict.NOT_FOUND
    return AlwaysFull(verdict, len(weeks), agreeing, full, hours)


def is_full(depth: int, *, yellow: int, limit: int | None) -> bool:
    """Above its yellow number (L1), or at the limit above which nothing is added."""
    return depth > yellow or (limit is not None and depth >= limit)
