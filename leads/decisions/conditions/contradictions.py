"""Conditions that no lead can ever fulfil (F11c)."""

from collections.abc import Iterable
from decimal import Decimal

from leads.decisions.conditions.comparison import FIELDS, PERCENTS, Condition, FieldKind, holds
from leads.decisions.facts.fields import LEAD_TYPES

_WHOLE = PERCENTS | {"company_size"}
_CENT = Decimal("0.01")
_BETWEEN = "\ue000"  # a private letter: in no condition's text


def never_matches(conditions: Iterable[Condition]) -> bool:
    """Whether two conditions on one field exclude each other ("at least 80" and "less than 50", two different "is").

    Exact field by field: for every field the few values that could fulfil all its conditions are tried. What
    excludes itself only across fields (no e-mail, yet free mail) is not seen.
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
    """Between two neighbouring bounds all numbers are alike: the bounds and one step beside them stand for all."""
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
    """The texts named by "is" and "in"; without any, one text made of all that it must begin with and contain."""
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
