"""Read CSV records from a stream of bytes with bounded memory, and continue after broken records.

The standard `csv` module splits every record that has quotes. It could not do the rest, so this module adds it:
- `csv.reader` takes decoded text. Here each physical line is decoded by itself, so that a line in another encoding,
  with NUL characters or of endless length is the problem of one row and does not end the import.
- An open quote makes `csv.reader` swallow all following rows up to the next quote or the end of the file. Here a
  record over several lines must be flawless, bounded and of the right width; otherwise its first line alone is refused
  and reading continues after that line.
- `csv.reader` does not report where a record starts, nor its text. Both go into the report of refused rows.
Lines without quotes, which is almost all, are split by `str.split`.
- Rows that lack only their last cells are rows (short_rows.py).
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO

from leads.decisions.csv.decoding import codec_of, decoded, repair_of
from leads.decisions.csv.rows import SHOWN_LENGTH, Row
from leads.decisions.csv.second_header import names_again
from leads.decisions.csv.short_rows import ShortRows
from leads.decisions.facts.fields import Problem

CHUNK_BYTES = 64 * 1024
USUAL_RECORD_LINES = 100  # a record of more must look unlike rows that two stray quotes joined
MAX_RECORD_LINES, MAX_RECORD_LENGTH = 500_000, 2_000_000  # that are read at once
MAX_FIELD_LENGTH = 100_000
MAX_LINE_BYTES = 1_000_000
_SECOND_HEADERS = 2  # so many rows may say the names once more in other words: labels below the names of an API
csv.field_size_limit(MAX_RECORD_LENGTH + MAX_LINE_BYTES)  # of csv.reader; what is too long is said below


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line without its line end. If it has a code, it cannot be used."""

    number: int
    text: str
    code: str = ""


class Lines:
    """The physical lines of a stream, decoded one by one. Lines can be put back."""

    def __init__(self, stream: IO[bytes], encoding: str, fallback: str = "") -> None:
        self._is_wide = encoding.startswith("utf-16")
        chunks = iter(lambda: stream.read(CHUNK_BYTES), b"")
        self._pieces = _physical_lines(_narrowed(chunks, encoding) if self._is_wide else chunks)
        self._encoding, self._fallback = encoding, fallback
        self._codec = codec_of(encoding)
        self._is_repaired = bool(repair_of(encoding))
        self._waiting: deque[Line] = deque()
        self._number = 0
        self._is_at_end = False

    def take(self, blank: bytes = b"") -> Line | None:
        """The next line; of those not yet taken, the next one that has other than these bytes. There may be millions
        that have not."""
        if self._waiting:
            return self._waiting.popleft()
        for piece, is_cut in self._pieces:
            self._number += 1
            if blank and not piece.strip(blank):
                continue
            if self._number == 1:
                piece = piece.removeprefix(codecs.BOM_UTF8)
            return self._decoded(piece.rstrip(b"\r\n"), is_cut)
        self._is_at_end = True
        return None

    @property
    def count_taken(self) -> int:
        """How many physical lines were taken and not put back."""
        return self._number - len(self._waiting)

    @property
    def is_read(self) -> bool:
        """Whether somebody asked for a line behind the last one, and none was put back."""
        return self._is_at_end and not self._waiting

    def put_back(self, lines: list[Line]) -> None:
        self._waiting.extendleft(reversed(lines))

    def skip(self, count: int) -> None:
        for _ in range(count):
            self.take()

    def _decoded(self, piece: bytes, is_cut: bool) -> Line:
        if is_cut:
            return self._broken(piece, "too_long")
        if b"\0" in piece:
            return self._broken(piece, "nul")
        try:
            text = decoded(piece, self._encoding, self._fallback) if self._is_repaired else piece.decode(self._codec)
        except UnicodeError:
            try:
                text = decoded(piece, self._encoding, self._fallback)
            except UnicodeError:
                return self._broken(piece, "encoding")
        if self._is_wide and "\ufffd" in text:
            return self._broken(piece, "encoding")
        return Line(self._number, text.removeprefix("\ufeff"))  # where files were joined, it begins a line

    def _broken(self, piece: bytes, code: str) -> Line:
        return Line(self._number, piece[:SHOWN_LENGTH].decode(self._codec, "replace").replace("\0", "\ufffd"), code)


def read_records(
    lines: Lines, delimiter: str, quotechar: str, width: int, *, kinds: Sequence[str] = (), titles: Sequence[str] = ()
) -> Iterator[Row]:
    """Every record that is not blank. After an open quote, reading continues on the next line. `kinds` of the columns
    show what is only a part of a row; a row with the `titles` of the header is none."""
    first, short = titles[0] if titles else None, ShortRows(width, kinds)
    for number, row in enumerate(_records(lines, delimiter, quotechar, width)):
        is_again = row.values and row.values[0] == first and row.values[: len(titles)] == titles
        if not row.problem and (is_again or (number < _SECOND_HEADERS and names_again(row.values, titles))):
            row = Row(row.line, row.values, Problem("", "header_again", delimiter.join(row.values)[:SHOWN_LENGTH]))
        if short.passes(row):
            yield row
        else:
            yield from short.take(row)
    yield from short.rest()


def _records(lines: Lines, delimiter: str, quotechar: str, width: int) -> Iterator[Row]:
    """As read_records(), but short rows as they are."""
    blank = f"{delimiter} \t"
    blank_bytes = f"{blank}\r\n".encode() if delimiter.isascii() else b""
    while (line := lines.take(blank_bytes)) is not None:
        if line.code:
            yield Row(line.number, (), Problem("", line.code, line.text))
        elif quotechar not in line.text:
            if line.text.strip(blank):
                yield _checked(line.number, line.text.split(delimiter), width)
        else:
            row = read_quoted(line, lines, delimiter, quotechar, width)
            if row.problem or any(row.values):
                yield row


def read_quoted(line: Line, lines: Lines, delimiter: str, quotechar: str, width: int | None) -> Row:
    """The record that begins with `line`. A record over several lines must be flawless and have the right width
    (None: any width); otherwise a stray quote would swallow good rows."""
    first_line = _FirstLineOnly()
    try:
        values = next(
            csv.reader(first_line.lines(line), delimiter=delimiter, quotechar=quotechar, skipinitialspace=True)
        )
    except csv.Error:
        return Row(line.number, (), Problem("", "too_long", line.text[:SHOWN_LENGTH]))
    if not first_line.wants_more:
        return _checked(line.number, values, len(values) if width is None else width)
    taken: list[Line] = []
    code = "open_quote"
    try:
        values = next(
            csv.reader(
                _bounded_lines(line, lines, taken),
                delimiter=delimiter,
                quotechar=quotechar,
                skipinitialspace=True,
                strict=True,
            )
        )
        row = _checked(line.number, values, len(values) if width is None else width)
    except csv.Error:
        row = None
        if lines.is_read and not _has_whole_row(taken, delimiter, width or 0):
            code = "cut_off"
    if row is not None and _is_flawless(row) and not _are_joined(row, [line, *taken], delimiter, width or 0):
        return row
    if code == "open_quote" or len(taken) < USUAL_RECORD_LINES:
        lines.put_back(taken)
    return Row(line.number, (), Problem("", code, line.text[:SHOWN_LENGTH]))


class _FirstLineOnly:
    """Gives the reader one line, and records whether it asks for another: then a quote is open."""

    def __init__(self) -> None:
        self.wants_more = False

    def lines(self, line: Line) -> Iterator[str]:
        yield line.text
        self.wants_more = True


def _bounded_lines(first: Line, lines: Lines, taken: list[Line]) -> Iterator[str]:
    yield f"{first.text}\n"
    size = len(first.text)
    while len(taken) < MAX_RECORD_LINES and size <= MAX_RECORD_LENGTH:
        line = lines.take()
        if line is None:
            return
        taken.append(line)
        if line.code:
            return
        size += len(line.text)
        yield f"{line.text}\n"


def _is_flawless(row: Row) -> bool:
    """A record whose only flaw is the length of a cell ends where it should."""
    return row.problem is None or row.problem.code == "too_long"


def _are_joined(row: Row, lines: list[Line], delimiter: str, width: int) -> bool:
    """Whether these lines are rows that two stray quotes joined to one record. It is so if each of three or more
    lines has exactly the delimiters of a row, or most of very many have; a text over several lines hardly has. A short
    row has no whole row in it."""
    if len(lines) > USUAL_RECORD_LINES:
        return sum(line.text.count(delimiter) == max(width - 1, 0) for line in lines) * 2 > len(lines)
    if row.values and len(row.values) < width:
        return _has_whole_row(lines[1:], delimiter, width)
    return width >= 4 and len(lines) >= 3 and all(line.text.count(delimiter) == width - 1 for line in lines)


def _has_whole_row(lines: list[Line], delimiter: str, width: int) -> bool:
    return any(line.text.count(delimiter) >= max(width - 1, 1) for line in lines)


def _checked(number: int, values: list[str], width: int) -> Row:
    if len(values) > width:
        values = _before_mark(values, width)
        if any(value.strip() for value in values[width:]):
            return Row(number, tuple(values), Problem("", "too_many_cells", str(len(values))))
        values = values[:width]  # spreadsheets often add empty columns
    if max(map(len, values), default=0) > MAX_FIELD_LENGTH:
        return Row(number, (), Problem("", "too_long", max(values, key=len)[:SHOWN_LENGTH]))
    return Row(number, tuple(values))


def _before_mark(values: list[str], width: int) -> list[str]:
    """The last row of a file that ends without a line end and to which another file, with a mark and a header, was
    joined: without that header."""
    at = next((number for number, value in enumerate(values) if "\ufeff" in value), None)
    if at is None or len(values) - at != width:
        return values
    return [*values[:at], values[at].partition("\ufeff")[0]]


def _physical_lines(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines that end in LF, CRLF or CR, each with whether it was too long and therefore cut."""
    rest, is_cut = b"", False
    for chunk in chunks:
        pieces = (rest + chunk).splitlines(keepends=True)
        # A CR at the very end may be half of a CRLF.
        rest = b"" if not pieces or pieces[-1].endswith(b"\n") else pieces.pop()
        for piece in pieces:
            yield piece, is_cut or len(piece) > MAX_LINE_BYTES
            is_cut = False
        if len(rest) > MAX_LINE_BYTES:
            rest, is_cut = rest[:SHOWN_LENGTH], True
    if rest:
        yield rest, is_cut


def _narrowed(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 converted to UTF-8, so that line ends are single bytes. What cannot be decoded becomes U+FFFD."""
    first = next(chunks, b"")
    if encoding == "utf-16" and not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-be" if first.startswith(b"\0") else "utf-16-le"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chain([first], chunks):
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", True).encode()
