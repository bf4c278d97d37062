"""The mapping of columns to fields: its problems, and rows converted by it in both directions (A1a)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leads.decisions.csv.file import Row, raw_by_field
from leads.decisions.facts.fields import FIELDS, LEAD_TYPES, LIMITS, SEVERAL

WITH_DEFAULT = ("source", "lead_type", "score")
BROKEN = ""  # the key of a line that could not be split into cells


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """A problem of a mapping. `where` is the number of a column as text, the name of a default, or "". Codes: twice
    (detail: the field), unknown_field, unknown_column, no_identifier, not_a_default, unknown, out_of_range,
    too_long."""

    where: str
    code: str
    detail: str = ""


def mapping_problems(mapping: Mapping[int, str], defaults: Mapping[str, str], width: int) -> tuple[MappingProblem, ...]:
    """All problems that prevent the use of this mapping; empty if it is fine."""
    found: list[MappingProblem] = []
    taken: set[str] = set()
    for column, field in sorted(mapping.items()):
        if not 0 <= column < width:
            found.append(MappingProblem(str(column), "unknown_column"))
        elif field and field not in FIELDS:
            found.append(MappingProblem(str(column), "unknown_field", field))
        elif field in taken and field not in SEVERAL | {""}:
            found.append(MappingProblem(str(column), "twice", field))
        taken.add(field)
    if not _identifies(taken):
        found.append(MappingProblem("", "no_identifier"))
    found += [problem for name, value in sorted(defaults.items()) if value and (problem := _default(name, value))]
    return tuple(found)


def kept_mapping(
    chosen: Mapping[int, str],
    guessed_before: Mapping[int, str],
    guessed: Mapping[int, str],
    before: Sequence[str],
    header: Sequence[str],
    is_same_place: bool,
) -> dict[int, str]:
    """The mapping of a file that is read in another way. What a person chose for a column stays: for the column at the
    same place if only its letters changed, else for the one with the same title. The others are as guessed now."""
    place = {title: column for column, title in enumerate(before)}
    found: dict[int, str] = {}
    for column, title in enumerate(header):
        old = column if is_same_place and column < len(before) else place.get(title)
        if old is not None and (before[old] == title or chosen.get(old, "") != guessed_before.get(old, "")):
            found[column] = chosen.get(old, "")
    taken = set(found.values()) - SEVERAL
    for column in range(len(header)):
        field = guessed.get(column, "")
        if column not in found and field not in taken:
            found[column] = field
            taken |= {field} - SEVERAL
    return found


def raw_of_row(row: Row, mapping: Mapping[int, str], header: Sequence[str]) -> dict[str, str]:
    """A row as it is stored in a capture. A row with a problem keeps its cells under their titles, or its whole
    text."""
    if row.problem is None:
        return raw_by_field(row.values, mapping, header)
    if not row.values:
        return {BROKEN: row.problem.value}
    named = raw_by_field(row.values[: len(header)], {}, header)
    return named | {f"column {n}": value for n, value in enumerate(row.values[len(header) :], start=len(header) + 1)}


def cells_of_raw(raw: Mapping[str, str], mapping: Mapping[int, str], header: Sequence[str]) -> list[str]:
    """The cells that raw_of_row() stored, in the order of the file. A text that could not be split is one cell."""
    if BROKEN in raw:
        return [str(raw[BROKEN])]
    left = dict(raw)
    by_field = any(mapping.get(index) in left for index in range(len(header)) if mapping.get(index))
    names = raw_by_field([str(index) for index in range(len(header))], mapping if by_field else {}, header)
    by_column = {int(index): name for name, index in names.items()}
    cells = [str(left.pop(by_column[index], "")) for index in range(len(header))]
    return cells + [str(value) for value in left.values()]


def _identifies(fields: set[str]) -> bool:
    """Whether rows can become leads (see normalisation.is_usable): there is an identifier, or a person and a
    company."""
    if fields & {"external_id", "email", "phone", *SEVERAL}:
        return True
    return bool(fields & {"company_name", "company_domain", "website"} and fields & {"name", "first_name", "last_name"})


def _default(name: str, value: str) -> MappingProblem | None:
    if name not in WITH_DEFAULT:
        return MappingProblem(name, "not_a_default")
    if name == "lead_type" and value not in LEAD_TYPES:
        return MappingProblem(name, "unknown", value)
    if name == "source" and len(value) > LIMITS["source"]:
        return MappingProblem(name, "too_long", str(LIMITS["source"]))
    if name == "score" and not (value.isdecimal() and int(value) <= 100):
        return MappingProblem(name, "out_of_range", value)
    return None
