"""Sorts the rows of a file: whose each is, which count for a rotation, and which are refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from routing.decisions.member_files.plan import WantedMember
from routing.decisions.member_files.rows import TWICE, FileRow, RowFault
from routing.decisions.member_files.weights import Weights, weights_of
from routing.decisions.member_files.who import Directory, Found

NOT_SOUGHT = Found()


@dataclass(frozen=True, slots=True)
class SortedRow:
    """A row with its person. `chosen` is what was typed by hand to name the person."""

    row: FileRow
    found: Found
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class RowsOfRotation:
    """What the file says of one rotation. `spared`: reps whose row was refused, so that it removes nobody. `faults`
    are further ones by line: a person twice, a weight that cannot be stored."""

    wanted: tuple[WantedMember, ...]
    spared: frozenset[int]
    faults: Mapping[int, RowFault]
    weights: Weights


def sort_rows(rows: Sequence[FileRow], directory: Directory, chosen: Mapping[int, str]) -> list[SortedRow]:
    """`chosen` has what a person typed for a line."""
    found = []
    for row in rows:
        text = chosen.get(row.line, "").strip()
        if text:
            found.append(SortedRow(row, directory.choose(text), text))
        elif row.email or row.name:
            found.append(SortedRow(row, directory.find(email=row.email, name=row.name)))
        else:
            found.append(SortedRow(row, NOT_SOUGHT))
    return found


def rows_of_rotation(rows: Sequence[SortedRow], groups: Collection[str] | None) -> RowsOfRotation:
    """Of these groups of the file; None: all rows. The first line of a person that can be read counts."""
    own = [each for each in rows if groups is None or set(each.row.groups or ("",)) & set(groups)]
    weights = weights_of([each.row for each in own if not each.row.faults])
    faults = dict(weights.faults)
    wanted: dict[int, WantedMember] = {}
    refused: set[int] = set()
    for each in own:
        rep, row = each.found.rep, each.row
        if rep is None:
            continue
        if row.faults or row.line in faults:
            refused.add(rep)
        elif rep in wanted:
            faults[row.line] = RowFault(TWICE, detail=str(wanted[rep].line))
        else:
            wanted[rep] = WantedMember(
                rep, row.line, weights.by_line.get(row.line), row.position, row.caps, row.is_paused
            )
    return RowsOfRotation(tuple(wanted.values()), frozenset(refused - wanted.keys()), faults, weights)
