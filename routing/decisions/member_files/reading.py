"""Reads a file of members: its letters, its separator, its header, and what each column holds."""

import io
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from zlib import compress, decompressobj
from zlib import error as NotPacked

from leads.decisions.csv.choice import LetterChoice, Written
from leads.decisions.csv.file import (
    HEAD_BYTES,
    NOTHING,
    Asked,
    CsvRefused,
    CsvShape,
    inspect_csv,
    read_rows,
    written_in,
)
from leads.decisions.csv.header import sample
from leads.decisions.csv.letters import Letters
from leads.decisions.csv.records import Lines
from leads.decisions.csv.rows import Row
from leads.decisions.csv.sample import sample_rows
from routing.decisions.member_files.columns import guess_fields, header_line_of
from routing.decisions.member_files.rows import MAX_ROWS

MAX_BYTES = 4_000_000
MAX_PACKED = 1_500_000  # characters; it travels with the form, whose fields may have 2.5 MB


@dataclass(frozen=True, slots=True)
class MemberFile:
    """A file as it is read. `titles` are empty if it has none; `guess` has the field of each column. `mark` is another
    one whenever the columns are others."""

    shape: CsvShape
    letters: LetterChoice
    rows: tuple[Row, ...]
    guess: Mapping[int, str]

    @property
    def titles(self) -> tuple[str, ...]:
        return self.shape.header if self.shape.header_line else ()

    @property
    def mark(self) -> str:
        shape = self.shape
        parts = (shape.delimiter, shape.header_line, shape.header)
        return sha256(repr(parts).encode()).hexdigest()[:12]


def read_file(content: bytes, asked: Asked = NOTHING) -> MemberFile:
    """Raises CsvRefused, also with the codes too_large and too_many_rows."""
    if len(content) > MAX_BYTES:
        raise CsvRefused("too_large", str(MAX_BYTES))
    letters = Letters()
    letters.feed(content)
    letters.finish()
    head, size = content[:HEAD_BYTES], len(content)
    asked = _with_header(head, size, letters, asked)
    shape = inspect_csv(head, size, limit=MAX_BYTES, asked=asked, letters=letters)
    rows = tuple(islice(read_rows(io.BytesIO(content), shape), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise CsvRefused("too_many_rows", str(MAX_ROWS))
    if not rows:
        raise CsvRefused("no_rows")
    titles = shape.header if shape.header_line else ()
    guess = guess_fields(titles, sample_rows(content[:HEAD_BYTES], shape))
    guess = {column: guess.get(column, "") for column in range(len(shape.header))}
    return MemberFile(shape, written_in(head, size, letters), rows, guess)


def _with_header(head: bytes, size: int, letters: Letters, asked: Asked) -> Asked:
    """Unless a person said where the titles are: the first line that has some, or none at all."""
    if asked.header_line is not None:
        return asked
    try:
        shape = inspect_csv(head, size, limit=MAX_BYTES, asked=asked, letters=letters)
    except CsvRefused as refused:
        if refused.code != "no_rows":
            raise
        return asked
    lines = Lines(io.BytesIO(head), shape.encoding, shape.fallback)
    line = header_line_of(sample(lines, shape.delimiter, shape.quotechar))
    return asked if line is None else replace(asked, header_line=line)


def asked_for(*, encoding: str, header_line: int | None) -> Asked:
    """`encoding` as the page sends it: "cp1254", or "utf-8|cp1252" where some lines are in a second encoding."""
    code, _bar, fallback = encoding.partition("|")
    written = Written(code, fallback)
    return Asked(encoding=written.encoding, fallback=written.fallback, header_line=header_line)


def packed(content: bytes) -> str:
    """The file as a field of a form. Raises CsvRefused if it is too large for one."""
    text = b64encode(compress(content, 9)).decode()
    if len(text) > MAX_PACKED:
        raise CsvRefused("too_large", str(MAX_BYTES))
    return text


def unpacked(text: str) -> bytes:
    """Raises ValueError if it is no packed file, or one of more than MAX_BYTES."""
    if len(text) > MAX_PACKED:
        raise ValueError("too long")
    try:
        unpacking = decompressobj()
        content = unpacking.decompress(b64decode(text, validate=True), MAX_BYTES)
    except (NotBase64, NotPacked) as wrong:
        raise ValueError("not packed") from wrong
    if not unpacking.eof:
        raise ValueError("cut, or too long")
    return content
