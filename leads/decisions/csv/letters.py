"""Look through a whole file, with little memory, for the letters outside ASCII: how they are written, and samples."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from leads.decisions.csv.alphabets import REPAIRS
from leads.decisions.csv.decoding import repaired

MAX_CELLS = 400  # samples; beyond them only cells with a byte that was not seen yet
CELL_BYTES = 60
_HEAD = 4096  # bytes in which a wide encoding shows
_MAX_CELL = 1_000
_MAX_REST = 1_000_000
_ENOUGH = 4_000_000  # bytes in other encodings; beyond them only pieces with a byte that was not seen yet
_ASCII = bytes(range(0x80))
_CELL_ENDS = re.compile(rb'[,;\t"]|(?<=[\x00-\x7f])\|')  # after other bytes, a bar may be half of a letter
# A letter of UTF-8 that was read as Windows-1252 and saved again as UTF-8.
_TWICE = re.compile(rb"\xc3[\x82-\x98](?:\xc2[\x80-\xbf]|\xe2[\x80\x82\x84]|[\xc5\xc6\xcb])|\xc3\xa2\xe2[\x80\x82]")
_LINE_END = re.compile(rb"[\r\n]")
_RUN = re.compile("[^\x00-\x7f]+")


class Letters:
    """Fed with the bytes of a file from its beginning. `plain` counts lines with letters in valid UTF-8, `broken` those
    with others; `cells` and `broken_cells` are samples of each. `repairs`: by which all letters were saved twice."""

    def __init__(self) -> None:
        self.plain = self.broken = 0
        self.cells: dict[bytes, None] = {}
        self.broken_cells: dict[bytes, None] = {}
        self.repairs: tuple[str, ...] = REPAIRS
        self.twice = ""  # a sample of what looks saved twice
        self._seen: set[int] = set()
        self._rest = b""
        self._looked = self._plain_looked = 0
        self._is_wide: bool | None = None

    def feed(self, piece: bytes) -> None:
        if self._is_wide is None:
            self._rest += piece
            if len(self._rest) < _HEAD:
                return
            piece, self._rest = self._rest, b""
            self._is_wide = _is_wide(piece)
        if self._is_wide:
            return
        if piece.isascii() and self._rest.isascii():  # of it only the beginning of the last cell can matter
            self._rest = _LINE_END.split(self._rest[-_MAX_CELL:] + piece[-_MAX_CELL:])[-1]
            return
        piece = self._rest + piece
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
        if not end and len(piece) > _MAX_REST:
            end = max(piece.rfind(mark) for mark in (b" ", b",", b";", b"\t")) + 1 or len(piece)
        self._rest = piece[end:]
        self._look(piece[:end])

    def finish(self) -> "Letters":
        is_wide = _is_wide(self._rest) if self._is_wide is None else self._is_wide
        if not is_wide:
            self._look(self._rest)
        self._rest = b""
        if not self.plain or self.broken:
            self.repairs = ()
        return self

    def _look(self, piece: bytes) -> None:
        """At whole lines."""
        if piece.isascii():
            return
        try:
            text = piece.decode()
        except UnicodeDecodeError:
            self._look_at_lines(piece)
            return
        self.plain += sum(not line.isascii() for line in piece.splitlines()) if self.plain < MAX_CELLS else 1
        self._look_twice(piece, text)
        self._plain_looked += len(piece)
        if len(self.cells) < MAX_CELLS and self._plain_looked < _ENOUGH:
            self._keep(piece, self.cells)

    def _look_at_lines(self, piece: bytes) -> None:
        self._looked += len(piece)
        if self._looked > _ENOUGH and self._seen.issuperset(piece.translate(None, _ASCII)):
            self.broken += 1
            return
        broken: list[bytes] = []
        for line in piece.splitlines():
            if line.isascii():
                continue
            try:
                self._look_twice(line, line.decode())
            except UnicodeDecodeError:
                broken.append(line)
                continue
            self.plain += 1
            if len(self.cells) < MAX_CELLS:
                self._keep(line, self.cells)
        self.broken += len(broken)
        joined = b"\n".join(broken)
        if len(self.broken_cells) < MAX_CELLS:
            self._keep(joined, self.broken_cells)
        if not self._seen.issuperset(joined.translate(None, _ASCII)):
            self._keep_new_bytes(broken)

    def _look_twice(self, piece: bytes, text: str) -> None:
        if self.repairs:
            runs = set(_RUN.findall(text))
            self.repairs = tuple(codec for codec in self.repairs if all(_is_repaired_by(run, codec) for run in runs))
        if not self.twice and (found := _TWICE.search(piece)):
            before = _CELL_ENDS.split(piece[max(0, found.start() - 30) : found.start()].rpartition(b"\n")[2])[-1]
            after = _CELL_ENDS.split(piece[found.start() : found.start() + 30].splitlines()[0])[0]
            self.twice = (before + after).decode("utf-8", "ignore").strip()

    def _keep(self, lines: bytes, kept: dict[bytes, None]) -> None:
        for line in lines.splitlines():
            if line.isascii():
                continue
            for cell in _CELL_ENDS.split(line):
                if not cell.isascii():
                    sample = _shortened(cell)
                    kept[sample] = None
                    self._seen.update(sample.translate(None, _ASCII))
            if len(kept) >= MAX_CELLS:
                return

    def _keep_new_bytes(self, lines: list[bytes]) -> None:
        for line in lines:
            new = set(line.translate(None, _ASCII)) - self._seen
            for byte in new:
                at = line.index(byte)
                cell = _CELL_ENDS.split(line[max(0, at - CELL_BYTES) : at])[-1] + _CELL_ENDS.split(line[at:])[0]
                self.broken_cells[_shortened(cell, keep=byte)] = None
            self._seen |= new


def letters_of(content: bytes) -> Letters:
    letters = Letters()
    letters.feed(content)
    return letters.finish()


def _is_wide(head: bytes) -> bool:
    return head.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) or head[:_HEAD].count(0) > 400


def _shortened(cell: bytes, keep: int | None = None) -> bytes:
    """The cell, or its words from the first with such a letter on, as far as there is room."""
    cell = cell.strip()
    if len(cell) <= CELL_BYTES:
        return cell
    words = cell.split(b" ")
    first = next(n for n, word in enumerate(words) if (not word.isascii() if keep is None else keep in word))
    short = b" ".join(words[first : first + 8])[:CELL_BYTES]
    return short[: short.rfind(b" ")] if b" " in short and not short.rpartition(b" ")[0].isascii() else short


def _is_repaired_by(text: str, codec: str) -> bool:
    try:
        repaired(text, codec)
    except UnicodeError:
        return False
    return True
