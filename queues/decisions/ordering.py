"""The order of a queue: base keys, age bands, and why a lead has its position (B3-B6, B8).

The base order is ascending (k1, k2, k3, since_at, id). Above it lie the two age bands of B6. With n leads waiting a
band covers the positions 1..ceil(percent * n / 100). The rules:

- A lead is aged from the moment it is 24 h (48 h) old: ranges are half-open (L1).
- Leads that a manager moved to the front come first, before any lift. They count in n and use up positions.
- If a band has room for all its aged leads, those inside it keep their positions; the others are lifted to the last
  positions of the band, oldest first, and no further. So where a position must go to an aged lead, the next lead of
  the base order keeps it if that lead is aged; otherwise the oldest aged lead is lifted there.
- If a band has more aged leads than positions, the oldest leads fill it, oldest first. The rest follow the base order;
  the wider band may still lift them.

`ranked` applies these rules to a whole queue; `head_positions` finds the same head from two index streams
(docs/decisions/01-one-order.md).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice


class PositionReason(StrEnum):
    """Why a lead has its position; stored in receipts, and written by take_next.sql too."""

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
class WaitingLead:
    """What the order needs of one waiting lead; `id` is that of its queue entry, `keys` come from base_keys."""

    id: int
    keys: tuple[int, int, int]
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Bands:
    """From which age a lead belongs in which share of the queue (B6)."""

    first_after: timedelta = timedelta(hours=24)
    first_percent: int = 25
    second_after: timedelta = timedelta(hours=48)
    second_percent: int = 10

    def __post_init__(self) -> None:
        if self.second_after < self.first_after or self.second_percent > self.first_percent:
            raise BandsRefused("The second band must be older than the first and lie inside it")


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many leads wait, and how many of them are aged. `aged_first` includes `aged_second`; all three include leads
    that a manager moved to the front."""

    waiting: int
    aged_first: int
    aged_second: int


@dataclass(frozen=True, slots=True)
class Position:
    """`number` counts from 1. The reason is a lift only if the lead stands before one that the base order puts
    first."""

    number: int
    entry: WaitingLead
    reason: PositionReason


def base_keys(
    order: str, *, tier: int, score: int, deal_size: Decimal | None, hot_score: int, is_front: bool = False
) -> tuple[int, int, int]:
    """Sort keys, smallest first. A lead without a deal size comes after all that have one (B4); a lead is hot strictly
    above the hot score (L1)."""
    if is_front:
        return FRONT_KEYS
    match Order(order):
        case Order.PRIORITY:
            return tier, 100 - score, NO_DEAL if deal_size is None else -int((deal_size * 100).to_integral_value())
        case Order.HYBRID:
            return (0 if score > hot_score else 1), 0, 0
    return 0, 0, 0


def band_size(waiting: int, percent: int) -> int:
    """How many positions a band covers: a percentage of the waiting leads, rounded up."""
    return -(-waiting * percent // 100)


def head_positions(
    base: Iterable[WaitingLead],
    aged: Iterable[WaitingLead],
    counts: QueueCounts,
    *,
    order_name: str,
    bands: Bands,
    at: datetime,
    limit: int | None,
    offset: int = 0,
) -> list[Position]:
    """The positions offset+1 .. offset+limit (`limit` None: to the end); reads at most offset+limit rows of a stream.

    `base` is in base order; `aged` holds the leads that are at least first_after old, by (since_at, id). Both are read
    lazily and may be cut off after offset+limit rows. Counts that are slightly wrong shift positions a little but lose
    no lead.
    """
    end = None if limit is None else offset + limit
    return list(islice(_merged(base, aged, counts, Order(order_name), bands, at), offset, end))


def ranked(entries: Iterable[WaitingLead], *, order_name: str, bands: Bands, at: datetime) -> list[Position]:
    """The whole queue in order, straight from the rules of B6. Tests compare head_positions with it."""
    line = sorted(entries, key=_base_key)
    fronted = sum(1 for entry in line if _is_fronted(entry))
    second_size = band_size(len(line), bands.second_percent)
    rest = line[fronted:]
    by_age = sorted(rest, key=_age_key)
    first = [entry for entry in by_age if at - entry.since_at >= bands.first_after]
    second = [entry for entry in by_age if at - entry.since_at >= bands.second_after]
    first_free = max(band_size(len(line), bands.first_percent) - fronted, 0)
    second_free = max(second_size - fronted, 0)
    if len(first) > first_free:
        order = _filled(rest, first[:first_free])
    else:
        order = _filled(rest, second[:second_free]) if len(second) > second_free else _lifted(rest, second, second_free)
        order = _lifted(order, first, first_free)
    passing = _passing(line, line[:fronted] + order)
    return [
        Position(
            number,
            entry,
            _lift_reason(number, entry, second_size, bands, at)
            if entry.id in passing
            else _base_reason(entry, Order(order_name)),
        )
        for number, entry in enumerate(line[:fronted] + order, start=1)
    ]


def _filled(line: list[WaitingLead], oldest: list[WaitingLead]) -> list[WaitingLead]:
    return oldest + _without(line, oldest)


def _lifted(line: list[WaitingLead], aged: list[WaitingLead], size: int) -> list[WaitingLead]:
    """All aged leads within the band, with as few lifts as possible, each lifted to the last positions of the band."""
    ids = {entry.id for entry in aged}
    standing = [index for index, entry in enumerate(line) if entry.id in ids]
    lifts = 0
    while lifts < len(aged) and standing[-1 - lifts] >= size - lifts:
        lifts += 1
    moved = sorted((line[index] for index in standing[len(standing) - lifts :]), key=_age_key)
    others = _without(line, moved)
    return others[: size - lifts] + moved + others[size - lifts :]


def _without(line: list[WaitingLead], leaving: list[WaitingLead]) -> list[WaitingLead]:
    ids = {entry.id for entry in leaving}
    return [entry for entry in line if entry.id not in ids]


def _passing(line: list[WaitingLead], order: list[WaitingLead]) -> set[int]:
    """Ids of the leads that stand before a lead which the base order puts before them."""
    rank = {entry.id: index for index, entry in enumerate(line)}
    passing, best_behind = set(), len(line)
    for entry in reversed(order):
        if rank[entry.id] > best_behind:
            passing.add(entry.id)
        best_behind = min(best_behind, rank[entry.id])
    return passing


class _Stream:
    """A stream whose head is the first lead that has no position yet."""

    def __init__(self, entries: Iterable[WaitingLead], placed: set[int]):
        self._entries = iter(entries)
        self._placed = placed
        self._head: WaitingLead | None = None

    def head(self) -> WaitingLead | None:
        while self._head is None or self._head.id in self._placed:
            self._head = next(self._entries, None)
            if self._head is None:
                return None
        return self._head


@dataclass(slots=True)
class _Band:
    after: timedelta
    size: int
    left: int  # aged leads without a position yet
    is_overfull: bool = False

    def must_take(self, number: int) -> bool:
        return self.left > 0 and number <= self.size and self.left > self.size - number


def _merged(
    base: Iterable[WaitingLead],
    aged: Iterable[WaitingLead],
    counts: QueueCounts,
    order: Order,
    bands: Bands,
    at: datetime,
) -> Iterator[Position]:
    placed: set[int] = set()
    line, oldest = _Stream(base, placed), _Stream(aged, placed)
    first = _Band(bands.first_after, band_size(counts.waiting, bands.first_percent), counts.aged_first)
    second = _Band(bands.second_after, band_size(counts.waiting, bands.second_percent), counts.aged_second)
    is_past_fronted = False
    while (entry := line.head()) is not None:
        number = len(placed) + 1
        if not is_past_fronted and not _is_fronted(entry):
            is_past_fronted = True
            for band in (first, second):
                band.is_overfull = band.left > band.size - len(placed)
        lift = _lift(entry, oldest, first, second, number, at) if is_past_fronted else None
        reason = _base_reason(entry, order)
        if lift is not None:
            entry, reason = lift, _lift_reason(number, lift, second.size, bands, at)
        yield Position(number, entry, reason)
        placed.add(entry.id)
        for band in (first, second):
            band.left -= at - entry.since_at >= band.after


def _lift(
    head: WaitingLead, oldest: _Stream, first: _Band, second: _Band, number: int, at: datetime
) -> WaitingLead | None:
    """The aged lead that takes this position before the head of the base order, if any. In a band that is not overfull
    an aged head keeps its position."""
    bands = (first, second) if first.is_overfull else (second, first)
    band = next((band for band in bands if band.must_take(number)), None)
    if band is None or (not band.is_overfull and at - head.since_at >= band.after):
        return None
    entry = oldest.head()
    if entry is None or entry.id == head.id or at - entry.since_at < band.after:
        return None
    return entry


def _lift_reason(number: int, entry: WaitingLead, second_size: int, bands: Bands, at: datetime) -> PositionReason:
    is_second = number <= second_size and at - entry.since_at >= bands.second_after
    return PositionReason.LIFTED_SECOND if is_second else PositionReason.LIFTED_FIRST


def _base_reason(entry: WaitingLead, order: Order) -> PositionReason:
    if _is_fronted(entry):
        return PositionReason.FRONT
    if order == Order.PRIORITY:
        return PositionReason.TIER
    return PositionReason.HOT if order == Order.HYBRID and entry.keys[0] == 0 else PositionReason.FIRST_IN


def _is_fronted(entry: WaitingLead) -> bool:
    return entry.keys[0] < 0


def _base_key(entry: WaitingLead) -> tuple:
    return (*entry.keys, entry.since_at, entry.id)


def _age_key(entry: WaitingLead) -> tuple:
    return entry.since_at, entry.id
