"""Conditions on a lead: their fields and operators, and whether a lead meets them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from leads.decisions.own_fields.names import OwnKind, kind_and_key


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    LIST = "list"
    DATE = "date"


FIELDS: Mapping[str, FieldKind] = MappingProxyType(
    {
        "score": FieldKind.NUMBER,
        "source": FieldKind.CHOICE,
        "source_conversion": FieldKind.NUMBER,
        "lead_type": FieldKind.CHOICE,
        "channel": FieldKind.CHOICE,
        "country": FieldKind.CHOICE,
        "city": FieldKind.TEXT,
        "industry": FieldKind.TEXT,
        "title": FieldKind.TEXT,
        "company_name": FieldKind.TEXT,
        "company_domain": FieldKind.TEXT,
        "company_size": FieldKind.NUMBER,
        "account_tier": FieldKind.CHOICE,
        "is_target": FieldKind.BOOLEAN,
        "is_customer": FieldKind.BOOLEAN,
        "is_competitor": FieldKind.BOOLEAN,
        "is_free_mail": FieldKind.BOOLEAN,
        "is_student": FieldKind.BOOLEAN,
        "is_complete": FieldKind.BOOLEAN,
        "is_reengaged": FieldKind.BOOLEAN,
        "from_nurture": FieldKind.BOOLEAN,
        "referred_by_customer": FieldKind.BOOLEAN,
        "possible_duplicate": FieldKind.NUMBER,
        "deal_size": FieldKind.NUMBER,
        "engagement": FieldKind.NUMBER,
        "has_email": FieldKind.BOOLEAN,
        "has_phone": FieldKind.BOOLEAN,
        "has_name": FieldKind.BOOLEAN,
        "has_external_id": FieldKind.BOOLEAN,
        "campaign": FieldKind.TEXT,
        "problems": FieldKind.LIST,
    }
)

_OWN_KINDS: Mapping[OwnKind, FieldKind] = MappingProxyType(
    {
        OwnKind.TEXT: FieldKind.TEXT,
        OwnKind.NUMBER: FieldKind.NUMBER,
        OwnKind.CHOICE: FieldKind.CHOICE,
        OwnKind.DATE: FieldKind.DATE,
        OwnKind.YES_NO: FieldKind.BOOLEAN,
    }
)

# The smallest and the largest number that these fields can have.
BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "score": (0, 100),
        "engagement": (0, 100),
        "possible_duplicate": (0, 100),
        "source_conversion": (0, 100),
        "company_size": (0, 10**9),
        "deal_size": (0, 10**12),
    }
)
PERCENTS = frozenset({"score", "engagement", "possible_duplicate"})  # whole numbers

_KNOWN = ("is_known", "is_unknown")
OPERATORS: Mapping[FieldKind, tuple[str, ...]] = MappingProxyType(
    {
        FieldKind.TEXT: ("is", "is_not", "contains", "not_contains", "starts_with", "in", "not_in", *_KNOWN),
        FieldKind.NUMBER: ("at_least", "more_than", "at_most", "less_than", "between", "is", "is_not", *_KNOWN),
        FieldKind.CHOICE: ("is", "is_not", "in", "not_in", *_KNOWN),
        FieldKind.BOOLEAN: ("is_true", "is_false", *_KNOWN),
        FieldKind.LIST: ("contains", "not_contains", *_KNOWN),
        FieldKind.DATE: ("is", "before", "after", "between", *_KNOWN),
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """The value is a text, a number, a day as an ISO date, a tuple of texts (in, not_in), two numbers or days
    (between), or None (is_known, is_true...). `is_gone`: it asks for an own field that is not there (any more), or has
    another kind by now; no lead meets it."""

    field: str
    operator: str
    value: object = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether all conditions hold, and the result of each."""

    holds: bool
    results: tuple[tuple[Condition, bool], ...]


def kind_of(field: str) -> FieldKind | None:
    """The kind of a field of Alur, or of an own field by its name ("number:total_visits")."""
    if known := FIELDS.get(field):
        return known
    own = kind_and_key(field)
    return _OWN_KINDS[own[0]] if own else None


def check(conditions: Iterable[Condition], facts: Mapping[str, object]) -> Verdict:
    """Whether all conditions hold; without conditions every lead matches. An unknown value meets only is_unknown and
    the negations (is_not, not_in, not_contains)."""
    results = tuple((condition, holds(condition, facts)) for condition in conditions)
    return Verdict(all(answer for _, answer in results), results)


def holds(condition: Condition, facts: Mapping[str, object]) -> bool:
    """Whether one condition holds. Upper and lower case do not matter."""
    kind = kind_of(condition.field)
    if kind is None or condition.is_gone or condition.operator not in OPERATORS[kind]:
        return False
    known = _known_value(kind, facts.get(condition.field))
    if condition.operator == "is_known":
        return known is not None
    if condition.operator == "is_unknown":
        return known is None
    if known is None:
        return condition.operator in {"is_not", "not_in", "not_contains"}
    return _COMPARISONS[condition.operator](known, _comparable(condition.value))


def is_missing(field: str, facts: Mapping[str, object]) -> bool:
    """Whether the lead has no value for this field that a condition could be compared with."""
    kind = kind_of(field)
    return kind is not None and _known_value(kind, facts.get(field)) is None


def comparable_form(condition: Condition) -> tuple[str, str, object]:
    """A condition in a form that is equal for conditions that mean the same: the order of listed values does not
    matter."""
    value = condition.value
    if condition.operator in ("in", "not_in") and isinstance(value, tuple):
        return condition.field, condition.operator, tuple(sorted(value))
    return condition.field, condition.operator, value


def out_of_bounds(condition: Condition) -> tuple[int, int] | None:
    """The bounds of the field if the condition has a number that no lead can have; otherwise None."""
    bounds = BOUNDS.get(condition.field)
    numbers = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    is_inside = bounds is None or all(number is None or bounds[0] <= number <= bounds[1] for number in numbers)
    return None if is_inside else bounds


def as_json(conditions: Iterable[Condition]) -> list[dict[str, object]]:
    """The JSON list that parse() reads, for storage and forms."""
    return [
        {"field": condition.field, "operator": condition.operator, "value": _plain(condition.value)}
        for condition in conditions
    ]


def _known_value(kind: FieldKind, value: object) -> object:
    """The value in comparable form; None if it is missing or has the wrong type."""
    if kind is FieldKind.NUMBER:
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return value if is_number and value == value else None
    if kind is FieldKind.BOOLEAN:
        return value if isinstance(value, bool) else None
    if kind is FieldKind.LIST:
        return tuple(str(item).casefold() for item in value) or None if isinstance(value, list | tuple | set) else None
    return value.strip().casefold() or None if isinstance(value, str) else None


def _comparable(value: object) -> object:
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, tuple):
        return tuple(_comparable(item) for item in value)
    return value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


_COMPARISONS: Mapping[str, Callable[..., bool]] = {
    "is": lambda known, value: known == value,
    "is_not": lambda known, value: known != value,
    "contains": lambda known, value: value in known,
    "not_contains": lambda known, value: value not in known,
    "starts_with": lambda known, value: known.startswith(value),
    "in": lambda known, value: known in value,
    "not_in": lambda known, value: known not in value,
    "at_least": lambda known, value: known >= value,
    "more_than": lambda known, value: known > value,
    "at_most": lambda known, value: known <= value,
    "less_than": lambda known, value: known < value,
    "between": lambda known, value: value[0] <= known <= value[1],
    "before": lambda known, value: known < value,
    "after": lambda known, value: known > value,
    "is_true": lambda known, value: known is True,
    "is_false": lambda known, value: known is False,
}
