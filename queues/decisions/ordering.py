"""The order of a queue: base keys, age bands, and why a lead stands where it stands (B3-B6, B8).

The base order is ascending (k1, k2, k3, since_at, id). Above it lie the two age bands of B6. With n leads waiting a
band has the places 1..ceil(percent * n / 100), and it reads like this:

- A lead is aged from the very moment it is 24 h (48 h) old: ranges are half-open (L1).
- What a manager moved to the front stands first, before any lift. Such leads count in n and use up places.
- A band with room for all its aged leads keeps those that stand inside it where they are and lifts the others to its
  last places, oldest first, and no further. So at a slot that must go to an aged lead, the next of the base order
  keeps its turn if it is one of them, and only else the oldest is lifted.
- A band with more aged leads than places is filled by the oldest, oldest first; the rest follow the base order, and
  the wider band may still lift them.

`ranked` says this on a whole queue, `head_places` finds the same head from two index streams (performance.md D).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice

FRONT = "front"
HOT = "hot"
TIER = "tier"
FIRST_IN = "first_in"
LIFTED_FIRST = "lifted_first"
LIFTED_SECOND = "lifted_second"

FRONT_KEYS = (-1, 0, 0)
NO_DEAL = 1


class BandsRefused(ValueError):
    """The second band must be older than the first and lie inside it."""


class Order(StrEnum):
    FIFO = "fifo"
    PRIORITY = "priority"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One waiting lead as the order sees it; `keys` as made by base_keys."""

    id: int
    keys: tuple[int, int, int]
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Bands:
    """B6: from which age a lead belongs within which share of the queue."""

    first_after: timedelta = timedelta(hours=24)
    first_percent: int = 25
    second_after: timedelta = timedelta(hours=48)
    second_percent: int = 10

    def __post_init__(self):
        if self.second_after < self.first_after or self.second_percent > self.first_percent:
            raise BandsRefused("The second band must be older than the first and lie inside it")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many wait, and how many of them are aged; `aged_first` includes `aged_second`, all include the fronted."""

    waiting: int
    aged_first: int
    aged_second: int


@dataclass(frozen=True, slots=True)
class Place:
    """`number` counts from 1; a lift is told only of a lead that stands before one the base order puts before it."""

    number: int
    entry: Waiting
    reason: str


def base_keys(
    order: str, *, tier: int, score: int, deal_size: Decimal | None, hot_score: int, is_front: bool = False
) -> tuple[int, int, int]:
    """Sort keys, smallest first. Without a deal size a lead stands behind all that have one (B4); hot is strictly above
    the hot score (L1)."""
    if is_front:
        return FRONT_KEYS
    match Order(order):
        case Order.PRIORITY:
            return tier, 100 - score, NO_DEAL if deal_size is None else -int((deal_size * 100).to_integral_value())
        case Order.HYBRID:
            return (0 if score > hot_score else 1), 0, 0
    return 0, 0, 0


def band_places(waiting: int, percent: int) -> int:
    """The size of a band: percent of the waiting leads, rounded up, in whole numbers."""
    return -(-waiting * percent // 100)


def head_places(
    base: Iterable[Waiting],
    aged: Iterable[Waiting],
    tally: Tally,
    *,
    order_name: str,
    bands: Bands,
    at: datetime,
    limit: int | None,
    offset: int = 0,
) -> list[Place]:
    """The places offset+1 .. offset+limit (`limit` None: to the end), reading no more than offset+limit of a stream.

    `base` is in base order, `aged` holds the leads at least first_after old by (since_at, id); both read lazily and
    may be cut off after offset+limit rows. A tally that is slightly off shifts places a little and loses nobody.
    """
    end = None if limit is None else offset + limit
    return list(islice(_merged(base, aged, tally, Order(order_name), bands, at), offset, end))


def ranked(entries: Iterable[Waiting], *, order_name: str, bands: Bands, at: datetime) -> list[Place]:
    """The whole queue in order, by the words of B6 and not by the merge: the yardstick of head_places."""
    line = sorted(entries, key=_base_key)
    fronted = sum(1 for entry in line if _is_fronted(entry))
    second_places = band_places(len(line), bands.second_percent)
    rest = line[fronted:]
    by_age = sorted(rest, key=_age_key)
    first = [entry for entry in by_age if at - entry.since_at >= bands.first_after]
    second = [entry for entry in by_age if at - entry.since_at >= bands.second_after]
    first_room = max(band_places(len(line), bands.first_percent) - fronted, 0)
    second_room = max(second_places - fronted, 0)
    if len(first) > first_room:
        order = _filled(rest, first[:first_room])
    else:
        order = _filled(rest, second[:second_room]) if len(second) > second_room else _lifted(rest, second, second_room)
        order = _lifted(order, first, first_room)
    passing = _passing(line, line[:fronted] + order)
    return [
        Place(
            number,
            entry,
            _lift_reason(number, entry, second_places, bands, at)
            if entry.id in passing
            else _base_reason(entry, Order(order_name)),
        )
        for number, entry in enumerate(line[:fronted] + order, start=1)
    ]


def _filled(line: list[Waiting], oldest: list[Waiting]) -> list[Waiting]:
    return oldest + _without(line, oldest)


def _lifted(line: list[Waiting], aged: list[Waiting], places: int) -> list[Waiting]:
    """Every aged lead within the places, with as few lifts as do, and those to the last of the places."""
    ids = {entry.id for entry in aged}
    standing = [index for index, entry in enumerate(line) if entry.id in ids]
    lifts = 0
    while lifts < len(aged) and standing[-1 - lifts] >= places - lifts:
        lifts += 1
    moved = sorted((line[index] for index in standing[len(standing) - lifts :]), key=_age_key)
    others = _without(line, moved)
    return others[: places - lifts] + moved + others[places - lifts :]


def _without(line: list[Waiting], leaving: list[Waiting]) -> list[Waiting]:
    ids = {entry.id for entry in leaving}
    return [entry for entry in line if entry.id not in ids]


def _passing(line: list[Waiting], order: list[Waiting]) -> set[int]:
    """Ids of the leads that stand before one which the base order puts before them."""
    rank = {entry.id: index for index, entry in enumerate(line)}
    passing, best_behind = set(), len(line)
    for entry in reversed(order):
        if rank[entry.id] > best_behind:
            passing.add(entry.id)
        best_behind = min(best_behind, rank[entry.id])
    return passing


class _Stream:
    """A stream of which the head is the first lead that has no place yet."""

    def __init__(self, entries: Iterable[Waiting], placed: set[int]):
        self._entries = iter(entries)
        self._placed = placed
        self._head: Waiting | None = None

    def head(self) -> Waiting | None:
        while self._head is None or self._head.id in self._placed:
            self._head = next(self._entries, None)
            if self._head is None:
                return None
        return self._head


@dataclass(slots=True)
class _Band:
    after: timedelta
    places: int
    left: int  # aged leads without a place yet
    is_overfull: bool = False

    def must_take(self, number: int) -> bool:
        return self.left > 0 and number <= self.places and self.left > self.places - number


def _merged(
    base: Iterable[Waiting], aged: Iterable[Waiting], tally: Tally, order: Order, bands: Bands, at: datetime
) -> Iterator[Place]:
    placed: set[int] = set()
    line, oldest = _Stream(base, placed), _Stream(aged, placed)
    first = _Band(bands.first_after, band_places(tally.waiting, bands.first_percent), tally.aged_first)
    second = _Band(bands.second_after, band_places(tally.waiting, bands.second_percent), tally.aged_second)
    are_fronts_over = False
    while (entry := line.head()) is not None:
        number = len(placed) + 1
        if not are_fronts_over and not _is_fronted(entry):
            are_fronts_over = True
            for band in (first, second):
                band.is_overfull = band.left > band.places - len(placed)
        lift = _lift(entry, oldest, first, second, number, at) if are_fronts_over else None
        reason = _base_reason(entry, order)
        if lift is not None:
            entry, reason = lift, _lift_reason(number, lift, second.places, bands, at)
        yield Place(number, entry, reason)
        placed.add(entry.id)
        for band in (first, second):
            band.left -= at - entry.since_at >= band.after


def _lift(head: Waiting, oldest: _Stream, first: _Band, second: _Band, number: int, at: datetime) -> Waiting | None:
    """Who takes this slot before the head of the base order; the head of an even band keeps its turn if aged."""
    bands = (first, second) if first.is_overfull else (second, first)
    band = next((band for band in bands if band.must_take(number)), None)
    if band is None or (not band.is_overfull and at - head.since_at >= band.after):
        return None
    entry = oldest.head()
    if entry is None or entry.id == head.id or at - entry.since_at < band.after:
        return None
    return entry


def _lift_reason(number: int, entry: Waiting, second_places: int, bands: Bands, at: datetime) -> str:
    is_second = number <= second_places and at - entry.since_at >= bands.second_after
    return LIFTED_SECOND if is_second else LIFTED_FIRST


def _base_reason(entry: Waiting, order: Order) -> str:
    if _is_fronted(entry):
        return FRONT
    if order == Order.PRIORITY:
        return TIER
    return HOT if order == Order.HYBRID and entry.keys[0] == 0 else FIRST_IN


def _is_fronted(entry: Waiting) -> bool:
    return entry.keys[0] < 0


def _base_key(entry: Waiting) -> tuple:
    return (*entry.keys, entry.since_at, entry.id)


def _age_key(entry: Waiting) -> tuple:
    return entry.since_at, entry.id
