"""Reads the cells of a file of members: places, caps, and whether somebody takes part."""

import re

from leads.decisions.facts.text import folded, is_placeholder, one_line, unwrapped

MAX_PLACE = 100_000
MAX_CAP = 1_000_000
LONGEST_SHOWN = 40
_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0{1,2})?", re.ASCII)
_GROUPED = re.compile(r"(\d{1,3})[.,](\d{3})", re.ASCII)  # 1,000 and 1.000
_PLACE = re.compile(r"#?\s*(\d{1,9})(?:[.,]0{0,2}|st|nd|rd|th)?", re.ASCII | re.IGNORECASE)
_NO_CAP = frozenset(
    [
        "none",
        "no",
        "no cap",
        "no limit",
        "unlimited",
        "uncapped",
        "infinite",
        "tanpa batas",
        "tidak dibatasi",
        "tidak ada",
    ]
)
_YES = frozenset(
    ["yes", "y", "true", "1", "active", "enabled", "on", "x", "available", "ya", "benar", "aktif", "hidup", "tersedia"]
)
_NO = frozenset(
    ["no", "n", "false", "0", "inactive", "disabled", "off", "paused", "deactivated", "removed", "tidak", "salah"]
    + ["nonaktif", "non aktif", "tidak aktif", "mati", "dijeda", "ditunda"]
)


class CellRefused(ValueError):
    """The cell cannot be read as what its column holds."""


def cell_text(value: str) -> str:
    """On one line, without the marks of spreadsheets; "" for what stands for no value."""
    text = unwrapped(one_line(value))
    return "" if is_placeholder(text) else text


def read_place(text: str) -> int:
    """ "3", "#3", "3rd" and "3.0"."""
    found = _PLACE.fullmatch(text)
    if not found or int(found[1]) > MAX_PLACE:
        raise CellRefused
    return int(found[1])


def read_cap(text: str) -> int | None:
    """None: no cap, as words such as "unlimited" say."""
    if folded(text) in _NO_CAP:
        return None
    found = _WHOLE.fullmatch(_GROUPED.sub(r"\1\2", text) if _GROUPED.fullmatch(text) else text)
    if not found or int(found[1]) > MAX_CAP:
        raise CellRefused
    return int(found[1])


def read_yes(text: str) -> bool:
    word = folded(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellRefused


def shown(text: str) -> str:
    """The beginning of a cell, for a message about it."""
    text = one_line(text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 2]} …"
