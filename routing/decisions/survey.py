"""The monthly survey: its two questions, what their answers add up to, and what may be shown (H3).

Answers are only counted, by group: a team with at least MIN_ANSWERS people who are asked, or all the others together.
A group is shown from MIN_ANSWERS answers on. What is not shown by itself enters the sum only if it has as many answers
together: otherwise the sum less the groups that are shown would tell what few people answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from fractions import Fraction

MIN_ANSWERS = 5
MONTHS = 12  # that the results go back
SCALE = (1, 2, 3, 4, 5)  # "Is distribution fair?"
FAIR_GOAL = 4  # the mean must exceed it
CLEAR_GOAL = 1  # everybody understands how leads are assigned


class State(StrEnum):
    OPEN = "open"  # the month is not over: nothing is shown, so that nobody can tell the last answer from a difference
    NONE = "none"  # nobody answered, or was asked
    FEW = "few"  # fewer answers than MIN_ANSWERS
    SMALL = "small"  # fewer than MIN_ANSWERS were asked, who are counted with others
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were asked and how many gave each answer; `fair` counts 1 to 5."""

    asked: int = 0
    fair: tuple[int, ...] = (0,) * len(SCALE)
    clear: int = 0
    unclear: int = 0

    @property
    def answered(self) -> int:
        return sum(self.fair)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.asked + other.asked,
            tuple(mine + more for mine, more in zip(self.fair, other.fair, strict=True)),
            self.clear + other.clear,
            self.unclear + other.unclear,
        )


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What people may read. `mean` and `understood` are None unless they are shown (L2)."""

    state: State
    asked: int
    answered: int
    mean: Fraction | None = None
    understood: Fraction | None = None

    @property
    def took_part(self) -> Fraction | None:
        return Fraction(self.answered, self.asked) if self.asked else None

    @property
    def is_fair(self) -> bool:
        return self.mean is not None and self.mean > FAIR_GOAL

    @property
    def is_clear(self) -> bool:
        return self.understood is not None and self.understood >= CLEAR_GOAL


@dataclass(frozen=True, slots=True)
class Partition:
    """The groups of a month that may be shown. `others` are all the rest together, `left_out` their answers if they are
    too few to be shown even so."""

    groups: Mapping[int, Tally] = field(default_factory=dict)
    others: Tally | None = None
    left_out: int = 0

    @property
    def whole(self) -> Tally:
        """All that may be shown, as one."""
        return sum([*self.groups.values(), *([self.others] if self.others else [])], start=Tally())


def partition(tallies: Mapping[int, Tally], *, alone: Mapping[int, bool]) -> Partition:
    """`alone` says which groups may stand by themselves; those of small teams never do."""
    shown = {key: each for key, each in tallies.items() if alone[key] and each.answered >= MIN_ANSWERS}
    rest = sum((each for key, each in tallies.items() if key not in shown), start=Tally())
    if rest.answered >= MIN_ANSWERS:
        return Partition(shown, others=rest)
    return Partition(shown, left_out=rest.answered)


def survey_result(tally: Tally, *, counted: Tally | None = None) -> SurveyResult:
    """Of a month that is over. `counted`: the part of it that may be shown, if that is not all."""
    asked, answered = tally.asked, tally.answered
    counted = tally if counted is None else counted
    if not answered:
        return SurveyResult(State.NONE, asked, answered)
    if counted.answered < MIN_ANSWERS:
        return SurveyResult(State.FEW, asked, answered)
    points = sum(score * count for score, count in zip(SCALE, counted.fair, strict=True))
    mean, understood = Fraction(points, counted.answered), Fraction(counted.clear, counted.answered)
    return SurveyResult(State.SHOWN, asked, answered, mean, understood)


def survey_month(at: datetime, tz: tzinfo) -> date:
    """The first day of the month whose survey is open."""
    return at.astimezone(tz).date().replace(day=1)


def next_month(month: date) -> date:
    """The day on which the results of this month can be read."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_back(month: date, count: int = MONTHS) -> list[date]:
    """This month and those before it, the oldest first."""
    numbers = range(month.year * 12 + month.month - count, month.year * 12 + month.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
