"""Sums of counts, and the figures read from them (E1-E4, H2). None means "n/a" (L2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import chain
from typing import Any, Self, TypeVar

from queues.decisions.figures.classes import CLASSES, CONTACT_EDGES, WAIT_EDGES, percentile_in_classes
from queues.decisions.figures.ranks import median, percentile

NOTHING = (0,) * CLASSES


@dataclass(frozen=True, slots=True)
class _Totals:
    def __add__(self, other: Self) -> Self:
        return added((self, other))


Totals = TypeVar("Totals", bound=_Totals)


def added(parts: Sequence[Totals]) -> Totals:
    """The sum of one or more, column by column: pages add hundreds, and one by one took ten times as long."""
    if len(parts) == 1:
        return parts[0]
    kind, names = type(parts[0]), [each.name for each in fields(parts[0])]
    return kind(*(_column(name, [getattr(part, name) for part in parts]) for name in names))


def by_part(cells: Mapping[tuple[Any, ...], Totals], place: int) -> dict[Any, Totals]:
    """What is known by several parts, added up by the one that stands at `place` in the keys."""
    found: dict[Any, list[Totals]] = {}
    for key, sums in cells.items():
        found.setdefault(key[place], []).append(sums)
    return {part: added(parts) for part, parts in found.items()}


def _column(name: str, values: list[Any]) -> Any:
    if name.endswith("times"):
        return added_times(values)
    if isinstance(values[0], tuple):
        return tuple(map(sum, zip(*values, strict=True)))
    return max(values) if name.endswith("longest") else sum(values)


@dataclass(frozen=True, slots=True)
class StayTotals(_Totals):
    """Stays in queues: what began, and what ended with a claim. Times are seconds; `waits` and `converted_after` are
    counts by the classes of WAIT_EDGES."""

    entered: int = 0
    unclaimed: int = 0
    nurtured: int = 0
    archived: int = 0
    partnered: int = 0
    claimed: int = 0
    converted: int = 0
    won: int = 0
    wait_sum: int = 0
    wait_longest: int = 0
    waits: tuple[int, ...] = NOTHING
    converted_after: tuple[int, ...] = NOTHING
    times: tuple[int, ...] | None = None  # every wait, where they are few (queries.figures.times)

    @property
    def mean(self) -> float | None:
        return self.wait_sum / self.claimed if self.claimed else None

    @property
    def abandonment(self) -> Fraction | None:
        """Left without a claim, of those that entered (E4)."""
        return share(self.unclaimed, self.entered)

    @property
    def closed(self) -> int:
        """Left without a claim because somebody closed the lead."""
        return self.unclaimed - self.nurtured - self.archived - self.partnered

    @property
    def conversion(self) -> Fraction | None:
        return share(self.converted, self.claimed)

    def percentile(self, percent: int) -> float | None:
        """Exact where all times are known, else about right: read from the classes."""
        if self.times is not None and len(self.times) == self.claimed:
            return exact_percentile(self.times, percent)
        return percentile_in_classes(self.waits, percent, WAIT_EDGES, longest=self.wait_longest)


@dataclass(frozen=True, slots=True)
class TakenTotals(_Totals):
    """What reps took, and what became of it. Times are seconds by each assignment's clock; `contacts` are counts by the
    classes of CONTACT_EDGES."""

    taken: int = 0
    contacted: int = 0
    contact_sum: int = 0
    contact_longest: int = 0
    decided: int = 0
    within: int = 0
    converted: int = 0
    won: int = 0
    lost: int = 0
    disqualified: int = 0
    returned: int = 0
    clocked: int = 0
    contacts: tuple[int, ...] = NOTHING
    times: tuple[int, ...] | None = None  # every time to first contact, where they are few

    @property
    def mean(self) -> float | None:
        return self.contact_sum / self.contacted if self.contacted else None

    @property
    def share_within(self) -> Fraction | None:
        """Contacted within the limit, of those contacted or held beyond it (E3)."""
        return share(self.within, self.decided)

    @property
    def contact_share(self) -> Fraction | None:
        return share(self.contacted, self.taken)

    @property
    def conversion(self) -> Fraction | None:
        """Opportunities and customers, of what was taken (H2)."""
        return share(self.converted, self.taken)

    @property
    def win_rate(self) -> Fraction | None:
        return share(self.won, self.taken)

    @property
    def is_exact(self) -> bool:
        """Whether all times are known."""
        return not self.contacted or (self.times is not None and len(self.times) == self.contacted)

    def percentile(self, percent: int) -> float | None:
        """Exact where all times are known, else about right: read from the classes."""
        if self.times is not None and len(self.times) == self.contacted:
            return exact_percentile(self.times, percent)
        return percentile_in_classes(self.contacts, percent, CONTACT_EDGES, longest=self.contact_longest)


@dataclass(frozen=True, slots=True)
class WaitTotals(_Totals):
    """How long what a rep took had waited in the queue it came from, by the classes of WAIT_EDGES."""

    waits: tuple[int, ...] = NOTHING
    wait_longest: int = 0
    times: tuple[int, ...] | None = None

    @property
    def waited(self) -> int:
        return sum(self.waits)

    @property
    def is_exact(self) -> bool:
        """Whether all times are known."""
        return not self.waited or (self.times is not None and len(self.times) == self.waited)

    @property
    def median(self) -> float | None:
        """Exact where all times are known, else about right: read from the classes."""
        if self.times is not None and len(self.times) == self.waited:
            return exact_percentile(self.times, 50)
        return percentile_in_classes(self.waits, 50, WAIT_EDGES, longest=self.wait_longest)


def share(part: int, whole: int) -> Fraction | None:
    """Part of the whole, exactly, so that "above 15 %" is no matter of rounding."""
    return Fraction(part, whole) if whole else None


def added_times(parts: Iterable[tuple[int, ...] | None]) -> tuple[int, ...] | None:
    """None where those of one part are not known."""
    known: list[tuple[int, ...]] = []
    for times in parts:
        if times is None:
            return None
        known.append(times)
    return tuple(chain.from_iterable(known))


def exact_percentile(times: Sequence[int], percent: int) -> float | None:
    """The median is the middle time, or lies between the two in the middle; any other percentile is the nearest rank, a
    time that was measured. None without any (L2)."""
    return median(times) if percent == 50 else percentile(times, percent)
