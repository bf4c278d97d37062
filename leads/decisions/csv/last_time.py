"""Take over what was chosen for an earlier file with the same columns, or nearly (A9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leads.decisions.facts.text import folded
from leads.decisions.facts.title_zones import without_zone

ALIKE = 70  # percent of all columns of both files that must be the same


@dataclass(frozen=True, slots=True)
class SameColumns:
    """`column_of` has the column of this file by the column of the earlier one. `new` are titles that only this file
    has, `missing` those that only the earlier one has."""

    column_of: Mapping[int, int]
    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        total = len(self.column_of) + len(self.new) + len(self.missing)
        return len(self.column_of) * 100 // total if total else 0

    @property
    def is_alike(self) -> bool:
        return self.percent >= ALIKE


def same_columns(header: Sequence[str], earlier: Sequence[str]) -> SameColumns:
    """Columns are the same if their titles are, whatever order, case, signs and zone. Equal ones keep their order."""
    places: dict[str, list[int]] = {}
    for column, title in enumerate(header):
        places.setdefault(_plain(title), []).append(column)
    column_of: dict[int, int] = {}
    for column, title in enumerate(earlier):
        if here := places.get(_plain(title)):
            column_of[column] = here.pop(0)
    taken = set(column_of.values())
    return SameColumns(
        column_of,
        new=tuple(title for column, title in enumerate(header) if column not in taken),
        missing=tuple(title for column, title in enumerate(earlier) if column not in column_of),
    )


def _plain(title: str) -> str:
    return folded(without_zone(title)) or title
