"""Which ways of working differ clearly from the team's, with the counts behind them (K2).

A difference is named only with enough cases and far beyond the team: at least ten cases of the rep and ten of the
others, and the whole 95 % interval of the rep's share (Wilson) above twice the share of the others, or, where much is
usual (taking what one looked at), below half of it. It says that there is something to talk about, never why.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from queues.decisions.figures.chance import wilson

LEAST_CASES = 10  # of the rep, and of the others
TIMES = 2  # so many times the share of the others; or its share of it, where little is unusual
SMALL = 0.1  # a share whose interval reaches below this is never unusual, also where the others have none
QUICK = timedelta(seconds=30)  # a first contact logged sooner after the claim; 30 s exactly is not
SILENT_AFTER = timedelta(days=7)  # without anything after the first contact
FRIDAY, LATE = 4, time(15)  # claims from 15:00 of the rep's own zone until the day ends; contact by Monday 00:00
PREVIEWS_KEPT = timedelta(days=90)
MOST_DAYS = 92  # of a period; older rows may be gone, and a year of a team is slow to count


class Sign(StrEnum):
    """A way of working that the radar counts."""

    LOOKED = "looked"  # previews that the rep took
    RETURNED = "returned"  # all leads; with a key: of one source
    REASON = "reason"  # returned for one reason, of all leads
    PICKED = "picked"  # taken from above the first place
    FRIDAY = "friday"  # taken late on Friday, no contact by Monday
    QUICK = "quick"  # contact logged within seconds
    SILENT = "silent"  # nothing after the first contact
    HELD = "held"  # open leads without contact, now


class Verdict(StrEnum):
    UNUSUAL = "unusual"
    USUAL = "usual"
    FEW = "few"  # too few cases of the rep
    ALONE = "alone"  # too few cases of the others to compare with


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many cases."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.part + other.part, self.whole + other.whole)

    def __sub__(self, other: "Rate") -> "Rate":
        return Rate(self.part - other.part, self.whole - other.whole)

    @property
    def share(self) -> float | None:
        """None without a case (L2)."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval by Wilson; everything is possible without a case."""
        found = wilson(self.part, self.whole)
        return (found.low, found.high) if found else (0.0, 1.0)


NONE = Rate()


@dataclass(frozen=True, slots=True)
class Period:
    """[starts_at, ends_at), and [before_at, starts_at) to compare with; `at` is now."""

    before_at: datetime
    starts_at: datetime
    ends_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Weekend:
    """Late Friday, as far as it lies in a period, and the Monday after it, in one time zone."""

    friday_at: datetime
    ends_at: datetime
    monday_at: datetime


def weekends(starts_at: datetime, ends_at: datetime, *, over_by: datetime, tz: tzinfo) -> list[Weekend]:
    """Those whose Friday lies in that time and that are over: before Monday nobody knows who is late."""
    found = []
    first, last = starts_at.astimezone(tz).date(), ends_at.astimezone(tz).date()
    day = first + timedelta(days=(FRIDAY - first.weekday()) % 7)
    while day <= last:
        late, saturday = datetime.combine(day, LATE, tzinfo=tz), _midnight(day, 1, tz)
        weekend = Weekend(max(late, starts_at), min(saturday, ends_at), _midnight(day, 3, tz))
        if weekend.monday_at <= over_by and weekend.friday_at < weekend.ends_at:
            found.append(weekend)
        day += timedelta(days=7)
    return found


def days_judged_on(day: date) -> list[date]:
    """The days of a late Friday that is judged when this day begins: in some zone Monday begins on our Monday, in
    others on our Tuesday."""
    if day.weekday() not in (0, 1):
        return []
    friday = day - timedelta(days=day.weekday() + 3)
    return [friday + timedelta(days=step) for step in (-1, 0, 1)]


def _midnight(day: date, later: int, tz: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=later), time.min, tzinfo=tz)


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of the leads whose preview a rep opened. `converted`: of those that others took."""

    previewed: int = 0
    took: int = 0
    others_took: int = 0
    converted: int = 0
    still_waiting: int = 0

    @property
    def rate(self) -> Rate:
        """Taken, of those that are decided: what still waits can still be taken."""
        return Rate(self.took, self.previewed - self.still_waiting)


@dataclass(frozen=True, slots=True)
class RepCounts:
    """What one rep did in one period. `by_source` counts returns of what came from each source, `reasons` returns by
    their reason; `given` is how many of the leads a rotation or a person gave; `places` how many leads the picks went
    past; `held` is of now."""

    received: int = 0
    given: int = 0
    skipped: int = 0
    by_source: Mapping[int, Rate] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    picked: Rate = NONE
    places: int = 0
    friday: Rate = NONE
    quick: Rate = NONE
    silent: Rate = NONE
    held: int = 0
    open_leads: int = 0
    looked: Looked | None = Looked()

    def rate(self, sign: Sign, key: int | str = "") -> Rate:
        """The cases of one sign; of one source or reason, if it has keys."""
        if sign == Sign.LOOKED:
            return self.looked.rate if self.looked else NONE
        if sign == Sign.RETURNED:
            return self.by_source.get(key, NONE) if isinstance(key, int) else sum(self.by_source.values(), NONE)
        if sign == Sign.REASON:
            return Rate(self.reasons.get(str(key), 0), self.received)
        return {
            Sign.PICKED: self.picked,
            Sign.FRIDAY: self.friday,
            Sign.QUICK: self.quick,
            Sign.SILENT: self.silent,
            Sign.HELD: Rate(self.held, self.open_leads),
        }[sign]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign of one rep beside the others of the team. `usual` is the others' share, of HELD their median; `key` is a
    source or a reason."""

    sign: Sign
    mine: Rate
    usual: float | None
    verdict: Verdict
    key: int | str = ""

    @property
    def is_unusual(self) -> bool:
        return self.verdict == Verdict.UNUSUAL


def findings(mine: RepCounts, others: Sequence[RepCounts]) -> list[Finding]:
    """Every sign, then each source and each reason with a return, the most frequent first."""
    return _findings(mine, [each.held for each in others], lambda sign, key: _sum(others, sign, key))


def team_findings(counts: Sequence[RepCounts]) -> list[list[Finding]]:
    """findings() of each beside all others; the sums are made once, for teams of any size."""
    totals: dict[tuple[Sign, int | str], Rate] = {}

    def of_others(mine: RepCounts) -> Callable[[Sign, int | str], Rate]:
        def rest(sign: Sign, key: int | str) -> Rate:
            if (sign, key) not in totals:
                totals[sign, key] = _sum(counts, sign, key)
            return totals[sign, key] - mine.rate(sign, key)

        return rest

    held = [each.held for each in counts]
    return [_findings(mine, held[:place] + held[place + 1 :], of_others(mine)) for place, mine in enumerate(counts)]


def _findings(mine: RepCounts, held: Sequence[int], of_others: Callable[[Sign, int | str], Rate]) -> list[Finding]:
    def found(sign: Sign, key: int | str = "") -> Finding:
        rate, rest = mine.rate(sign, key), of_others(sign, key)
        return Finding(sign, rate, rest.share, judge(sign, rate, rest), key)

    signs = [found(sign) for sign in Sign if sign not in (Sign.REASON, Sign.HELD)]
    sources = sorted(mine.by_source, key=lambda key: (-mine.by_source[key].part, key))
    reasons = sorted(mine.reasons, key=lambda key: (-mine.reasons[key], key))
    return [
        *signs,
        _held(mine, held),
        *(found(Sign.RETURNED, key) for key in sources if mine.by_source[key].part),
        *(found(Sign.REASON, key) for key in reasons),
    ]


def _sum(counts: Sequence[RepCounts], sign: Sign, key: int | str) -> Rate:
    return sum((each.rate(sign, key) for each in counts), NONE)


def judge(sign: Sign, mine: Rate, others: Rate) -> Verdict:
    """Whether the share of the rep is clearly another one."""
    if mine.whole < LEAST_CASES:
        return Verdict.FEW
    usual = others.share
    if usual is None or others.whole < LEAST_CASES:
        return Verdict.ALONE
    low, high = mine.interval
    is_far = high < usual / TIMES if sign == Sign.LOOKED else low > max(usual * TIMES, SMALL)
    return Verdict.UNUSUAL if is_far else Verdict.USUAL


def judge_held(held: int, others: Sequence[int]) -> Verdict:
    """At least ten, and more than twice the median of the others."""
    if not others:
        return Verdict.ALONE
    if held < LEAST_CASES:
        return Verdict.FEW
    return Verdict.UNUSUAL if held > TIMES * statistics.median(others) else Verdict.USUAL


def _held(mine: RepCounts, held: Sequence[int]) -> Finding:
    usual = statistics.median(held) if held else None
    return Finding(Sign.HELD, mine.rate(Sign.HELD), usual, judge_held(mine.held, held))
