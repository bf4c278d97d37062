"""Records out of a stream of bytes: line by line, bounded, and back in step behind a broken one.

Nothing here holds more than one record, or the lines that an open quote might reach over.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from leads.decisions.facts.fields import Problem

CHUNK_BYTES = 64 * 1024
MAX_RECORD_LINES = 100  # of one record
MAX_FIELD_LENGTH = 100_000
MAX_LINE_BYTES = 1_000_000
_SHOWN_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `line` is the physical line it starts on, from 1. Problem codes: column_count (value: how many were
    found), open_quote, too_long, nul, encoding (value: the beginning of the line)."""

    line: int
    values: tuple[str, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line without its end; with a code it cannot be used."""

    number: int
    text: str
    code: str = ""


class Lines:
    """Physical lines, decoded one by one; lines can be put back."""

    def __init__(self, stream: BinaryIO, encoding: str, fallback: str = "") -> None:
        self._is_wide = encoding.startswith("utf-16")
        chunks = iter(lambda: stream.read(CHUNK_BYTES), b"")
        self._pieces = _physical_lines(_narrowed(chunks, encoding) if self._is_wide else chunks)
        self._encoding = "utf-8" if self._is_wide or encoding == "utf-8-sig" else encoding
        self._fallback = fallback
        self._waiting: deque[Line] = deque()
        self._number = 0

    def take(self) -> Line | None:
        if self._waiting:
            return self._waiting.popleft()
        piece, is_cut = next(self._pieces, (None, False))
        if piece is None:
            return None
        self._number += 1
        if self._number == 1:
            piece = piece.removeprefix(codecs.BOM_UTF8)
        return self._decoded(piece.rstrip(b"\r\n"), is_cut)

    @property
    def behind(self) -> int:
        """How many physical lines were taken and not put back."""
        return self._number - len(self._waiting)

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
            text = piece.decode(self._encoding)
        except UnicodeDecodeError:
            try:
                text = piece.decode(self._fallback or "ascii")
            except UnicodeDecodeError:
                return self._broken(piece, "encoding")
        if self._is_wide and "\ufffd" in text:
            return self._broken(piece, "encoding")
        return Line(self._number, text)

    def _broken(self, piece: bytes, code: str) -> Line:
        return Line(self._number, piece[:_SHOWN_LENGTH].decode(self._encoding, "replace").replace("\0", "\ufffd"), code)


def read_records(lines: Lines, delimiter: str, quotechar: str, width: int) -> Iterator[Row]:
    """Every record that is not blank. A quote left open costs its own line only: reading goes on behind it."""
    blank = f"{delimiter} \t"
    while (line := lines.take()) is not None:
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
    """The record that begins with `line`. Over several lines it must be flawless and have the right width (None: any),
    or else a stray quote would swallow good rows."""
    further = _FirstLineOnly()
    try:
        values = next(csv.reader(further.after(line), delimiter=delimiter, quotechar=quotechar, skipinitialspace=True))
    except csv.Error:
        return Row(line.number, (), Problem("", "too_long", line.text[:_SHOWN_LENGTH]))
    if not further.is_wanted:
        return _checked(line.number, values, len(values) if width is None else width)
    taken: list[Line] = []
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
    if row is None or row.problem or _are_whole_rows([line, *taken], delimiter, width or 0):
        lines.put_back(taken)
        return Row(line.number, (), Problem("", "open_quote", line.text[:_SHOWN_LENGTH]))
    return row


class _FirstLineOnly:
    """Notes whether the reader asks for a line after the first: then a quote is open."""

    def __init__(self) -> None:
        self.is_wanted = False

    def after(self, line: Line) -> Iterator[str]:
        yield line.text
        self.is_wanted = True


def _bounded_lines(first: Line, lines: Lines, taken: list[Line]) -> Iterator[str]:
    yield f"{first.text}\n"
    size = len(first.text)
    while len(taken) < MAX_RECORD_LINES - 1 and size <= MAX_FIELD_LENGTH:
        line = lines.take()
        if line is None:
            return
        taken.append(line)
        if line.code:
            return
        size += len(line.text)
        yield f"{line.text}\n"


def _are_whole_rows(lines: list[Line], delimiter: str, width: int) -> bool:
    """A stray quote at the end of one row can close the one left open rows before, and all is flawless. When each of
    three lines or more is a whole row by itself, that is what happened; a letter with so many commas is not."""
    return width >= 4 and len(lines) >= 3 and all(line.text.count(delimiter) == width - 1 for line in lines)


def _checked(number: int, values: list[str], width: int) -> Row:
    if len(values) > width and not any(value.strip() for value in values[width:]):
        values = values[:width]  # spreadsheets like to add empty columns
    if len(values) != width:
        return Row(number, tuple(values), Problem("", "column_count", str(len(values))))
    if any(len(value) > MAX_FIELD_LENGTH for value in values):
        return Row(number, (), Problem("", "too_long", max(values, key=len)[:_SHOWN_LENGTH]))
    return Row(number, tuple(values))


def _physical_lines(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines ending in LF, CRLF or CR, and whether the line was too long and cut."""
    rest, is_cut = b"", False
    for chunk in chunks:
        pieces = (rest + chunk).splitlines(keepends=True)
        # A CR at the very end may be half of a CRLF.
        rest = b"" if not pieces or pieces[-1].endswith(b"\n") else pieces.pop()
        for piece in pieces:
            yield piece, is_cut or len(piece) > MAX_LINE_BYTES
            is_cut = False
        if len(rest) > MAX_LINE_BYTES:
            rest, is_cut = rest[:_SHOWN_LENGTH], True
    if rest:
        yield rest, is_cut


def _narrowed(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 as UTF-8, so that line ends are single bytes; what does not decode becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", True).encode()
