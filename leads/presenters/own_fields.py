"""Own fields in words: their values on cards and in lists, their names in messages (A9)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from config.web.figures import number
from leads.decisions.own_fields.names import OwnKind
from leads.decisions.own_fields.reading import Value
from leads.models import Lead, OwnField
from leads.presenters.imports import field_name
from leads.queries.own_fields import OwnFields

MAX_SHOWN = 300


def value_text(kind: str, value: Value | None) -> str:
    """As people read it; "" for nothing."""
    if value is None:
        return ""
    if kind == OwnKind.YES_NO:
        return _("Yes") if value else _("No")
    if kind == OwnKind.NUMBER and isinstance(value, int | float):
        return number(value)
    if kind == OwnKind.DATE:
        return formats.date_format(date.fromisoformat(str(value)), "j M Y")
    return str(value)


def file_value(value: Value | None) -> object:
    """As a file has it: plain numbers and ISO days."""
    return "" if value is None else _("yes") if value is True else _("no") if value is False else value


def own_rows(lead: Lead, fields: Iterable[OwnField]) -> list[tuple[str, str]]:
    """Name and value of those that have a value, in the order of sales ops."""
    found = [(field.name, value_text(field.kind, lead.own.get(field.value_name))) for field in fields]
    return [(name, text[:MAX_SHOWN]) for name, text in found if text]


def field_names(names: Sequence[str]) -> list[str]:
    """The names of fields of a lead, own ones too."""
    own = OwnFields()
    return [own.name_of(name) or field_name(name) for name in names]


def own_values_text(values: Mapping[str, Value | None]) -> list[str]:
    """'Lead Quality: High', of values by value name."""
    names = field_names(list(values))
    return [
        f"{label}: {value_text(name.partition(':')[0], value)}"
        for label, (name, value) in zip(names, values.items(), strict=True)
        if value is not None
    ]
