"""How a file is read, as an upload keeps it: the shape, the letters in doubt, and whether a person chose."""

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256

from leads.decisions.csv.choice import LetterChoice, as_stored, from_stored
from leads.decisions.csv.file import CsvShape
from leads.decisions.csv.mapping import MappingProblem

_OF_SHAPE = ("encoding", "delimiter", "quotechar", "fallback", "header_lines")
_LATER = {"header_line": 1, "titles": (), "kinds": ()}  # files from before these were kept
_LISTS = ("header", "titles", "kinds")


def stored_shape(shape: CsvShape, letters: LetterChoice, *, is_chosen: bool) -> dict:
    kept = asdict(shape) | {name: list(getattr(shape, name)) for name in _LISTS}
    return kept | {"notes": list(kept["notes"]), "letters": as_stored(letters) | {"is_chosen": is_chosen}}


def shape_of_stored(stored: Mapping) -> CsvShape:
    kept = {name: stored[name] for name in _OF_SHAPE} | {name: stored.get(name, _LATER[name]) for name in _LATER}
    return CsvShape(**kept | {name: tuple(stored.get(name, ())) for name in _LISTS})


def letters_of_stored(stored: Mapping) -> LetterChoice:
    return from_stored(stored.get("letters", {}))


def is_chosen(stored: Mapping) -> bool:
    """Whether a person chose the encoding."""
    return bool(stored.get("letters", {}).get("is_chosen"))


def reading_problems(stored: Mapping) -> tuple[MappingProblem, ...]:
    """Unsure is asked: until a person chose between encodings that give different letters, nothing starts."""
    if letters_of_stored(stored).must_be_chosen and not is_chosen(stored):
        return (MappingProblem("", "letters"),)
    return ()


def reading_of(stored: Mapping) -> str:
    """A short text that is another one whenever the file is read differently."""
    shape = shape_of_stored(stored)
    parts = (shape.encoding, shape.fallback, shape.delimiter, shape.quotechar, shape.header_lines, shape.header)
    return sha256(repr((*parts, shape.header_line)).encode()).hexdigest()[:12]
