"""Rows of the condition builder: the control of each value, and rows converted to conditions and back (A5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.web.figures import number
from leads.decisions.conditions.parsing import (
    BOUNDS,
    FIELDS,
    OPERATORS,
    ConditionRefused,
    FieldKind,
    kind_of,
    out_of_bounds,
    parse,
)
from leads.presenters.conditions import FIELD_LABELS, OPERATOR_LABELS, choices_of, is_own, label_of, own_of

NOTHING, TEXT, TEXTS, NUMBER, RANGE, CHOICE, SEVERAL = "nothing", "text", "texts", "number", "span", "choice", "several"
DAY, DAYS = "day", "days"
SEVERAL_VALUES = {"in", "not_in"}
# The builder compares yes-or-no fields with "is" and "is not"; conditions have operators of their own for them.
YES_OR_NO = {"is": "is_true", "is_not": "is_false"}
OFFERED_AS = {stored: offered for offered, stored in YES_OR_NO.items()}
SEPARATORS = (";", " and ", " dan ", " - ", "..")


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row as a browser sends it. Checked boxes, or two numbers, come as several values."""

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.field and not any(self.values)


def control_of(field: str, operator: str) -> str:
    """The control for the value; text as long as no field is chosen."""
    kind = kind_of(field)
    return TEXT if kind is None else _control(kind, operator)


def controls(operator: str) -> str:
    """The controls of an operator by kind of field for scripts, as 'number:span text:texts'."""
    stored = {kind: YES_OR_NO.get(operator, operator) if kind is FieldKind.BOOLEAN else operator for kind in FieldKind}
    return " ".join(f"{kind}:{_control(kind, operator)}" for kind in FieldKind if stored[kind] in OPERATORS[kind])


def _control(kind: FieldKind, operator: str) -> str:
    if operator in ("is_known", "is_unknown") or kind is FieldKind.BOOLEAN:
        return NOTHING
    if kind is FieldKind.NUMBER:
        return RANGE if operator == "between" else NUMBER
    if kind is FieldKind.DATE:
        return DAYS if operator == "between" else DAY
    if kind is FieldKind.TEXT:
        return TEXTS if operator in SEVERAL_VALUES else TEXT
    return SEVERAL if operator in SEVERAL_VALUES else CHOICE


def as_condition(row: TypedRow, sources: Mapping[str, str]) -> dict[str, object]:
    """A row as the parser reads it: labels become keys, texts with commas become lists."""
    field, operator, values = row.field, row.operator, [value for value in row.values if value]
    kind = kind_of(field)
    if kind is FieldKind.BOOLEAN:
        operator = YES_OR_NO.get(operator, operator)
    text = values[0] if values else ""
    if operator == "between":
        found: object = values if len(values) > 1 or kind is FieldKind.DATE else _numbers(text)
    elif kind in (None, FieldKind.NUMBER, FieldKind.DATE):
        found = ", ".join(values)
    elif operator in SEVERAL_VALUES:
        parts = [part.strip() for value in values for part in value.split(",")]
        found = [_key(field, part, sources) for part in parts if part]
    else:
        found = _key(field, text, sources)
    return {"field": field, "operator": operator, "value": found}


def row_problems(rows: list[dict[str, object]], sources: Mapping[str, str]) -> dict[int, ConditionRefused]:
    """The first problem of each row, by its position. Numbers that no lead can have are a problem here, and own fields
    that are not there (any more)."""
    found, own = {}, own_of(sources)
    for place, row in enumerate(rows):
        try:
            (condition,) = parse([row], own)
        except ConditionRefused as problem:
            found[place] = problem
            continue
        if condition.is_gone:
            found[place] = ConditionRefused(place, "gone_field", condition.field)
        elif bounds := out_of_bounds(condition):
            words = {"low": number(bounds[0]), "high": number(bounds[1])}
            found[place] = ConditionRefused(place, "out_of_bounds", _("from %(low)s to %(high)s") % words)
    return found


def as_typed(stored: Mapping[str, object]) -> TypedRow:
    """A stored condition as a row that a person could have typed."""
    field, operator, value = str(stored.get("field", "")), str(stored.get("operator", "")), stored.get("value")
    values = value if isinstance(value, list | tuple) else [] if value is None else [value]
    if control_of(field, operator) == TEXTS:
        values = [", ".join(str(each) for each in values)]
    offered = OFFERED_AS.get(operator, operator) if kind_of(field) is FieldKind.BOOLEAN else operator
    return TypedRow(field, offered, tuple(str(each) for each in values))


def row_context(row: TypedRow, place: int, problem: str, sources: Mapping[str, str]) -> dict[str, object]:
    """A row for the template. All that was typed is shown again: a text that is no number, a value that is not in the
    list, a value where none belongs."""
    kind, control = kind_of(row.field), control_of(row.field, row.operator)
    values = list(row.values)
    if control == DAYS:
        values = [*values, "", ""][:2]
    if control == RANGE:
        values = (values if len(values) > 1 else _numbers("".join(values)))[:2]
        values += [""] * (2 - len(values))
    is_odd = control in (DAY, DAYS) and not all(map(_is_day, values))
    is_odd |= control in (NUMBER, RANGE) and not all(map(_is_number, values))
    if is_odd or (control == NOTHING and any(values)):
        control, values = TEXT, [", ".join(filter(None, row.values))]
    if control in (CHOICE, SEVERAL):
        values = [_key(row.field, each.strip(), sources) for value in values for each in _parts(control, value)]
    operator = OFFERED_AS.get(row.operator, row.operator) if kind is FieldKind.BOOLEAN else row.operator
    return {
        "number": place,
        "field": row.field,
        "operator": operator,
        "control": control,
        "values": values,
        "text": values[0] if values else "",
        "choices": _choices(row.field, values, sources) if control in (CHOICE, SEVERAL) else [],
        "bounds": BOUNDS.get(row.field),
        "problem": problem,
    }


def field_options(sources: Mapping[str, str], chosen: Iterable[str] = ()) -> list[tuple[str, str, str]]:
    """The fields of Alur, then the own ones; also those that are chosen though they are not there any more."""
    alur = [(key, capfirst(str(FIELD_LABELS[key])), kind.value) for key, kind in FIELDS.items()]
    own = {each.value_name: each.name for each in own_of(sources)}
    gone = {key: capfirst(label_of(key, sources)) for key in chosen if is_own(key) and key not in own}
    return alur + [(key, label, str(kind_of(key))) for key, label in {**own, **gone}.items()]


def operator_options() -> list[tuple[str, object, str]]:
    return [(key, label, controls(key)) for key, label in OPERATOR_LABELS.items()]


def blank_controls(sources: Mapping[str, str]) -> list[dict[str, object]]:
    """One empty control of each kind and field, which scripts copy."""
    found: list[dict[str, object]] = [
        {"name": name, "control": name, "choices": [], "values": ["", ""]} for name in (NOTHING, TEXT, TEXTS, DAY, DAYS)
    ]
    own = {each.value_name: kind_of(each.value_name) for each in own_of(sources)}
    for field, kind in {**FIELDS, **own}.items():
        if kind is FieldKind.NUMBER:
            bounds = {"bounds": BOUNDS.get(field), "values": ["", ""]}
            found += [{"name": f"{control}-{field}", "control": control, **bounds} for control in (NUMBER, RANGE)]
        elif kind in (FieldKind.CHOICE, FieldKind.LIST):
            choices = _choices(field, [], sources)
            found.append({"name": f"{CHOICE}-{field}", "control": CHOICE, "choices": choices})
            if kind is FieldKind.CHOICE:
                found.append({"name": f"{SEVERAL}-{field}", "control": SEVERAL, "choices": choices})
    return found


def _choices(field: str, values: list[str], sources: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Key, label and whether it is chosen. Chosen values that are not in the list come first."""
    known = choices_of(field, sources)
    strange = [(value, value, True) for value in values if value and value not in known]
    return strange + [(key, str(label), key in values) for key, label in known.items()]


def _key(field: str, text: str, sources: Mapping[str, str]) -> str:
    """The stored key behind a label such as "Hot inbound" or "Demo request"."""
    labels = choices_of(field, sources)
    if text in labels:
        return text
    return next((key for key, label in labels.items() if str(label).casefold() == text.casefold()), text)


def _parts(control: str, value: str) -> list[str]:
    return value.split(",") if control == SEVERAL else [value]


def _numbers(text: str) -> list[str]:
    """'50, 80', '50 - 80' or '50 and 80' as two texts."""
    for separator in SEPARATORS:
        text = text.replace(separator, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_number(text: str) -> bool:
    try:
        float(text or 0)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError:
        return False
    return True
