"""The table behind a picture: columns, groups of rows, sorting by a column, and the same as CSV (E10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from dashboards.presenters.reports.figures import Figure

MOST_ROWS = 25  # of each band, until somebody asks for all


@dataclass(frozen=True, slots=True)
class Column:
    """`figure` puts a "?" into the head. `unit` stands in the head of the CSV, whose cells are plain numbers."""

    key: str
    label: str
    figure: Figure | None = None
    unit: str = ""
    is_number: bool = True
    can_sort: bool = True


@dataclass(frozen=True, slots=True)
class BarMark:
    """A small bar in a cell, in percent; `aim` is where the target lies, None without one."""

    width: float
    aim: float | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` for people; `value` for sorting and CSV, None where there is none; `level` makes it a chip with a sign;
    `href` opens the leads behind it."""

    text: str
    value: Any = None
    level: str = ""
    href: str = ""
    is_strong: bool = False
    bar: BarMark | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is the head of the row, `cells` stand in the order of the columns after it; `figure` puts a "?" beside the
    name, where rows are figures."""

    name: str
    cells: Sequence[Cell]
    href: str = ""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of one kind, such as queues, under a heading; `in_all` is how many there are if only the first are shown."""

    title: str
    rows: Sequence[Row]
    says: str = ""
    in_all: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """`first` is the head of the first column; `sort` the column that the rows follow, "-" before it: largest first."""

    caption: str
    first: str
    columns: Sequence[Column]
    bands: Sequence[Band]
    foot: Row | None = None
    sort: str = ""

    def sorted_by(self, asked: str) -> "Table":
        """By the column that the address asks for, else by `sort`; within each band, rows without a value last."""
        keys = [column.key for column in self.columns if column.can_sort]
        sort = asked if asked.removeprefix("-") in [*keys, "name"] else self.sort
        if not sort:
            return self
        bands = tuple(replace(band, rows=self._ordered(band.rows, sort)) for band in self.bands)
        return replace(self, bands=bands, sort=sort)

    def first_rows(self) -> "Table":
        """With the first rows of each band only: a page of a large team would weigh hundreds of kilobytes."""
        bands = tuple(
            replace(band, rows=band.rows[:MOST_ROWS], in_all=len(band.rows)) if len(band.rows) > MOST_ROWS else band
            for band in self.bands
        )
        return replace(self, bands=bands)

    def heads(self) -> list["Head"]:
        """The columns as heads that sort: largest first, then the other way round."""
        return [Head(column, self.sort) for column in self.columns]

    def csv_header(self) -> list[str]:
        units = [f"{column.label} ({column.unit})" if column.unit else column.label for column in self.columns]
        return [_("Group"), self.first, *units]

    def csv_rows(self) -> Iterator[list[Any]]:
        """Every row with plain values, the sum last."""
        for band in self.bands:
            for row in band.rows:
                yield [band.title, row.name, *(_plain(cell) for cell in row.cells)]
        if self.foot is not None:
            yield ["", self.foot.name, *(_plain(cell) for cell in self.foot.cells)]

    def _ordered(self, rows: Sequence[Row], sort: str) -> tuple[Row, ...]:
        key, is_down = sort.removeprefix("-"), sort.startswith("-")
        if key == "name":
            return tuple(sorted(rows, key=lambda row: row.name.casefold(), reverse=is_down))
        place = [column.key for column in self.columns].index(key)
        known = [row for row in rows if row.cells[place].value is not None]
        rest = [row for row in rows if row.cells[place].value is None]
        known.sort(key=lambda row: row.name.casefold())
        known.sort(key=lambda row: row.cells[place].value, reverse=is_down)
        return (*known, *rest)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: which way it sorts now, and the sort that a press on it asks for."""

    column: Column
    sort: str

    @property
    def is_up(self) -> bool:
        return self.sort == self.column.key

    @property
    def is_down(self) -> bool:
        return self.sort == f"-{self.column.key}"

    @property
    def next_sort(self) -> str:
        return self.column.key if self.is_down else f"-{self.column.key}"


def _plain(cell: Cell) -> Any:
    value = cell.text if cell.level or cell.value is None else cell.value
    return round(value, 4) if isinstance(value, float) else value
