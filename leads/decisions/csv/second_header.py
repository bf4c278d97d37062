"""A second header: a row that says the names of the columns once more, in other words (A1a)."""

from collections.abc import Sequence

from leads.decisions.facts.field_names import field_of_name

LEAST = 2  # columns that must say the same


def names_again(values: Sequence[str], titles: Sequence[str]) -> bool:
    """Whether each cell names the field that its title names, as far as both are filled and the title names one."""
    named = [(field_of_name(title), value) for title, value in zip(titles, values, strict=False) if value.strip()]
    said = [field_of_name(value) == field for field, value in named if field]
    return len(said) >= LEAST and all(said)
