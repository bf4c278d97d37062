"""In which encodings the letters of a file may be written. Unsure is asked, never guessed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from leads.decisions.csv.alphabets import EIGHT_BIT, TWICE, WIDE, Encoding
from leads.decisions.csv.decoding import decoded
from leads.decisions.csv.letters import Letters
from leads.decisions.csv.plausible import score

MARGIN = 3.0  # one that is a thousand times less likely than the best is not offered
HOPELESS = -2.8  # for each letter
MAX_OFFERED = 5
SHOWN_CELLS = 6
_KNOWN = 0.7
_MAX_WORDS = 300
_FEW = 0.2  # share of lines that are valid UTF-8 by chance in a file of two-byte letters


@dataclass(frozen=True, slots=True)
class Written:
    """An encoding, and a second one for bytes that it cannot decode ("" for none)."""

    encoding: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class LetterChoice:
    """The ways to read the letters, the most plausible first; they differ in the `cells`. More than one: a person must
    choose. `mixed` counts the lines outside UTF-8 in a file of UTF-8; `twice` is a cell that looks as if saved twice,
    in a file that cannot be repaired as a whole."""

    offered: tuple[Written, ...]
    cells: tuple[bytes, ...] = ()
    mixed: int = 0
    twice: str = ""

    @property
    def must_be_chosen(self) -> bool:
        return len(self.offered) > 1


def choose(letters: Letters, *, unicode: str = "utf-8") -> LetterChoice:
    """`unicode` is the name for UTF-8 in this file: with or without a mark at its beginning."""
    cells = tuple(letters.cells)
    if not letters.broken:
        repairs = [Written(f"{TWICE}{codec}") for codec in letters.repairs[:1]]
        twice = "" if repairs else letters.twice
        return LetterChoice((*repairs, Written(unicode)), _shown(cells, [*repairs, Written(unicode)]), twice=twice)
    broken = tuple(letters.broken_cells)
    words = _words(broken)
    ranked = _ranked(words, (*EIGHT_BIT, *WIDE))
    is_mixed = letters.plain > 0 and not (
        ranked[0][1] in WIDE and letters.plain < _FEW * (letters.plain + letters.broken)
    )
    if is_mixed:
        known = set("".join(cell.decode("utf-8", "ignore") for cell in cells))
        ranked = _sorted((points + _known(words, each, known), each) for points, each in ranked if each in EIGHT_BIT)
    high = sum(byte > 0x7F for word in words for byte in word)
    is_hopeless = ranked[0][0] < HOPELESS * high
    ways = [Written(unicode, each.code) if is_mixed else Written(each.code) for _points, each in ranked]
    if is_mixed and is_hopeless:
        return LetterChoice((Written(unicode),), _shown(cells, [Written(unicode)]), letters.broken)
    least = ranked[0][0] - (4 if is_hopeless else 1) * MARGIN
    near = [way for (points, _each), way in zip(ranked, ways, strict=True) if points >= least]
    offered = _different(near, broken)[:MAX_OFFERED]
    mixed = letters.broken if is_mixed else 0
    return LetterChoice(tuple(offered), _shown(broken, offered), mixed, "" if is_mixed else letters.twice)


def as_stored(choice: LetterChoice) -> dict:
    """For the shape of an upload: JSON, with the bytes of the cells as Latin-1."""
    return {
        "offered": [[way.encoding, way.fallback] for way in choice.offered],
        "cells": [cell.decode("latin-1") for cell in choice.cells],
        "mixed": choice.mixed,
        "twice": choice.twice,
    }


def from_stored(letters: Mapping) -> LetterChoice:
    """What as_stored() gave; nothing is offered for files from before it."""
    return LetterChoice(
        tuple(Written(*way) for way in letters.get("offered", ())),
        tuple(cell.encode("latin-1") for cell in letters.get("cells", ())),
        letters.get("mixed", 0),
        letters.get("twice", ""),
    )


def spelled(cell: bytes, way: Written) -> str:
    """A sample in this encoding, with a sign in place of what cannot be decoded."""
    try:
        return decoded(cell, way.encoding, way.fallback)
    except UnicodeError:
        codec = "utf-8" if way.encoding.startswith(("utf-", TWICE)) else way.encoding
        return cell.decode(codec, "replace")


def _ranked(words: Sequence[bytes], encodings: Iterable[Encoding]) -> list[tuple[float, Encoding]]:
    return _sorted((score(words, each), each) for each in encodings)


def _sorted(ranked: Iterable[tuple[float, Encoding]]) -> list[tuple[float, Encoding]]:
    return sorted(ranked, key=lambda pair: -pair[0])


def _known(words: Sequence[bytes], encoding: Encoding, known: Collection[str]) -> float:
    """The lines in UTF-8 show which letters the file has: likely those of its other lines, too."""
    letters = [letter for word in words for letter in word.decode(encoding.code, "replace") if letter > "\x7f"]
    return sum(_KNOWN if letter in known else -_KNOWN for letter in letters)


def _different(ways: Sequence[Written], cells: Sequence[bytes]) -> list[Written]:
    """The first of those that give the same text. Every byte that occurs in the file is in one of the cells."""
    by_text: dict[tuple[str, ...], Written] = {}
    for way in ways:
        by_text.setdefault(tuple(spelled(cell, way) for cell in cells), way)
    return list(by_text.values())


def _shown(cells: Sequence[bytes], ways: Sequence[Written]) -> tuple[bytes, ...]:
    """A few cells: first those that differ most between the ways, then those that look like names."""

    def rank(cell: bytes) -> tuple[int, bool, bool, int]:
        texts = {spelled(cell, way) for way in ways}
        is_name = b"@" not in cell and not any(48 <= byte < 58 for byte in cell) and len(cell) <= 40
        return -len(texts), not is_name, b" " not in cell, cell.count(b" ")

    return tuple(sorted(cells, key=rank)[:SHOWN_CELLS])


def _words(cells: Sequence[bytes]) -> list[bytes]:
    words = {word: None for cell in cells for word in cell.split(b" ") if not word.isascii()}
    return list(words)[:_MAX_WORDS]
