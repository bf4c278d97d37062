"""In which order the dates of a column are written, judged from all of its cells (A1a)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leads.decisions.facts.date_orders import DAY, MIXED, MONTH, ORDERS, SECONDS
from leads.decisions.facts.moments import is_seconds, possible_orders

MAX_LINES = 3  # that are named for each order
_ALL = frozenset(ORDERS)


@dataclass
class DateEvidence:
    """What the cells of a column prove. `kinds` counts the dates in numbers by the orders in which they mean a day;
    `proofs` are the first lines of each order that a cell proves; `sample` is a cell for the preview. `seconds` counts
    plain numbers that could be seconds since 1970, `others` all other cells."""

    kinds: dict[frozenset[str], int] = field(default_factory=dict)
    proofs: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    sample: str = ""
    seconds: int = 0
    others: int = 0

    def see(self, line: int, text: str) -> None:
        """Take a cell that is not empty into account."""
        orders = possible_orders(text)
        if not orders and is_seconds(text):
            self.seconds += 1
            self.sample = self.sample or text
            return
        self.others += 1
        if not orders:
            return
        if not self.kinds:
            self.sample = text
        self.kinds[orders] = self.kinds.get(orders, 0) + 1
        if len(orders) == 1:
            (order,) = orders
            lines = self.proofs.setdefault(order, [])
            if len(lines) < MAX_LINES:
                lines.append((line, text))


@dataclass(frozen=True, slots=True)
class DateColumn:
    """The order of a column: "" if none of its dates is written in numbers. `is_proven`: the cells leave no other one;
    otherwise it is the region's habit. With "mixed" the `proofs` contradict each other: order, line and cell."""

    order: str = ""
    is_proven: bool = False
    sample: str = ""
    proofs: tuple[tuple[str, int, str], ...] = ()


def judged(evidence: DateEvidence, *, habit: str) -> DateColumn:
    """One order for the whole column: the one in which every date means a day."""
    if evidence.seconds and not evidence.others:
        return DateColumn(SECONDS, is_proven=True, sample=evidence.sample)
    if not evidence.kinds:
        return DateColumn()
    left = frozenset.intersection(_ALL, *evidence.kinds)
    proofs = tuple((order, line, text) for order in ORDERS for line, text in evidence.proofs.get(order, ()))
    if not left:
        return DateColumn(MIXED, is_proven=False, sample=evidence.sample, proofs=proofs)
    if len(left) == 1:
        (order,) = left
        sample = next((text for known, _line, text in proofs if known == order), evidence.sample)
        return DateColumn(order, is_proven=True, sample=sample, proofs=proofs)
    order = next(order for order in (habit, DAY, MONTH, *ORDERS) if order in left)
    return DateColumn(order, is_proven=False, sample=evidence.sample)


def kept(column: DateColumn) -> dict[str, object]:
    """As JSON keeps it."""
    return {
        "order": column.order,
        "is_proven": column.is_proven,
        "sample": column.sample,
        "proofs": [list(proof) for proof in column.proofs],
    }


def read_back(kept: Mapping[str, Any]) -> DateColumn:
    proofs = tuple((str(order), int(line), str(text)) for order, line, text in kept.get("proofs", []))
    return DateColumn(str(kept["order"]), bool(kept["is_proven"]), str(kept["sample"]), proofs)
