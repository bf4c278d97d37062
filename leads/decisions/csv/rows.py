"""The records of a file, and what can be wrong with one."""

from dataclasses import dataclass

from leads.decisions.facts.fields import Problem

SHOWN_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `line` is the physical line on which it starts, from 1. Problem codes: too_many_cells (value: how
    many were found); open_quote, cut_off, too_long, nul, encoding, header_again, and those of short rows (value: the
    beginning of the line)."""

    line: int
    values: tuple[str, ...]
    problem: Problem | None = None
