"""Guess which column of a file holds which field, from the titles and from the cells under them (A1a)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leads.decisions.csv.cells import are_salutations, contradicts, said_by, sampled
from leads.decisions.csv.exports import Export, known_export
from leads.decisions.facts.field_names import FURTHER, Named, field_of_name, named_field, of_colleagues
from leads.decisions.facts.text import folded, is_placeholder, one_line

__all__ = ["Doubt", "Guess", "field_of_name", "guess_columns", "guess_mapping"]

_LAST_RANK = 1_000  # of what only the cells say
_OF_EXPORT = -1  # of what a known program always writes there
_SOMETIMES_FIRST = frozenset({"nombre", "nome"})  # a first name beside a last name, else the whole name
_SOMETIMES_LAST = frozenset({"name", "nom", "nama"})  # a last name beside a first name, if it says something else
_ALL_FURTHER = frozenset(FURTHER.values())


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a guess is unsure. Codes: inside (the title speaks of the field among other things), by_cells (only the cells
    say it), other_cells (the title says the field, the cells do not), salutation."""

    code: str
    field: str


@dataclass(frozen=True, slots=True)
class Guess:
    """The field of each column, "" for an extra one; the doubts by column; the program that exports such files."""

    mapping: dict[int, str]
    doubts: dict[int, Doubt] = field(default_factory=dict)
    export: Export | None = None


def guess_mapping(header: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> dict[int, str]:
    return guess_columns(header, rows).mapping


def guess_columns(header: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> Guess:
    """Each field is used once, but further e-mails and phones may be many. A whole name stays beside its halves: some
    rows have only the one or the other. `rows` are some rows from the beginning of the file."""
    export = known_export(header)
    cells = [sampled(rows, column) for column in range(len(header))]
    doubts: dict[int, Doubt] = {}
    found: dict[int, Named] = {}
    for column, title in enumerate(header):
        named = _of_export(title, export) or named_field(title)
        found[column], doubt = _checked(title, named, cells[column])
        if doubt:
            doubts[column] = doubt
    best = _best(found)
    _settle_names(best, header, rows)
    mapping = dict.fromkeys(range(len(header)), "") | {column: name for name, column in best.items()}
    for column, named in found.items():
        if not mapping[column] and FURTHER.get(named.field, named.field) in _ALL_FURTHER:
            mapping[column] = FURTHER.get(named.field, named.field)
    kept = {column: doubt for column, doubt in doubts.items() if mapping[column] or doubt.code in _OF_NO_FIELD}
    return Guess(mapping, kept, export)


_OF_NO_FIELD = frozenset({"other_cells", "salutation"})


def _of_export(title: str, export: Export | None) -> Named | None:
    if export is None or folded(title) not in export.fields:
        return None
    return Named(export.fields[folded(title)], _OF_EXPORT)


def _checked(title: str, named: Named, cells: Sequence[str]) -> tuple[Named, Doubt | None]:
    """The field after a look at the cells, with the doubt that it leaves."""
    if named.field == "title" and are_salutations(cells):
        return Named(), Doubt("salutation", "title")
    if named.field and not contradicts(named.field, cells):
        return named, None if named.is_sure else Doubt("inside", named.field)
    said = said_by(cells)
    if said and not of_colleagues(title) and (named.field or named.rank != _OF_EXPORT):
        return Named(said, _LAST_RANK, is_sure=False), Doubt("by_cells", said)
    return Named(), Doubt("other_cells", named.field) if named.field else None


def _best(found: Mapping[int, Named]) -> dict[str, int]:
    """The column of each field: the best name, then the one further left."""
    best: dict[str, int] = {}
    for column, named in found.items():
        if named.field and (named.field not in best or named.rank < found[best[named.field]].rank):
            best[named.field] = column
    for first, further in FURTHER.items():
        if first not in best and further in best:
            best[first] = best[further]
        best.pop(further, None)
    return best


def _settle_names(best: dict[str, int], header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """One reading of the names: "Nombre" alone is the whole name, "Name" beside "Vorname" the last name."""
    for alone, words, others in (
        ("first_name", _SOMETIMES_FIRST, {"last_name", "name"}),
        ("last_name", _SOMETIMES_LAST, {"first_name", "name"}),
    ):
        if alone in best and not others & best.keys() and folded(header[best[alone]]) in words:
            best["name"] = best.pop(alone)
    halves = [best[name] for name in ("first_name", "last_name") if name in best]
    if "name" not in best or not halves or not _differ(rows, best["name"], halves):
        return
    whole = best.pop("name")  # "Becker" beside "Tom", or the name of something else
    if "last_name" not in best and folded(header[whole]) in _SOMETIMES_LAST:
        best["last_name"] = whole


def _differ(rows: Sequence[Sequence[str]], whole: int, halves: Sequence[int]) -> bool:
    """Whether there are rows with both, and in none of them the one is part of the other."""
    both = []
    for row in rows:
        if max(whole, *halves) < len(row):
            name, *found = (one_line(row[column]).casefold() for column in (whole, *halves))
            found = [half for half in found if not is_placeholder(half)]
            both += [(name, found)] if found and not is_placeholder(name) else []
    return bool(both) and not any(half in name for name, found in both for half in found)
