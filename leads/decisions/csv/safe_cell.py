"""Make cells safe to export: no spreadsheet runs one as a formula, whatever it takes for a delimiter (J5)."""

import re
from collections.abc import Iterable

_SIGNS = (
    "=+\\-@"
    "\uff1d\uff0b\uff0d\uff20"  # full-width, which spreadsheets read as the plain ones
    "\ufe66\ufe62\ufe63\ufe6b"  # small
    "\u207a\u207b\u207c\u208a\u208b\u208c\u2212\ufb29"  # raised, lowered, and the minus and plus of mathematics
)
# a file with commas is cut at semicolons where the decimal mark is a comma, however its cells are quoted
_DELIMITERS = ",;|\t\r\n\v\f\x1c-\x1f\x85\u2028\u2029\u037e\ufe50\ufe54\uff0c\uff1b\uff5c"
# is passed over before a sign: blanks of all kinds, signs without width, and quotes, which the reading takes away
_BEFORE = '" \xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u202a-\u202f\u205f-\u206f'
_BEFORE += "\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_STARTS = re.compile(rf"[{_BEFORE}]*[{_SIGNS}\t\r\n]")
_STARTS_AGAIN = re.compile(rf"([{_DELIMITERS}])(?=[{_BEFORE}]*[{_SIGNS}])")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


def safe_row(cells: Iterable[object]) -> list[str]:
    """None is an empty cell. A number with a sign at the beginning of a line could go on as a formula with the next
    cell, where commas are no delimiters."""
    texts = ["" if cell is None else str(cell) for cell in cells]
    return [safe_cell(text) if place or text[:1].isdecimal() else _disarmed(text) for place, text in enumerate(texts)]


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet runs as a formula: it gets an apostrophe where one could begin, at its start or after
    a sign at which a spreadsheet may cut it. A plain number alone is as it was."""
    return value if _PLAIN_NUMBER.fullmatch(value) else _disarmed(value)


def _disarmed(value: str) -> str:
    inside = _STARTS_AGAIN.sub(r"\1'", value)
    return f"'{inside}" if _STARTS.match(value) else inside
