"""Rows with fewer cells than the header: the missing ones are empty, unless the row is only a part of one (A1a).

A row is refused, with the parts that belong to it, where its shape shows that values moved:
- *shifted*: the column of e-mail addresses has a text, and an address stands where no whole row has one. A separator
  inside a cell has no quotation marks.
- *cut_row*: it and the short rows before it have just the cells of one row that a line break cuts in two, and it has a
  text where whole rows have an address or a number. A line break inside a cell has no quotation marks.
- *after_quote*: it follows a quotation mark that is never closed, before the next whole row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from leads.decisions.csv.rows import SHOWN_LENGTH, Row
from leads.decisions.facts.fields import Problem
from leads.decisions.facts.text import PLACEHOLDERS

ADDRESS, NUMBER, TEXT = "@", "#", "x"  # kinds of columns; "" is unknown
_TITLE_OF_ADDRESSES = re.compile("mail|surel|correo|courriel", re.IGNORECASE)
_MAX_PARTS = 5  # of a row that line breaks cut
_MAX_TORN = 100
_MOSTLY = 0.6
_IS_NUMBER = re.compile(r"[+(]?[ .,()/:-]*\d[\d .,()/:-]*", re.ASCII)
_FURTHER_PLACEHOLDERS = frozenset({"na", "select", "unknown", "?", "."})


class ShortRows:
    """Holds short rows back until it is clear that they are rows."""

    def __init__(self, width: int, kinds: Sequence[str]) -> None:
        self._width = width
        self._kinds = tuple(kinds)
        self._address = kinds.index(ADDRESS) if ADDRESS in kinds else None
        self._held: list[Row] = []
        self._torn = 0  # so many more short rows may belong to a quotation mark left open

    def passes(self, row: Row) -> bool:
        """Whether this is a good row of full width with nothing held back before it. Most are."""
        if self._held or row.problem or len(row.values) != self._width:
            return False
        self._torn = 0
        at = self._address
        return at is None or "@" in row.values[at] or not row.values[at] or not self._is_shifted(row.values)

    def take(self, row: Row) -> Iterator[Row]:
        """The rows that are clear by now, in their order."""
        if not row.problem and self._is_shifted(row.values):
            row = _refused(row, "shifted")
        if row.problem or len(row.values) == self._width:
            yield from self.rest()
            self._torn = _MAX_TORN if row.problem and row.problem.code in ("open_quote", "cut_off") else 0
            yield row
        elif self._torn and not self._has_address(row.values):
            self._torn -= 1
            yield _refused(row, "after_quote")
        else:
            self._torn = 0
            self._held.append(row)
            yield from self._clear()

    def rest(self) -> Iterator[Row]:
        yield from map(self._filled, self._held)
        self._held = []

    def _clear(self) -> Iterator[Row]:
        for count in range(2, len(self._held) + 1):
            parts = self._held[-count:]
            cells = sum(len(row.values) for row in parts) - count + 1
            if cells == self._width and any(self._contradicts(row.values) for row in parts[1:]):
                yield from map(self._filled, self._held[:-count])
                yield from (_refused(row, "cut_row") for row in parts)
                self._held = []
                return
        if len(self._held) >= _MAX_PARTS:
            yield self._filled(self._held.pop(0))

    def _filled(self, row: Row) -> Row:
        return replace(row, values=row.values + ("",) * (self._width - len(row.values)))

    def _is_shifted(self, values: Sequence[str]) -> bool:
        at = self._address
        if at is None or (at < len(values) and not _is_missing(ADDRESS, values[at])):
            return False
        return any(
            kind in (TEXT, NUMBER) and is_address(value) for kind, value in zip(self._kinds, values, strict=False)
        )

    def _has_address(self, values: Sequence[str]) -> bool:
        return self._address is not None and self._address < len(values) and "@" in values[self._address]

    def _contradicts(self, values: Sequence[str]) -> bool:
        return any(_is_missing(kind, value) for kind, value in zip(self._kinds, values, strict=False))


def kinds_of(rows: Sequence[Sequence[str]], width: int, titles: Sequence[str] = ()) -> tuple[str, ...]:
    """What each column holds, judged by the whole rows; by all if none is whole."""
    judged = [row for row in rows if len(row) == width] or rows
    columns = [[row[at].strip() for row in judged if at < len(row)] for at in range(width)]
    named = [bool(_TITLE_OF_ADDRESSES.search(title)) for title in titles] + [False] * (width - len(titles))
    return tuple(_kind(values, is_named, any(named)) for values, is_named in zip(columns, named, strict=True))


def _kind(values: Sequence[str], is_named: bool, is_another: bool) -> str:
    """`is_named`: its title says e-mail; `is_another`: that of some column does."""
    filled = [value for value in values if value and not is_placeholder(value)]
    addresses = sum(map(is_address, filled))
    numbers = sum(bool(_IS_NUMBER.fullmatch(value)) for value in filled)
    if addresses and (is_named or addresses >= _MOSTLY * len(filled)):
        return ADDRESS
    if len(filled) > 1 and numbers >= 0.9 * len(filled):
        return NUMBER
    return TEXT if filled and (not addresses or is_another) else ""


def is_placeholder(value: str) -> bool:
    return value.strip().lower() in PLACEHOLDERS | _FURTHER_PLACEHOLDERS


def _is_missing(kind: str, value: str) -> bool:
    """Whether a text stands where an address or a number is expected."""
    if not value.strip() or is_placeholder(value):
        return False
    return (kind == ADDRESS and "@" not in value) or (kind == NUMBER and not any(map(str.isdecimal, value)))


def is_address(value: str) -> bool:
    name, mark, domain = value.strip().partition("@")
    return bool(mark and name and "." in domain and " " not in domain)


def _refused(row: Row, code: str) -> Row:
    return replace(row, problem=Problem("", code, " · ".join(row.values)[:SHOWN_LENGTH]))
