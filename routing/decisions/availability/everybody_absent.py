"""When everybody of a rotation who would otherwise work is absent, and whether people know it already (F6, F11c)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MATERIAL = timedelta(hours=1)  # a span that moves by less is the same; a shorter one is not worth a word
Stretch = tuple[datetime, datetime]


class LeadsThen(StrEnum):
    """What happens to leads during that time. Stored with warnings and in messages."""

    WAIT = "wait"
    FALLBACK = "fallback"
    PARTLY = "partly"  # to the fallback person, who is absent too for a part of the time
    WAIT_TOO = "wait_too"  # the fallback person is absent all the time


@dataclass(frozen=True, slots=True)
class MemberTimes:
    """When a member would work, and when he or she is absent; in any order."""

    works: Sequence[Stretch]
    absences: Sequence[Stretch] = ()


@dataclass(frozen=True, slots=True)
class AllAbsent:
    """From the first to the last moment. `is_open`: nobody is back as far as one can see, so `ends_at` says little."""

    starts_at: datetime
    ends_at: datetime
    is_open: bool = False
    then: str = LeadsThen.WAIT


def all_absent(members: Iterable[MemberTimes]) -> list[AllAbsent]:
    """The spans in which somebody would work and nobody is there. Time in which nobody would work (nights, weekends) is
    no span; spans with only such time between them are one."""
    works: list[Stretch] = []
    here: list[Stretch] = []
    for each in members:
        works += each.works
        here += _without(_union(each.works), _union(each.absences)) if each.absences else each.works
    there = _union(here)
    gaps = _without(_union(works), there)
    found: list[Stretch] = []
    for starts, ends in gaps:
        if found and not _any_between(there, found[-1][1], starts):
            found[-1] = found[-1][0], ends
        else:
            found.append((starts, ends))
    last = there[-1][1] if there else None
    return [AllAbsent(starts, ends, is_open=last is None or last <= starts) for starts, ends in found]


def leads_then(starts_at: datetime, ends_at: datetime, fallback_absences: Sequence[Stretch] | None) -> LeadsThen:
    """Without a fallback person (None) leads wait."""
    if fallback_absences is None:
        return LeadsThen.WAIT
    span = [(starts_at, ends_at)]
    there = _without(span, _union(fallback_absences))
    if there == span:
        return LeadsThen.FALLBACK
    return LeadsThen.PARTLY if there else LeadsThen.WAIT_TOO


def is_known(told: AllAbsent, now: AllAbsent, *, at: datetime) -> bool:
    """Whether somebody who was told of the one span learns nothing from the other. A span that has begun begins now,
    and one without an end stays so until an end comes in sight that is earlier."""
    if told.then != now.then or abs(max(told.starts_at, at) - max(now.starts_at, at)) >= MATERIAL:
        return False
    if told.is_open:
        return now.ends_at > told.ends_at - MATERIAL
    return not now.is_open and abs(told.ends_at - now.ends_at) < MATERIAL


def _union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order; what touches or overlaps is one."""
    found: list[Stretch] = []
    for starts, ends in sorted(stretches):
        if starts >= ends:
            continue
        if found and starts <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((starts, ends))
    return found


def _without(stretches: Sequence[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """Both in order and without overlaps."""
    found: list[Stretch] = []
    first = 0
    for starts, ends in stretches:
        while first < len(taken) and taken[first][1] <= starts:
            first += 1
        reached, number = starts, first
        while number < len(taken) and taken[number][0] < ends:
            if taken[number][0] > reached:
                found.append((reached, taken[number][0]))
            reached = max(reached, taken[number][1])
            number += 1
        if reached < ends:
            found.append((reached, ends))
    return found


def _any_between(stretches: Sequence[Stretch], after: datetime, before: datetime) -> bool:
    return any(starts < before and ends > after for starts, ends in stretches)
