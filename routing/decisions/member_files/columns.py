"""Guesses which column of a file of members holds what, from the titles and from the cells under them."""

import re
from collections.abc import Mapping, Sequence

from leads.decisions.csv.cells import sampled
from leads.decisions.csv.header import is_value
from routing.decisions.member_files.cells import CellRefused, read_place, read_yes
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
    WHO,
    field_of_title,
)

SEARCHED_LINES = 20
_MOST = 0.8
_HAS_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[+-]?[\d.,/ ]*\d\s*%?", re.ASCII)
_NAMES = (NAME, FIRST_NAME, LAST_NAME)


def guess_fields(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """The field of each column, "" for one that means nothing here; each field at most once. `titles` is empty for a
    file without a header."""
    width = max((len(titles), *(len(row) for row in rows)), default=0)
    cells = [sampled(rows, column) for column in range(width)]
    ranked: dict[str, tuple[int, int]] = {}
    for column, title in enumerate(titles):
        field, rank = field_of_title(title)
        field, rank = _told_apart(field, rank, cells[column])
        if field and not _contradicts(field, cells[column]):
            ranked[field] = min(ranked.get(field, (rank, column)), (rank, column))
    best = {field: column for field, (_rank, column) in ranked.items()}
    _by_cells(best, cells, has_header=bool(titles))
    if WEIGHT in best and WEIGHT_PERCENT in best:
        best.pop(WEIGHT_PERCENT)
    if ACTIVE in best and PAUSED in best:
        best.pop(PAUSED)
    return dict.fromkeys(range(width), "") | {column: field for field, column in best.items()}


def header_line_of(records: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """The line that holds the titles: 0 if there is none, None if the first line is as good as any. `records` are
    the first ones with their lines."""
    if not records:
        return None
    counts = [(line, _known(cells)) for line, cells in records[:SEARCHED_LINES]]
    if counts[0][1]:
        return None
    better = next((line for line, known in counts if known >= 2), 0)
    if better:
        return better
    first = [cell for cell in records[0][1] if cell.strip()]
    return 0 if len(first) == 1 or any(is_value(cell) or _NUMBER.fullmatch(cell) for cell in first) else None


def _known(cells: Sequence[str]) -> int:
    return sum(bool(field_of_title(cell)[0]) for cell in cells)


def _told_apart(field: str, rank: int, cells: Sequence[str]) -> tuple[str, int]:
    """A column "User" holds e-mails or names; one "Distribution" may hold its weights."""
    if field == WHO:
        return (EMAIL if _share(cells, "@") else NAME), rank + 50
    if field == NAME and _share(cells, "@"):
        return EMAIL, rank + 70
    if field == GROUP and cells and all(_NUMBER.fullmatch(cell) for cell in cells):
        return "", 0
    return field, rank


def _share(cells: Sequence[str], mark: str) -> bool:
    return bool(cells) and sum(mark in cell for cell in cells) >= _MOST * len(cells)


def _contradicts(field: str, cells: Sequence[str]) -> bool:
    """Whether none of the filled cells can be what the title says. An empty column contradicts nothing."""
    if not cells:
        return False
    if field == EMAIL:
        return not any("@" in cell for cell in cells)
    if field in (WEIGHT, WEIGHT_PERCENT):
        return not any(_HAS_DIGIT.search(cell) for cell in cells)
    if field in CAPS:
        return all("@" in cell for cell in cells)
    if field == POSITION:
        return not any(map(_is_place, cells))
    if field in (ACTIVE, PAUSED):
        return not any(map(_is_yes_or_no, cells))
    return field in _NAMES and all(_NUMBER.fullmatch(cell) for cell in cells)


def _by_cells(best: dict[str, int], cells: Sequence[Sequence[str]], *, has_header: bool) -> None:
    """Where no title says who it is: a column of addresses, and without a header also one of names and one of
    numbers."""
    free = [column for column in range(len(cells)) if column not in best.values() and cells[column]]
    if EMAIL not in best:
        found = next((column for column in free if _share(cells[column], "@")), None)
        if found is not None:
            best[EMAIL] = found
            free.remove(found)
    if has_header:
        return
    words = [column for column in free if not any(_NUMBER.fullmatch(cell) for cell in cells[column])]
    numbers = [column for column in free if all(_NUMBER.fullmatch(cell) for cell in cells[column])]
    if words:
        best.setdefault(NAME, words[0])
    if len(numbers) == 1:
        best.setdefault(WEIGHT, numbers[0])


def _is_place(cell: str) -> bool:
    try:
        return read_place(cell) >= 0
    except CellRefused:
        return False


def _is_yes_or_no(cell: str) -> bool:
    try:
        return read_yes(cell) in (True, False)
    except CellRefused:
        return False


def mapping_faults(mapping: Mapping[int, str]) -> tuple[str, ...]:
    """What prevents the use of a mapping: "nobody" if no column says who it is, else the fields chosen twice."""
    chosen = [field for field in mapping.values() if field]
    twice = tuple(sorted({field for field in chosen if chosen.count(field) > 1}))
    return twice if twice or {EMAIL, *_NAMES} & set(chosen) else ("nobody",)
