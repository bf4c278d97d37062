"""Does a faster claim convert better? Claims by the time that they waited, few ones put together (E2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from queues.decisions.figures.chance import ENOUGH, Larger, Sample, larger
from queues.decisions.figures.classes import DAY, HOUR, MINUTE, WAIT_EDGES
from queues.decisions.figures.totals import StayTotals

# Seconds at which a group begins; each is an edge of the classes, and 2, 8 and 24 hours are the targets (E1).
STARTS = (0, 15 * MINUTE, HOUR, 2 * HOUR, 8 * HOUR, DAY, 3 * DAY)


@dataclass(frozen=True, slots=True)
class WaitGroup:
    """Claims that waited from `start` to `end` seconds, without `end`; None: any longer. `sample`: how many of them
    became an opportunity or a customer."""

    start: int
    end: int | None
    sample: Sample


def by_wait(totals: StayTotals, enough: int = ENOUGH) -> list[WaitGroup]:
    """From the fastest to the slowest. A group with too few claims is put together with the next one; the last with
    the one before."""
    found: list[WaitGroup] = []
    start, part, whole = 0, 0, 0
    for first, end in zip(STARTS, (*STARTS[1:], None), strict=True):
        part += _between(totals.converted_after, first, end)
        whole += _between(totals.waits, first, end)
        if whole >= enough:
            found.append(WaitGroup(start, end, Sample(part, whole)))
            start, part, whole = end or 0, 0, 0
    if found and found[-1].end is not None:
        last = found.pop()
        rest = Sample(last.sample.part + part, last.sample.whole + whole)
        return [*found, WaitGroup(last.start, None, rest)]
    return found or ([WaitGroup(0, None, Sample(part, whole))] if whole else [])


def faster_converts(groups: Sequence[WaitGroup]) -> Larger:
    """FIRST: the fastest group converts better than the slowest. UNKNOWN where there are no two groups."""
    if len(groups) < 2:
        return Larger.UNKNOWN
    return larger(groups[0].sample, groups[-1].sample)


def _between(counts: Sequence[int], start: int, end: int | None) -> int:
    first = WAIT_EDGES.index(start) + 1 if start else 0
    last = WAIT_EDGES.index(end) + 1 if end is not None else len(counts)
    return sum(counts[first:last])
