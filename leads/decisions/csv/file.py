"""CSV files: inspect one, read its rows one by one, and make cells safe to export (A1a, J5)."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from leads.decisions.csv.encoding import CsvRefused, encoding_of
from leads.decisions.csv.records import MAX_FIELD_LENGTH, Lines, Row, read_quoted, read_records
from leads.decisions.facts.fields import FIELDS, SEVERAL, Problem, unused_key
from leads.decisions.facts.text import one_line

__all__ = [
    "HEAD_BYTES",
    "MAX_BYTES",
    "CsvRefused",
    "CsvShape",
    "Row",
    "raw_by_field",
    "inspect_csv",
    "read_rows",
    "safe_cell",
]

HEAD_BYTES = 64 * 1024  # what inspect_csv() needs to see
MAX_BYTES = 100 * 1024 * 1024
MAX_COLUMNS = 200
DELIMITERS = (",", ";", "\t", "|")
_MAX_NAME_LENGTH = 100
_SAMPLE_SIZE = 50
_OTHER_DELIMITERS = re.compile(r"[:^~#¦§\x01\x1f]")
_SEPARATOR_LINE = re.compile(r"\"?sep=(?P<delimiter>.)\"?", re.IGNORECASE)
_VALUE_NOT_NAME = re.compile(r"\S+@\S+\.\S+|[+-]?[\d.,/: -]*\d[\d.,/: -]*")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four are the full-width ones


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How to read a file. `fallback` is the encoding for lines that `encoding` cannot decode; `header_lines` counts the
    physical lines before the first row. Codes of `notes`: blank_header, duplicate_header, looks_like_values."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    quotechar: str = '"'
    fallback: str = ""
    header_lines: int = 1
    notes: tuple[Problem, ...] = ()


def inspect_csv(head: bytes, size: int, *, limit: int = MAX_BYTES, delimiter: str = "") -> CsvShape:
    """Find the shape of a file from its first HEAD_BYTES (or all of it) and its size in bytes. A `delimiter` that a
    person chose replaces the guess. Raises CsvRefused if no row could be read."""
    if size == 0 or not head.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe\0"):
        raise CsvRefused("empty")
    if size > limit:
        raise CsvRefused("too_large", str(size))
    is_whole = size <= len(head)
    encoding, fallback = encoding_of(head, is_whole=is_whole)
    lines = Lines(io.BytesIO(head), encoding, fallback)
    first, named = _first_line(lines, is_whole=is_whole)
    before = lines.count_taken
    quotechar = "'" if re.fullmatch(r"'[^\"]*'", first) else '"'

    def lines_from_header() -> Lines:
        fresh = Lines(io.BytesIO(head), encoding, fallback)
        fresh.skip(before)
        return fresh

    delimiter = delimiter or named or _delimiter(lines_from_header, quotechar)
    names, after = _header(lines, delimiter, quotechar)
    if is_whole and next(read_records(lines, delimiter, quotechar, len(names)), None) is None:
        raise CsvRefused("no_rows")
    header, notes = _unique_names(names)
    return CsvShape(encoding, delimiter, header, quotechar, fallback, after, notes)


def read_rows(binary_stream: IO[bytes], shape: CsvShape) -> Iterator[Row]:
    """Every row after the header, good or with its problem. The stream must be at its beginning."""
    lines = Lines(binary_stream, shape.encoding, shape.fallback)
    lines.skip(shape.header_lines)
    return read_records(lines, shape.delimiter, shape.quotechar, len(shape.header))


def raw_by_field(values: Sequence[str], mapping: Mapping[int, str], header: Sequence[str]) -> dict[str, str]:
    """A row as normalise() takes it. A column without a field is stored under its title, with "(column)" added if
    the title is the name of a field. So is the second of two filled columns that have the same field. Further e-mails
    and phones are numbered."""
    raw: dict[str, str] = {}
    for index, value in enumerate(values):
        field = mapping.get(index, "")
        if field in SEVERAL:
            raw[unused_key(field, raw)] = value
        elif field and not raw.get(field):
            raw[field] = value
        elif value or not field:
            raw[_column_name(header[index], raw)] = value
    return raw


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet runs as a formula: it gets an apostrophe if it could begin one, except for plain
    numbers (J5)."""
    start = value.lstrip(" \xa0")[:1]
    if (start in _FORMULA or value[:1] in _FORMULA) and value and not _PLAIN_NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _first_line(lines: Lines, *, is_whole: bool) -> tuple[str, str]:
    """The first line of the header, which is put back, and the delimiter from a "sep=;" line above it."""
    delimiter = ""
    while (line := lines.take()) is not None:
        named = _SEPARATOR_LINE.fullmatch(line.text.strip(" "))
        if line.code:
            raise CsvRefused("header", line.code)
        if named:
            delimiter = named["delimiter"]
        elif line.text.strip():
            following = lines.take()
            if following is None and not is_whole:
                raise CsvRefused("header", "too_long")
            lines.put_back([line] if following is None else [line, following])
            return line.text, delimiter
    raise CsvRefused("empty")


def _delimiter(new_lines: Callable[[], Lines], quotechar: str) -> str:
    """The delimiter that splits most records into as many columns as the header; among equals, into more columns."""
    best, delimiter = (0, 1), ""
    for candidate in DELIMITERS:
        counts = [len(record) for record in _sample(new_lines(), candidate, quotechar)]
        found = (sum(count == counts[0] for count in counts), counts[0])
        if counts[0] > 1 and found > best:
            best, delimiter = found, candidate
    if delimiter:
        return delimiter
    sample = [record[0] for record in _sample(new_lines(), "\x1e", quotechar) if record]
    others = _OTHER_DELIMITERS.findall(sample[0]) if sample else []
    if others and all(others[0] in text for text in sample):
        raise CsvRefused("one_column", others[0])
    if any(sum(mark in text for text in sample[1:]) * 2 > len(sample) for mark in DELIMITERS):
        raise CsvRefused("one_column", sample[0][:_MAX_NAME_LENGTH])
    return ","


def _sample(lines: Lines, delimiter: str, quotechar: str) -> list[tuple[str, ...]]:
    """The values of the first records, beginning with the header; empty for unreadable ones."""
    found: list[tuple[str, ...]] = []
    while len(found) <= _SAMPLE_SIZE and (line := lines.take()) is not None:
        if line.text.strip():
            found.append(() if line.code else read_quoted(line, lines, delimiter, quotechar, None).values)
    return found


def _header(lines: Lines, delimiter: str, quotechar: str) -> tuple[list[str], int]:
    """The names as written, and how many physical lines were read so far."""
    line = lines.take()
    if line is None or line.code or len(line.text) > MAX_FIELD_LENGTH:
        raise CsvRefused("header", line.code if line else "")
    row = read_quoted(line, lines, delimiter, quotechar, None)
    if row.problem:
        raise CsvRefused("header", row.problem.code)
    if len(row.values) > MAX_COLUMNS:
        raise CsvRefused("too_many_columns", str(len(row.values)))
    return list(row.values), lines.count_taken


def _unique_names(names: list[str]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    header: list[str] = []
    notes: list[Problem] = []
    for number, name in enumerate(names, start=1):
        cleaned = one_line(name)[:_MAX_NAME_LENGTH].rstrip()
        unique, again = cleaned or f"column {number}", 2
        while unique in header:
            unique, again = f"{cleaned or f'column {number}'} ({again})", again + 1
        if not cleaned:
            notes.append(Problem(unique, "blank_header"))
        elif unique != cleaned:
            notes.append(Problem(unique, "duplicate_header", cleaned))
        if cleaned and _VALUE_NOT_NAME.fullmatch(cleaned):
            notes.append(Problem(unique, "looks_like_values", cleaned))
        header.append(unique)
    return tuple(header), tuple(notes)


def _column_name(title: str, taken: Mapping[str, str]) -> str:
    name = f"{title} (column)" if title in FIELDS else title
    return name if name not in taken else f"{name} (2)"
