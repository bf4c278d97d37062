"""A company's own holidays beside public ones: on which days, for whom, and what a day is called (F5, I2)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from routing.decisions.availability.public_holidays import Region

MAX_DAYS = 366
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CompanyDays:
    """`region` and `teams` None: for everybody; no teams: for nobody. A working day is no day off: on it these people
    work although it is a public holiday."""

    name: str
    first_on: date
    last_on: date
    is_yearly: bool = False
    is_working_day: bool = False
    region: Region | None = None
    teams: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day of one person, public or of the company or both. `worked_for` names the working day that cancels a public
    holiday; then it is no day off."""

    on: date
    public: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    worked_for: str = ""

    @property
    def is_day_off(self) -> bool:
        return bool(self.company) or not self.worked_for

    @property
    def name(self) -> str:
        """All names of the day, each once."""
        public = () if self.worked_for and self.company else self.public
        return "; ".join(dict.fromkeys((*public, *self.company)))


@dataclass(slots=True)
class _Day:
    public: list[str] = field(default_factory=list)
    company: list[str] = field(default_factory=list)
    working: list[str] = field(default_factory=list)


def is_for(days: CompanyDays, region: Region | None, teams: Iterable[int]) -> bool:
    """Whether somebody with public holidays of this region, in these teams, has the company's holiday. One for a whole
    country is for its regions too."""
    if days.teams is not None:
        return not days.teams.isdisjoint(teams)
    if days.region is None:
        return True
    return region is not None and days.region.country == region.country and days.region.part in ("", region.part)


def merge_holidays(
    public: Sequence[tuple[date, str]], company: Iterable[CompanyDays], first: date, last: date
) -> list[Holiday]:
    """The holidays from `first` to `last`, both included, in order, with one entry a day."""
    found: dict[date, _Day] = {}
    for on, name in public:
        found.setdefault(on, _Day()).public.append(name)
    for each in company:
        for on in days_between(each, first, last):
            day = found.setdefault(on, _Day())
            (day.working if each.is_working_day else day.company).append(each.name)
    return [
        Holiday(on, tuple(day.public), tuple(day.company), "; ".join(dict.fromkeys(day.working)) if day.public else "")
        for on, day in sorted(found.items())
        if day.public or day.company
    ]


def days_between(days: CompanyDays, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included; a day that two years' spans share comes twice."""
    for begins, ends in _spans(days, first, last):
        on = max(begins, first)
        while on <= min(ends, last):
            yield on
            on += ONE_DAY


def _spans(days: CompanyDays, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Of a yearly holiday, those that begin in the year before `first` up to the year of `last`, and not before the
    year in which it was set."""
    if not days.is_yearly:
        yield days.first_on, days.last_on
        return
    for year in range(max(first.year - 1, days.first_on.year), last.year + 1):
        later = year - days.first_on.year
        yield _years_later(days.first_on, later), _years_later(days.last_on, later)


def _years_later(day: date, years: int) -> date:
    """29 February is the 28th in years without one."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
