"""What a report is limited to: period, queue, team, source, type and rep, read from the address and checked (E, C9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from dashboards.decisions.reports.periods import FIRST, Period, PeriodRefused, before, read_period, rolling

KEYS = ("queue", "team", "source", "type", "rep")
PERIOD = "period"
PERIOD_KEYS = (PERIOD, "from", "to")
BAD_INPUT, NOT_FOUND = 400, 404
MAX_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a filter may be set to; `value` is how the address writes it."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What this person may choose: for each filter its options, in the order shown."""

    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)

    def find(self, key: str, value: str) -> Option | None:
        return next((option for option in self.options.get(key, ()) if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """A filter that cannot be used: `why` is a periods.Refusal, "unknown" or "unreadable"; it counts as not set."""

    key: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Checked filters. `before` is the period that figures are compared with; what is not set is None, or "" for the
    type."""

    period: Period
    before: Period
    chosen: Mapping[str, Option] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def queue(self) -> int | None:
        return self._id("queue")

    @property
    def team(self) -> int | None:
        return self._id("team")

    @property
    def source(self) -> int | None:
        return self._id("source")

    @property
    def rep(self) -> int | None:
        """The id of the user."""
        return self._id("rep")

    @property
    def lead_type(self) -> str:
        return self.chosen["type"].value if "type" in self.chosen else ""

    @property
    def status(self) -> int:
        """200, 400 for what cannot be read or shown, 404 for a queue, team, source or rep out of reach."""
        whys = {problem.why for problem in self.problems}
        if not whys:
            return 200
        return NOT_FOUND if whys == {"unknown"} else BAD_INPUT

    def problem(self, key: str) -> Problem | None:
        return next((problem for problem in self.problems if problem.key == key), None)

    def as_query(self) -> dict[str, str]:
        """The address of these filters; what is not set, or first by default, is left out."""
        query = {PERIOD: self.period.key} if self.period.key != FIRST else {}
        return query | {key: self.chosen[key].value for key in KEYS if key in self.chosen}

    def _id(self, key: str) -> int | None:
        return int(self.chosen[key].value) if key in self.chosen else None


def read_filters(query: Mapping[str, str], reach: Reach, *, at: datetime, tz: tzinfo) -> Filters:
    """What cannot be used is a problem and counts as not set, so that the rest of the page still works."""
    problems: list[Problem] = []
    period = rolling(FIRST, at=at, tz=tz)
    asked = [query.get(key, "") for key in PERIOD_KEYS]
    if any(text.strip() for text in asked):
        try:
            period = read_period(*asked, at=at, tz=tz)
        except PeriodRefused as error:
            problems.append(Problem(PERIOD, error.refusal.value, " ".join(filter(None, asked))))
    chosen = {}
    for key in KEYS:
        text = query.get(key, "").strip()
        if not text:
            continue
        found = reach.find(key, text)
        if found is None:
            problems.append(Problem(key, "unknown" if _could_be(key, text) else "unreadable", text))
        else:
            chosen[key] = found
    return Filters(period, before(period, tz), chosen, tuple(problems))


def _could_be(key: str, text: str) -> bool:
    """Whether the text is written as such a filter is; a number that no row can have is as unknown as any other."""
    return key != "type" and text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
