"""How a file is read, for people: encodings by name, the names in doubt in each, the first lines (A1a)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.csv.alphabets import TWICE
from leads.decisions.csv.choice import LetterChoice, Written, spelled
from leads.decisions.csv.records import Line
from leads.decisions.csv.stored import is_chosen, letters_of_stored, shape_of_stored

ENCODING_NAMES: Mapping[str, object] = {
    "utf-8": lazy("Unicode (UTF-8)"),
    "utf-16": lazy("Unicode (UTF-16)"),
    "cp1252": lazy("Western Europe (Windows-1252)"),
    "iso8859-1": lazy("Western Europe (ISO 8859-1)"),
    "iso8859-15": lazy("Western Europe (ISO 8859-15)"),
    "mac_roman": lazy("Western Europe (Mac)"),
    "cp850": lazy("Western Europe (DOS 850)"),
    "cp437": lazy("United States (DOS 437)"),
    "cp1250": lazy("Central Europe (Windows-1250)"),
    "iso8859-2": lazy("Central Europe (ISO 8859-2)"),
    "mac_latin2": lazy("Central Europe (Mac)"),
    "cp852": lazy("Central Europe (DOS 852)"),
    "cp1254": lazy("Turkish (Windows-1254)"),
    "iso8859-9": lazy("Turkish (ISO 8859-9)"),
    "mac_turkish": lazy("Turkish (Mac)"),
    "cp857": lazy("Turkish (DOS 857)"),
    "cp1257": lazy("Baltic (Windows-1257)"),
    "cp1251": lazy("Cyrillic (Windows-1251)"),
    "koi8-r": lazy("Cyrillic (KOI8-R)"),
    "cp866": lazy("Cyrillic (DOS 866)"),
    "cp1253": lazy("Greek (Windows-1253)"),
    "cp1255": lazy("Hebrew (Windows-1255)"),
    "cp1256": lazy("Arabic (Windows-1256)"),
    "cp874": lazy("Thai (TIS-620, Windows-874)"),
    "cp1258": lazy("Vietnamese (Windows-1258)"),
    "gb18030": lazy("Chinese, simplified (GB 18030)"),
    "big5": lazy("Chinese, traditional (Big5)"),
    "cp932": lazy("Japanese (Shift-JIS)"),
    "euc_jp": lazy("Japanese (EUC)"),
    "cp949": lazy("Korean (EUC-KR)"),
}
MAX_LINE_LENGTH = 160
_STRANGE = re.compile(r"([^\x00-\x7f]+)")

Marked = Sequence[tuple[str, bool]]  # pieces of a text, and whether each is a letter in doubt


@dataclass(frozen=True)
class WayToRead:
    """One encoding to choose: its value in the form, its name, and cells of the file read in it."""

    value: str
    name: str
    cells: Sequence[Marked]


@dataclass(frozen=True)
class ReadingPage:
    """What the page says of how a file is read. `must_choose`: nothing starts before a person has chosen one of the
    `ways`. `notes` are sentences."""

    name: str
    ways: Sequence[WayToRead]
    others: Sequence[tuple[str, object]]
    is_other: bool
    cells: Sequence[Marked]
    must_choose: bool
    is_open: bool
    notes: Sequence[str]
    lines: Sequence[tuple[int, str]]
    header_line: int
    header: str
    suggested_header: int
    suggested_rows: int
    may_have_none: bool


def reading_page(stored: Mapping, lines: Iterable[Line]) -> ReadingPage:
    shape, letters = shape_of_stored(stored), letters_of_stored(stored)
    now = Written(shape.encoding, shape.fallback)
    ways = [WayToRead(value_of(way), way_name(way), _marked_cells(letters, way)) for way in letters.offered]
    codes = {note["code"]: note.get("value", "") for note in stored.get("notes", ())}
    suggested_header, suggested_rows = (int(codes.get(code) or 0) for code in ("likely_header", "likely_rows"))
    is_like_row = bool({"looks_like_row", "looks_like_values"} & set(codes))
    return ReadingPage(
        name=way_name(now),
        ways=ways if letters.must_be_chosen else [],
        others=[(code, name) for code, name in ENCODING_NAMES.items() if code not in {way.value for way in ways}],
        is_other=is_chosen(stored) and value_of(now) not in {way.value for way in ways},
        cells=_marked_cells(letters, now),
        must_choose=letters.must_be_chosen and not is_chosen(stored),
        is_open=bool({"likely_header", "likely_rows", "only_row"} & set(codes)) or is_like_row,
        notes=_notes(letters, now),
        lines=[(line.number, line.text[:MAX_LINE_LENGTH].replace("\t", " ⇥ ")) for line in lines],
        header_line=shape.header_line,
        header=", ".join(shape.header[:4]) + ("…" if len(shape.header) > 4 else ""),
        suggested_header=suggested_header,
        suggested_rows=suggested_rows,
        may_have_none=is_like_row and shape.header_line > 0,
    )


def value_of(way: Written) -> str:
    """As the form sends it: "cp1254", or "utf-8|cp1252" where some lines are in a second encoding."""
    code = "utf-8" if way.encoding == "utf-8-sig" else way.encoding
    code = "utf-16" if code.startswith("utf-16") else code
    return f"{code}|{way.fallback}" if way.fallback else code


def way_name(way: Written) -> str:
    if way.encoding.startswith(TWICE):
        return _("Unicode (UTF-8), repaired")
    name = str(ENCODING_NAMES.get(value_of(Written(way.encoding)), way.encoding))
    if way.fallback:
        second = ENCODING_NAMES.get(way.fallback, way.fallback)
        return _("%(first)s, and where that does not fit %(second)s") % {"first": name, "second": second}
    return name


def marked(text: str) -> Marked:
    return [(piece, number % 2 == 1) for number, piece in enumerate(_STRANGE.split(text)) if piece]


def doubt_text(stored: Mapping) -> str:
    """Each way to read the names in doubt, one a line, for the terminal."""
    letters = letters_of_stored(stored)
    return "\n".join(
        f"  {value_of(way)}: {', '.join(spelled(cell, way) for cell in letters.cells[:3])} · {way_name(way)}"
        for way in letters.offered
    )


def _marked_cells(letters: LetterChoice, way: Written) -> list[Marked]:
    return [marked(spelled(cell, way)) for cell in letters.cells]


def _notes(letters: LetterChoice, now: Written) -> list[str]:
    notes = []
    if letters.mixed and now.fallback:
        notes.append(
            _("Some lines are not in UTF-8, as if two files were joined. They are read as %(name)s.")
            % {"name": ENCODING_NAMES.get(now.fallback, now.fallback)}
        )
    elif letters.mixed:
        notes.append(_("Some lines are not in UTF-8 and in no other known encoding. They will be refused."))
    if letters.twice:
        notes.append(
            _("Some cells look as if they were saved in a wrong encoding before, such as “%(cell)s”. They stay so.")
            % {"cell": letters.twice}
        )
    return notes
