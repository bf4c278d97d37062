"""Guess which column of a file holds which field (A1a)."""

from collections.abc import Sequence

from leads.decisions.facts.field_names import FURTHER, field_of_name, named_field

__all__ = ["field_of_name", "guess_mapping"]


def guess_mapping(header: Sequence[str]) -> dict[int, str]:
    """Field by column; "" means that the column is kept as an extra one. Each field is used once, but further e-mails
    and phones may be many. If there are first and last name, a full name becomes an extra column."""
    best: dict[str, tuple[int, int]] = {}
    named = {index: named_field(title) for index, title in enumerate(header)}
    for index, found in named.items():
        if found.field and (found.field not in best or found.rank < best[found.field][0]):
            best[found.field] = (found.rank, index)
    for first, further in FURTHER.items():
        if first not in best and further in best:
            best[first] = best[further]
    if "name" in best and ("first_name" in best or "last_name" in best):
        del best["name"]
    chosen = {index: field for field, (_, index) in best.items() if field not in FURTHER.values()}
    for index, found in named.items():
        if index not in chosen and (found.field in FURTHER or found.field in FURTHER.values()):
            chosen[index] = FURTHER.get(found.field, found.field)
    return {index: chosen.get(index, "") for index in range(len(header))}
