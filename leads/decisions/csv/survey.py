"""What a whole file holds, column by column: the order of its dates, and how many cells could name a person (A1a)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leads.decisions.csv.date_columns import DateColumn, DateEvidence, judged, kept, read_back
from leads.decisions.csv.file import raw_by_field
from leads.decisions.csv.records import Row
from leads.decisions.facts.moments import is_seconds, possible_orders
from leads.decisions.facts.text import PLACEHOLDERS
from leads.decisions.facts.title_zones import zones_of_columns

CHUNK_ROWS = 2_000
_LOOKED_AT = 200  # rows of each chunk that show whether a column holds dates
_LONGEST_DATE = 80
_LONGEST_REPEATED = 120
_COUNTED = 500  # different values of a column that are counted at once
_EMPTY = PLACEHOLDERS | {""} | {word.upper() for word in PLACEHOLDERS} | {word.title() for word in PLACEHOLDERS}
_WAYS = ("email", "further_email", "phone", "further_phone")
_NAMES = ("name", "first_name", "last_name")
_WITH_AT = frozenset({"email", "further_email"})


class Surveyor:
    """Takes the rows of a file in chunks. Its memory depends on the columns only."""

    def __init__(self, width: int) -> None:
        self.rows = 0
        self.filled, self.with_at = [0] * width, [0] * width
        self.dates: dict[int, DateEvidence] = {}
        self.values: list[Counter[str]] = [Counter() for _column in range(width)]

    def see(self, chunk: Sequence[Row]) -> None:
        good = [row for row in chunk if row.problem is None]
        self.rows += len(good)
        for column, cells in enumerate(zip(*(row.values for row in good), strict=False)):
            self.filled[column] += sum(cell not in _EMPTY for cell in cells)
            self.with_at[column] += sum("@" in cell for cell in cells)
            self._count(column, cells)
            if column in self.dates or any(_is_date(cell) for cell in cells[:_LOOKED_AT]):
                self._see_dates(self.dates.setdefault(column, DateEvidence()), good, cells)

    def _count(self, column: int, cells: Iterable[str]) -> None:
        """Of many values the most frequent stay, so that what repeats is found with little memory."""
        found = self.values[column]
        found.update(cell.strip() for cell in cells if cell not in _EMPTY and len(cell) <= _LONGEST_REPEATED)
        if len(found) > _COUNTED:
            self.values[column] = Counter(dict(found.most_common(_COUNTED)))

    def _see_dates(self, evidence: DateEvidence, rows: Sequence[Row], cells: Iterable[str]) -> None:
        for row, cell in zip(rows, cells, strict=True):
            if cell not in _EMPTY:
                evidence.see(row.line, cell.strip() if len(cell) <= _LONGEST_DATE else "")

    def kept(self, *, habit: str) -> dict[str, Any]:
        """The survey as JSON keeps it, for read_survey()."""
        found = {column: judged(evidence, habit=habit) for column, evidence in self.dates.items()}
        dates = {str(column): kept(each) for column, each in found.items() if each.order}
        repeats = {str(column): again for column, found in enumerate(self.values) if (again := _repeated(found))}
        known = {"rows": self.rows, "filled": self.filled, "with_at": self.with_at}
        return {**known, "dates": dates, "repeats": repeats}


@dataclass(frozen=True, slots=True)
class Repeats:
    """The most frequent value of a column, how many rows have it, and how many values are in more than one row."""

    value: str
    rows: int
    values: int


@dataclass(frozen=True, slots=True)
class Survey:
    """A finished survey. `rows` counts those that could be read; `dates` are the columns with dates in numbers,
    `repeats` those in which a value stands more than once."""

    rows: int
    filled: Sequence[int]
    with_at: Sequence[int]
    dates: Mapping[int, DateColumn]
    repeats: Mapping[int, Repeats] = field(default_factory=dict)

    def rows_with(self, field: str, mapping: Mapping[int, str]) -> int:
        """At most how many rows have something in this field."""
        counts = self.with_at if field in _WITH_AT else self.filled
        return sum(counts[column] for column, named in mapping.items() if named == field and column < len(counts))

    def reaches_nobody(self, mapping: Mapping[int, str]) -> bool:
        """Whether no row has an e-mail or a phone in any column that is meant as one."""
        return self.rows > 0 and not any(self.rows_with(field, mapping) for field in _WAYS)

    def names_nobody(self, mapping: Mapping[int, str]) -> bool:
        """The same with names."""
        return self.reaches_nobody(mapping) and not any(self.rows_with(field, mapping) for field in _NAMES)


def read_survey(stored: Mapping[str, Any]) -> Survey:
    dates = {int(column): read_back(each) for column, each in stored["dates"].items()}
    repeats = {int(column): Repeats(*each) for column, each in stored.get("repeats", {}).items()}
    return Survey(stored["rows"], stored["filled"], stored["with_at"], dates, repeats)


def date_reading(
    survey: Survey | None, mapping: Mapping[int, str], header: Sequence[str], chosen: Mapping[int, str]
) -> dict[str, dict[str, str]]:
    """How the dates are meant, as Upload.reading keeps it: their orders, as soon as the file is surveyed, and the zones
    that titles name."""
    zones = {mapping[column]: zone for column, zone in zones_of_columns(mapping, header).items()}
    orders = {} if survey is None else {"dates": date_orders(survey, mapping, header, chosen)}
    return orders | ({"zones": zones} if zones else {})


def date_orders(
    survey: Survey, mapping: Mapping[int, str], header: Sequence[str], chosen: Mapping[int, str]
) -> dict[str, str]:
    """The order of the dates of each column, as chosen or else as found, by the key under which a row is stored."""
    keys = raw_by_field([str(column) for column in range(len(header))], mapping, header)
    column_of = {int(column): key for key, column in keys.items()}
    found = {column: date.order for column, date in survey.dates.items()} | dict(chosen)
    return {column_of[column]: order for column, order in sorted(found.items()) if order and column in column_of}


def _repeated(found: Counter[str]) -> list[object]:
    again = [(value, rows) for value, rows in found.most_common() if rows > 1]
    return [*again[0], len(again)] if again else []


def _is_date(cell: str) -> bool:
    return 5 < len(cell) <= _LONGEST_DATE and bool(is_seconds(cell) or possible_orders(cell))
