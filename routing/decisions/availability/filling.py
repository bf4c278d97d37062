"""Which stretches of working time a calendar gets when it is filled, or filled again after an edit (D3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from routing.decisions.availability.hours import WorkingHours, working_stretches
from routing.decisions.availability.work_time import Stretch

Span = tuple[datetime, datetime]
NOTHING = timedelta(0)
END = datetime(9999, 1, 1, tzinfo=UTC)  # the last stretch ends here: beyond what is filled all hours count


@dataclass(frozen=True, slots=True)
class Refill:
    """What to write: the stretch that ends at another time now, and those that replace all that begin at `at` or later.
    `is_changed`: within what was filled before, other hours count now."""

    cut: Stretch | None
    new: tuple[Stretch, ...]
    is_changed: bool


def spans_of(hours: WorkingHours | None, away: Iterable[Span], *, start: datetime, until: datetime) -> list[Span]:
    """The working time from `start` on, without absences; all time from `until` on, and everywhere without hours."""
    if hours is None:
        return [(start, END)]
    return [*_without(working_stretches(start, until, hours), away), (until, END)]


def refill(known: Sequence[Stretch], spans: Sequence[Span], *, at: datetime, known_until: datetime | None) -> Refill:
    """The past stays as it is: only what lies after `at` follows the new hours. Both are in order; `spans` begin at
    `at` or later."""
    past, wanted = [each for each in known if each.starts_at < at], list(spans)
    last, cut, done = past[-1] if past else None, None, NOTHING
    if last is not None:
        ends = min(last.ends_at, at)
        if wanted and last.ends_at >= at and wanted[0][0] == at:
            ends = wanted.pop(0)[1]  # it runs on
        cut = replace(last, ends_at=ends) if ends != last.ends_at else None
        done = last.before + (ends - last.starts_at)
    new = []
    for starts, ends in wanted:
        new.append(Stretch(starts, ends, done))
        done += ends - starts
    return Refill(cut, tuple(new), known_until is None or _differ(known, spans, at=at, until=known_until))


def _differ(known: Sequence[Stretch], spans: Sequence[Span], *, at: datetime, until: datetime) -> bool:
    return _between([(each.starts_at, each.ends_at) for each in known], at, until) != _between(spans, at, until)


def _between(spans: Iterable[Span], first: datetime, last: datetime) -> list[Span]:
    """The part of these from `first` to `last`; those that touch are one."""
    found: list[Span] = []
    for starts, ends in ((max(each[0], first), min(each[1], last)) for each in spans):
        if starts >= ends:
            continue
        if found and found[-1][1] == starts:
            starts = found.pop()[0]
        found.append((starts, ends))
    return found


def _without(spans: Sequence[Span], away: Iterable[Span]) -> list[Span]:
    left = list(spans)
    for begins, returns in away:
        left = [
            piece
            for starts, ends in left
            for piece in ((starts, min(ends, begins)), (max(starts, returns), ends))
            if piece[0] < piece[1]
        ]
    return left
