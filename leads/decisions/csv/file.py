"""CSV files: inspect one, and read its rows one by one (A1a)."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO

from leads.decisions.csv.choice import LetterChoice, Written, choose
from leads.decisions.csv.encoding import CsvRefused, unicode_of
from leads.decisions.csv.header import (
    MAX_COLUMNS,
    ROW,
    first_line,
    guess_delimiter,
    likely_header,
    likely_rows,
    named_delimiter,
    read_header,
    sample,
    unique_names,
)
from leads.decisions.csv.letters import Letters, letters_of
from leads.decisions.csv.records import Line, Lines, read_records
from leads.decisions.csv.rows import Row
from leads.decisions.csv.short_rows import kinds_of
from leads.decisions.facts.fields import FIELDS, SEVERAL, Problem, unused_key

__all__ = [
    "HEAD_BYTES",
    "MAX_BYTES",
    "Asked",
    "CsvRefused",
    "CsvShape",
    "Row",
    "raw_by_field",
    "first_lines",
    "inspect_csv",
    "read_rows",
    "written_in",
]

HEAD_BYTES = 64 * 1024  # what inspect_csv() needs to see
MAX_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How to read a file. `fallback` is the encoding for bytes that `encoding` cannot decode; `header_line` is the
    physical line of the header (0: there is none), `header_lines` counts those before the first row. `titles` are the
    names as written, `kinds` what the columns hold (see short_rows). Codes of `notes`: blank_header, duplicate_header,
    looks_like_values; looks_like_row, only_row, likely_header and likely_rows (value: the line)."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    quotechar: str = '"'
    fallback: str = ""
    header_lines: int = 1
    notes: tuple[Problem, ...] = ()
    header_line: int = 1
    titles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said about a file; what is empty is found out. `header_line`: 0 if there is none. `rows_from`: the
    line of the first row, below further lines of the header."""

    encoding: str = ""
    fallback: str = ""
    delimiter: str = ""
    header_line: int | None = None
    rows_from: int = 0


NOTHING = Asked()


def inspect_csv(
    head: bytes, size: int, *, limit: int = MAX_BYTES, asked: Asked = NOTHING, letters: Letters | None = None
) -> CsvShape:
    """Find the shape of a file from its first HEAD_BYTES (or all of it), its size in bytes, and the letters of all of
    it. Raises CsvRefused if no row could be read."""
    if size == 0 or not head.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe\0"):
        raise CsvRefused("empty")
    if size > limit:
        raise CsvRefused("too_large", str(size))
    written = Written(asked.encoding, asked.fallback)
    if not asked.encoding:
        written = written_in(head, size, letters or letters_of(_whole_lines(head, size))).offered[0]

    def lines_from(number: int) -> Lines:
        lines = Lines(io.BytesIO(head), written.encoding, written.fallback)
        lines.skip(number - 1)
        return lines

    return _shape(lines_from, written, asked, is_whole=size <= len(head))


def written_in(head: bytes, size: int, letters: Letters) -> LetterChoice:
    """The encodings in which the file may be. Raises CsvRefused if it is no text."""
    unicode = unicode_of(head, is_whole=size <= len(head))
    if unicode.startswith("utf-16"):
        return LetterChoice((Written(unicode),))
    return choose(letters, unicode=unicode or "utf-8")


def _shape(lines_from: Callable[[int], Lines], written: Written, asked: Asked, *, is_whole: bool) -> CsvShape:
    lines = lines_from(asked.header_line or 1)
    if asked.header_line and lines.count_taken < asked.header_line - 1:
        raise CsvRefused("no_line", str(asked.header_line))
    first = first_line(lines, is_whole=is_whole)
    begin = lines.count_taken + 1
    quotechar = "'" if re.fullmatch(r"'[^\"]*'", first) else '"'
    named = asked.delimiter or named_delimiter(lines_from(1))
    delimiter = named or guess_delimiter(lambda: lines_from(begin), quotechar)
    records = sample(lines_from(begin), delimiter, quotechar)
    names, behind = [], begin - 1
    if asked.header_line != 0:
        names = read_header(lines, delimiter, quotechar)
        behind = lines.count_taken
    behind = max(behind, asked.rows_from - 1)
    rows = [(line, cells) for line, cells in records if line > behind and cells]
    width = len(names) or _usual_width([cells for _line, cells in rows])
    kinds = kinds_of([cells for _line, cells in rows], width, names)
    header, notes = unique_names(names or [""] * width, begin)
    if is_whole and next(read_records(lines_from(behind + 1), delimiter, quotechar, width), None) is None:
        if asked.header_line is None and any(note.code == ROW for note in notes):
            only = _shape(lines_from, written, replace(asked, header_line=0), is_whole=is_whole)
            return replace(only, notes=(Problem("", "only_row", str(begin)), *only.notes))
        raise CsvRefused("no_rows")
    better = likely_header(records, begin) if names else 0
    further = 0 if better else likely_rows(rows, kinds)
    suggested = {"likely_header": better, "likely_rows": further}
    notes += tuple(Problem("", code, str(line)) for code, line in suggested.items() if line)
    return CsvShape(
        written.encoding,
        delimiter,
        header,
        quotechar,
        written.fallback,
        behind,
        notes,
        header_line=begin if names else 0,
        titles=tuple(names),
        kinds=kinds,
    )


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Of a file without a header: the most cells that several rows have."""
    counts = Counter(map(len, rows))
    several = [count for count, number in counts.items() if number > 1 or number == len(rows)]
    width = max(several or counts, default=0)
    if width > MAX_COLUMNS:
        raise CsvRefused("too_many_columns", str(width))
    return width


def _whole_lines(head: bytes, size: int) -> bytes:
    return head if size <= len(head) else head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head


def read_rows(binary_stream: IO[bytes], shape: CsvShape) -> Iterator[Row]:
    """Every row after the header, good or with its problem. The stream must be at its beginning."""
    lines = Lines(binary_stream, shape.encoding, shape.fallback)
    lines.skip(shape.header_lines)
    width = len(shape.header)
    return read_records(lines, shape.delimiter, shape.quotechar, width, kinds=shape.kinds, titles=shape.titles)


def first_lines(binary_stream: IO[bytes], shape: CsvShape, count: int) -> list[Line]:
    """The first physical lines of a file, with their numbers, as the shape decodes them."""
    lines = Lines(binary_stream, shape.encoding, shape.fallback)
    found = (lines.take() for _number in range(count))
    return [line for line in found if line is not None]


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


def _column_name(title: str, taken: Mapping[str, str]) -> str:
    name = f"{title} (column)" if title in FIELDS else title
    return name if name not in taken else f"{name} (2)"
