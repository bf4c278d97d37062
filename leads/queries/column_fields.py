"""What the columns of a file could be as own fields, judged from its first rows (A9)."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.conf import settings

from leads.decisions.csv.file import CsvShape, read_rows
from leads.decisions.facts.date_orders import order_of_region
from leads.decisions.own_fields.guessing import Guess, guess
from leads.models import OwnField
from leads.queries.own_fields import field_of_title, own_fields

MAX_ROWS = 2000  # rows of a file that are looked at
MAX_CELLS = 100_000


@dataclass(frozen=True, slots=True)
class ColumnField:
    """A column that Alur does not know: the own field that it feeds already, or what it could be."""

    column: int
    title: str
    field: OwnField | None = None
    guess: Guess | None = None

    @property
    def is_useful(self) -> bool:
        return self.field is None and self.guess is not None and not self.guess.useless


@dataclass(frozen=True, slots=True)
class ColumnFields:
    """`rows` were looked at; `is_whole`: these are all rows of the file."""

    columns: list[ColumnField]
    rows: int = 0
    is_whole: bool = True


def column_fields(stream: BinaryIO, shape: CsvShape, columns: Collection[int]) -> ColumnFields:
    """One query, and at most MAX_ROWS rows of the file."""
    fields = own_fields()
    known = {column: field_of_title(shape.header[column], fields) for column in columns}
    open_columns = [column for column, field in known.items() if field is None]
    cells, rows, is_whole = _cells(stream, shape, open_columns)
    habit = order_of_region(settings.ALUR_REGION)
    guesses = {column: guess(found, habit) for column, found in cells.items()}
    found = [ColumnField(each, shape.header[each], known[each], guesses.get(each)) for each in columns]
    return ColumnFields(found, rows, is_whole)


def _cells(stream: BinaryIO, shape: CsvShape, columns: Collection[int]) -> tuple[dict[int, list[str]], int, bool]:
    cells: dict[int, list[str]] = {column: [] for column in columns}
    most = max(min(MAX_ROWS, MAX_CELLS // max(len(cells), 1)), 1)
    read = 0
    for row in islice(read_rows(stream, shape), most + 1) if cells else ():
        read += 1
        if read <= most and row.problem is None:
            for column, found in cells.items():
                found.append(row.values[column] if column < len(row.values) else "")
    return cells, min(read, most), read <= most
