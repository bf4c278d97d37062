"""Reads the rows of a file of members: who is meant, and what each is to get."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from leads.decisions.csv.rows import Row
from leads.decisions.facts.text import one_line
from routing.decisions.member_files.cells import CellRefused, cell_text, read_cap, read_place, read_yes, shown
from routing.decisions.member_files.titles import (
    ACTIVE,
    CAPS,
    EMAIL,
    FIRST_NAME,
    GROUP,
    LAST_NAME,
    NAME,
    PAUSED,
    POSITION,
    WEIGHT,
    WEIGHT_PERCENT,
)
from routing.decisions.rotation.weights import WeightRefused, read_ratio, rounded_weight

MAX_ROWS = 20_000
Read = TypeVar("Read")
BROKEN, NOBODY, TWICE, WRONG = "broken", "nobody", "twice", "wrong"


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is refused. Codes: broken (detail: the code of the reader), nobody, twice (detail: the line that
    counts), wrong (of a field, detail: the beginning of the cell), and those of weights."""

    code: str
    field: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row. `line` counts from 1. What is None, or not among the caps, stays as it is. `ratio` is the weight as
    written, `is_part` whether it is a part of a whole; a cap of None is none. `groups` are the rotations it is of."""

    line: int
    email: str = ""
    name: str = ""
    ratio: Fraction | None = None
    is_part: bool = False
    position: int | None = None
    caps: Mapping[str, int | None] = field(default_factory=dict)
    is_paused: bool | None = None
    groups: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()

    @property
    def who(self) -> str:
        return " · ".join(filter(None, (self.name, self.email)))


def read_rows_as_members(rows: Iterable[Row], mapping: Mapping[int, str]) -> list[FileRow]:
    column = {name: number for number, name in mapping.items() if name}
    found = [_read(row, column) for row in rows]
    return _with_single_groups(found)


def _read(row: Row, column: Mapping[str, int]) -> FileRow:
    def text(name: str) -> str:
        at = column.get(name)
        return cell_text(row.values[at]) if at is not None and at < len(row.values) else ""

    if row.problem is not None:
        return FileRow(row.line, name=shown(row.problem.value), faults=(RowFault(BROKEN, detail=row.problem.code),))
    faults: list[RowFault] = []
    name = text(NAME) or one_line(f"{text(FIRST_NAME)} {text(LAST_NAME)}")
    email = text(EMAIL)
    if email and "@" not in email and not name:
        name, email = email, ""
    elif not email and "@" in name:
        name, email = "", name
    if not email and not name:
        faults.append(RowFault(NOBODY))
    ratio, is_part = _weight(text, faults)
    place = _cell(read_place, POSITION, text(POSITION), faults)
    caps = {}
    for cap in CAPS:
        if cap in column and (written := text(cap)):
            before = len(faults)
            limit = _cell(read_cap, cap, written, faults)
            if len(faults) == before:
                caps[cap] = limit
    groups = tuple(dict.fromkeys(part for each in text(GROUP).split(";") if (part := each.strip())))
    return FileRow(
        row.line,
        email=email,
        name=name,
        ratio=ratio,
        is_part=is_part,
        position=place,
        caps=caps,
        is_paused=_paused(text, faults),
        groups=groups,
        faults=tuple(faults),
    )


def _weight(text: Callable[[str], str], faults: list[RowFault]) -> tuple[Fraction | None, bool]:
    written, percent = text(WEIGHT), text(WEIGHT_PERCENT)
    if percent and not written:
        written = percent if "%" in percent or "/" in percent else f"{percent} %"
    if not written:
        return None, False
    try:
        ratio, is_part = read_ratio(written)
        if not is_part:
            rounded_weight(ratio)  # a part may be small: it is compared with the others first
    except WeightRefused as refused:
        faults.append(RowFault(refused.fault, WEIGHT, shown(written)))
        return None, False
    return ratio, is_part


def _paused(text: Callable[[str], str], faults: list[RowFault]) -> bool | None:
    takes_part = _cell(read_yes, ACTIVE, text(ACTIVE), faults)
    is_paused = _cell(read_yes, PAUSED, text(PAUSED), faults)
    if takes_part is not None:
        return not takes_part
    return is_paused


def _cell(read: Callable[[str], Read], name: str, text: str, faults: list[RowFault]) -> Read | None:
    if not text:
        return None
    try:
        return read(text)
    except CellRefused:
        faults.append(RowFault(WRONG, name, shown(text)))
        return None


def _with_single_groups(rows: list[FileRow]) -> list[FileRow]:
    """Each rotation in its first spelling. HubSpot writes several teams with commas: a cell is taken apart only if each
    part stands alone elsewhere."""
    alone = {name.casefold() for row in rows if len(row.groups) == 1 for name in row.groups if "," not in name}
    spelled: dict[str, str] = {}
    found = []
    for row in rows:
        names = row.groups
        if len(names) == 1 and "," in names[0]:
            parts = [part for each in names[0].split(",") if (part := each.strip())]
            names = tuple(parts) if alone.issuperset(map(str.casefold, parts)) else names
        names = tuple(dict.fromkeys(spelled.setdefault(name.casefold(), name) for name in names))
        found.append(row if names == row.groups else replace(row, groups=names))
    return found


def groups_of(rows: Sequence[FileRow]) -> dict[str, int]:
    """The rotations that the file names, in their order, with their rows; "" for rows that name none."""
    found: dict[str, int] = {}
    for row in rows:
        for name in row.groups or ("",):
            found[name] = found.get(name, 0) + 1
    return found
