"""Find conditions that no lead can ever meet (F11c)."""

from collections.abc import Iterable
from decimal import Decimal

from leads.decisions.conditions.comparison import FIELDS, PERCENTS, Condition, FieldKind, holds
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
    kind = FIELDS.get(field)
    if kind is FieldKind.BOOLEAN:
        return [True, False, None]
    if kind is FieldKind.NUMBER:
        return [None, *_numbers(field, conditions)]
    if kind is FieldKind.LIST:
        return [None, [_BETWEEN], [condition.value for condition in conditions if condition.operator == "contains"]]
    if field == "lead_type":
        return ["", *LEAD_TYPES]
    return ["", *_texts(conditions)]


def _numbers(field: str, conditions: list[Condition]) -> list[object]:
    """The bounds and the numbers one step beside them. All numbers between two neighbouring bounds behave the same."""
    bounds: set[int | Decimal] = {0}
    for condition in conditions:
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        bounds.update(value for value in values if isinstance(value, int | Decimal))
    if field in _WHOLE:
        found = {int(bound // 1) + step for bound in bounds for step in (-1, 0, 1, 2)}
        return [number for number in sorted(found) if 0 <= number <= (100 if field in PERCENTS else number)]
    cents = {Decimal(bound).quantize(_CENT) + step * _CENT for bound in bounds for step in (-1, 0, 1)}
    return [number for number in sorted(cents) if number >= 0]


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
