"""Parse the conditions of entry rules, tiers, segments and score rules from JSON (A5).

A condition is {"field": ..., "operator": ..., "value": ...}; all conditions of a rule must hold. Other code imports
from here what the modules comparison, contradictions and derivation provide.
"""

from collections.abc import Container
from datetime import date
from decimal import Decimal

from leads.decisions.conditions.comparison import (
    BOUNDS,
    FIELDS,
    OPERATORS,
    PERCENTS,
    Condition,
    FieldKind,
    Verdict,
    as_json,
    check,
    comparable_form,
    holds,
    is_missing,
    kind_of,
    out_of_bounds,
)
from leads.decisions.conditions.contradictions import never_matches
from leads.decisions.conditions.derivation import derive
from leads.decisions.facts.countries import iso_code
from leads.decisions.facts.fields import LEAD_TYPES
from leads.decisions.facts.text import one_line

__all__ = [
    "BOUNDS",
    "FIELDS",
    "MAX_LIST_LENGTH",
    "MAX_TEXT_LENGTH",
    "MAX_CONDITIONS",
    "OPERATORS",
    "PERCENTS",
    "Condition",
    "ConditionRefused",
    "FieldKind",
    "Verdict",
    "as_json",
    "check",
    "derive",
    "holds",
    "is_missing",
    "kind_of",
    "never_matches",
    "out_of_bounds",
    "parse",
    "comparable_form",
]

MAX_CONDITIONS, MAX_LIST_LENGTH, MAX_TEXT_LENGTH = 20, 200, 200
MAX_NUMBER = 10**15
NO_VALUE = frozenset({"is_known", "is_unknown", "is_true", "is_false"})


class ConditionRefused(ValueError):
    """A condition cannot be read. `index` is its position from 0, or None for the list itself; `detail` is what was
    sent.

    Codes: not_a_list, too_many, not_an_object, unknown_key, unknown_field, unknown_operator, unexpected_value,
    wrong_type, not_a_number, not_a_day, out_of_range, empty_value, empty_list, too_long, reversed,
    reversed_days, unknown_choice; where rules are edited also gone_field.
    """

    def __init__(self, index: int | None, code: str, detail: str = "") -> None:
        self.index, self.code, self.detail = index, code, detail[:MAX_TEXT_LENGTH]
        super().__init__(f"condition {index}: {code} {self.detail}".rstrip())


def parse(raw: object, own: Container[str] | None = None) -> tuple[Condition, ...]:
    """The conditions of a JSON list, which may be empty. Raises ConditionRefused for the first that cannot be read.

    `own` are the own fields that there are; conditions on others are marked `is_gone`. Without it all count as there.
    """
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple):
        raise ConditionRefused(None, "not_a_list", type(raw).__name__)
    if len(raw) > MAX_CONDITIONS:
        raise ConditionRefused(None, "too_many", str(len(raw)))
    return tuple(_condition(index, item, own) for index, item in enumerate(raw))


def _condition(index: int, item: object, own: Container[str] | None) -> Condition:
    if not isinstance(item, dict):
        raise ConditionRefused(index, "not_an_object", type(item).__name__)
    surplus = [str(key) for key in item if key not in {"field", "operator", "value"}]
    if surplus:
        raise ConditionRefused(index, "unknown_key", ", ".join(sorted(surplus)))
    field, operator, value = item.get("field"), item.get("operator"), item.get("value")
    kind = kind_of(field) if isinstance(field, str) else None
    if kind is None or not isinstance(field, str):
        raise ConditionRefused(index, "unknown_field", str(field))
    if not isinstance(operator, str) or operator not in OPERATORS[kind]:
        raise ConditionRefused(index, "unknown_operator", str(operator))
    is_gone = own is not None and field not in FIELDS and field not in own
    return Condition(field, operator, _value(index, field, operator, value), is_gone)


def _value(index: int, field: str, operator: str, value: object) -> object:
    if operator in NO_VALUE:
        if value not in (None, "", []):
            raise ConditionRefused(index, "unexpected_value", str(value))
        return None
    if kind_of(field) is FieldKind.NUMBER:
        return _span(index, value) if operator == "between" else _number(index, value)
    if kind_of(field) is FieldKind.DATE:
        return _days(index, value) if operator == "between" else _day(index, value)
    return _texts(index, field, value) if operator in {"in", "not_in"} else _text(index, field, value)


def _number(index: int, value: object) -> int | Decimal:
    """Read a number, or a text that is a plain number as forms send it. Whole numbers become int."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ConditionRefused(index, "wrong_type", type(value).__name__)
    if value == "":
        raise ConditionRefused(index, "empty_value")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except ArithmeticError:
        raise ConditionRefused(index, "not_a_number", str(value)) from None
    if not number.is_finite():
        raise ConditionRefused(index, "not_a_number", str(value))
    if abs(number) > MAX_NUMBER:
        raise ConditionRefused(index, "out_of_range", f"{number:.3g}")
    return int(number) if number == number.to_integral_value() else number


def _span(index: int, value: object) -> tuple[int | Decimal, int | Decimal]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ConditionRefused(index, "wrong_type", "two numbers")
    low, high = _number(index, value[0]), _number(index, value[1])
    if low > high:
        raise ConditionRefused(index, "reversed", f"{low} > {high}")
    return low, high


def _day(index: int, value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str):
        raise ConditionRefused(index, "wrong_type", type(value).__name__)
    if not text.strip():
        raise ConditionRefused(index, "empty_value")
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        raise ConditionRefused(index, "not_a_day", text) from None


def _days(index: int, value: object) -> tuple[str, str]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ConditionRefused(index, "wrong_type", "two days")
    first, last = _day(index, value[0]), _day(index, value[1])
    if first > last:
        raise ConditionRefused(index, "reversed_days", f"{first} > {last}")
    return first, last


def _texts(index: int, field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ConditionRefused(index, "wrong_type", type(value).__name__)
    if not value:
        raise ConditionRefused(index, "empty_list")
    if len(value) > MAX_LIST_LENGTH:
        raise ConditionRefused(index, "too_long", str(len(value)))
    return tuple(_text(index, field, item) for item in value)


def _text(index: int, field: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConditionRefused(index, "wrong_type", type(value).__name__)
    text = one_line(value)
    if not text:
        raise ConditionRefused(index, "empty_value")
    if len(text) > MAX_TEXT_LENGTH:
        raise ConditionRefused(index, "too_long", text)
    if field == "country":
        text = iso_code(text)
    elif field == "lead_type":
        text = text.casefold() if text.casefold() in LEAD_TYPES else ""
    if not text:
        raise ConditionRefused(index, "unknown_choice", value)
    return text
