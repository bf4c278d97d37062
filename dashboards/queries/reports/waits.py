"""How long leads waited: by queue, source and type, against the target of the queue each waited in (E1)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from dashboards.decisions.reports.periods import Period
from leads.models import LeadType, Source
from queues.decisions.figures.classes import HOUR, WAIT_EDGES, below
from queues.decisions.figures.totals import NOTHING, StayTotals
from queues.models import Queue
from queues.queries.figures.asked import Asked
from queues.queries.figures.reading import stays
from queues.queries.figures.times import with_waits

PARTS = ("queue", "source", "lead_type")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Waited:
    """Stays that ended with a claim. `within`: those that waited less than the target of their queue; `target` in
    seconds, None for a group of several queues."""

    value: str
    name: str
    now: StayTotals
    within: int
    before: StayTotals
    target: int | None = None
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Waits:
    """All of a period, and the same by each part."""

    all: Waited
    queues: tuple[Waited, ...]
    sources: tuple[Waited, ...]
    types: tuple[Waited, ...]


def waits(asked: Asked, before: Period, *, of: Iterable[Queue], source_names: Mapping[int, str]) -> Waits:
    """One reading of each period, added up here, so that all parts of a page agree. `of`: the queues of `asked`."""
    queues = {queue.pk: queue for queue in of}
    now: dict[Key, StayTotals] = with_waits(asked, stays(asked, *PARTS), *PARTS)
    earlier: dict[Key, StayTotals] = stays(asked.between(before.starts_at, before.ends_at), *PARTS)
    within = {key: below(sums.waits, _goal(queues[int(key[0])]), WAIT_EDGES) for key, sums in now.items()}
    sources = _with_missing(source_names, {int(key[1]) for key in now})
    queue_names = {pk: queue.name for pk, queue in queues.items()}
    type_names = {value: str(words) for value, words in LeadType.choices}
    names: tuple[dict[Any, str], ...] = (queue_names, sources, type_names)

    def groups(place: int | None) -> tuple[Waited, ...]:
        sums, old, kept = _folded(now, place), _folded(earlier, place), Counter[object]()
        for key, count in within.items():
            kept[_part(key, place)] += count
        name: dict[Any, str] = names[place] if place is not None else {}
        claimed = [(value, each) for value, each in sums.items() if each.claimed]
        return tuple(
            Waited(str(value), name.get(value, ""), each, kept[value], old.get(value, StayTotals()))
            for value, each in claimed
        )

    return Waits(
        all=next(iter(groups(None)), Waited("", "", StayTotals(), 0, _folded(earlier, None).get("", StayTotals()))),
        queues=tuple(_with_target(one, queues[int(one.value)]) for one in groups(0)),
        sources=groups(1),
        types=groups(2),
    )


def means_by_week(asked: Asked, weeks: Sequence[Period]) -> list[float | None]:
    """The mean wait of each week, in seconds; None without a claim (L2). Days are those of the installation."""
    days: dict[Key, StayTotals] = stays(asked.between(weeks[0].starts_at, weeks[-1].ends_at), "day")
    return [_claims([sums for (day,), sums in days.items() if week.first <= day <= week.last]).mean for week in weeks]


def _with_missing(names: Mapping[int, str], wanted: set[int]) -> dict[int, str]:
    missing = wanted - names.keys()
    rows = Source.objects.filter(pk__in=missing).order_by("pk").values_list("pk", "name") if missing else ()
    return {**names, **dict(rows)}


def _folded(cells: Mapping[Key, StayTotals], place: int | None) -> dict[object, StayTotals]:
    parts: dict[object, list[StayTotals]] = {}
    for key, sums in cells.items():
        parts.setdefault(_part(key, place), []).append(sums)
    return {part: _claims(totals) for part, totals in parts.items()}


def _claims(totals: Sequence[StayTotals]) -> StayTotals:
    """What this report reads of a sum, column by column: adding hundreds one by one was a third of the page."""
    return StayTotals(
        claimed=sum(each.claimed for each in totals),
        wait_sum=sum(each.wait_sum for each in totals),
        wait_longest=max((each.wait_longest for each in totals), default=0),
        waits=tuple(map(sum, zip(*(each.waits for each in totals), strict=True))) or NOTHING,
        times=_times(totals),
    )


def _times(totals: Sequence[StayTotals]) -> tuple[int, ...] | None:
    known = [each.times for each in totals if each.times is not None]
    return tuple(chain.from_iterable(known)) if len(known) == len(totals) else None


def _part(key: Key, place: int | None) -> object:
    return "" if place is None else key[place]


def _with_target(one: Waited, queue: Queue) -> Waited:
    return replace(one, target=_goal(queue), slug=queue.slug)


def _goal(queue: Queue) -> int:
    """Seconds."""
    return queue.wait_goal_hours * HOUR
