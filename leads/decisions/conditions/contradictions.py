"""Find conditions that no lead can ever meet (F11c)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from leads.decisions.conditions.comparison import FIELDS, PERCENTS, Condition, FieldKind, holds, kind_of
from leads.decisions.facts.fields import LEAD_TYPES

_WHOLE = PERCENTS | {"company_size"}
_CENT = Decimal("0.01")
_BETWEEN = "\ue000"  # a private character that is in no text of a condition


def never_matches(conditions: Iterable[Condition]) -> bool:
    """Whether conditions on one field exclude each other ("at least 80" and "less than 50", two different "is").

    Exact for each field: the few values that could meet all its conditions are tried. Contradictions between two fields
    (no e-mail, but free mail) are not found.
    """
    by_field: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_field.setdefault(condition.field, []).append(condition)
    return any(
        not any(all(holds(condition, {field: value}) for condition in mine) for value in _candidates(field, mine))
        for field, mine in by_field.items()
    )


def _candidates(field: str, conditions: list[Condition]) -> list[object]:
    kind = kind_of(field)
    if kind is FieldKind.BOOLEAN:
        return [True, False, None]
    if kind is FieldKind.NUMBER:
        return [None, *(_numbers(field, conditions) if field in FIELDS else _own_numbers(conditions))]
    if kind is FieldKind.DATE:
        return [None, *_days(conditions)]
    if kind is FieldKind.LIST:
        return [None, [_BETWEEN], [condition.value for condition in conditions if condition.operator == "contains"]]
    if field == "lead_type":
        return ["", *LEAD_TYPES]
    return ["", *_texts(conditions)]


def _numbers(field: str, conditions: list[Condition]) -> list[object]:
    """The bounds and the numbers one step beside them. All numbers between two neighbouring bounds behave the same."""
    bounds = _bounds(conditions) | {0}
    if field in _WHOLE:
        found = {int(bound // 1) + step for bound in bounds for step in (-1, 0, 1, 2)}
        return [number for number in sorted(found) if 0 <= number <= (100 if field in PERCENTS else number)]
    cents = {Decimal(bound).quantize(_CENT) + step * _CENT for bound in bounds for step in (-1, 0, 1)}
    return [number for number in sorted(cents) if number >= 0]


def _own_numbers(conditions: list[Condition]) -> list[object]:
    """The numbers of own fields have no bounds and any precision: the bounds, and one number between each two."""
    bounds = sorted(_bounds(conditions) | {0})
    between = [(Decimal(low) + Decimal(high)) / 2 for low, high in pairwise(bounds)]
    return [bounds[0] - 1, *bounds, *between, bounds[-1] + 1]


def _bounds(conditions: list[Condition]) -> set[int | Decimal]:
    return {value for value in _values(conditions) if isinstance(value, int | Decimal)}


def _days(conditions: list[Condition]) -> list[str]:
    """The days that are named, and those beside them."""
    named = {date.fromisoformat(value) for value in _values(conditions) if isinstance(value, str)}
    within = [day for day in named if date.min < day < date.max]
    steps = (timedelta(days=step) for step in (-1, 0, 1))
    return sorted({(day + step).isoformat() for step in steps for day in within})


def _values(conditions: list[Condition]) -> list[object]:
    found: list[object] = []
    for condition in conditions:
        found.extend(condition.value if isinstance(condition.value, tuple) else (condition.value,))
    return found


def _texts(conditions: list[Condition]) -> list[object]:
    """The texts of "is" and "in"; without any, one text that begins with and contains all that it must."""
    named: list[object] = []
    for condition in conditions:
        if condition.operator == "is":
            named.append(condition.value)
        elif condition.operator == "in":
            named.extend(condition.value if isinstance(condition.value, tuple) else ())
    if named:
        return named
    starts = [str(condition.value) for condition in conditions if condition.operator == "starts_with"]
    parts = [str(condition.value) for condition in conditions if condition.operator == "contains"]
    return [_BETWEEN.join([max(starts, key=len, default=""), *parts, _BETWEEN])]
