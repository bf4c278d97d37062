"""Own fields in the form that corrects a lead: a control for each kind, and what was typed as a value (A9)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from config.company import company_zone
from leads.decisions.facts.text import as_text
from leads.decisions.own_fields.names import OwnKind
from leads.decisions.own_fields.reading import (
    MAX_CHOICE_LENGTH,
    MAX_TEXT_LENGTH,
    FieldReading,
    Value,
    read_value,
)
from leads.models import OwnField

YES, NO = "yes", "no"


def typed_text(value: Value | None) -> str:
    """A value as its control holds it."""
    return YES if value is True else NO if value is False else "" if value is None else as_text(value)


def control_of(field: OwnField, value: Value | None) -> forms.Field:
    """A value that is no choice (any more) can stay."""
    plain: dict[str, Any] = {"label": field.name, "required": False}
    if field.kind == OwnKind.YES_NO:
        return forms.ChoiceField(choices=[("", "–"), (YES, _("Yes")), (NO, _("No"))], **plain)
    if field.kind == OwnKind.CHOICE:
        known = [str(value)] if value is not None and value not in field.choices else []
        return forms.ChoiceField(choices=[("", "–"), *((each, each) for each in [*known, *field.choices])], **plain)
    if field.kind == OwnKind.DATE:
        return forms.CharField(max_length=40, widget=forms.DateInput(attrs={"type": "date"}), **plain)
    if field.kind == OwnKind.NUMBER:
        return forms.CharField(max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **plain)
    return forms.CharField(max_length=MAX_TEXT_LENGTH, **plain)


def read_typed_values(
    form: forms.BaseForm, fields: Iterable[OwnField], typed: Mapping[str, object]
) -> dict[str, object]:
    """What was typed, by value name. What cannot be read becomes an error at its field."""
    found: dict[str, object] = {}
    for field in fields:
        name = field.value_name
        if name not in typed:
            continue
        text = str(typed[name] or "").strip()
        plain = FieldReading(field.key, field.kind, choices=tuple(field.choices))
        found[name] = read_value(plain, text, company_zone()) if text else None
        if text and found[name] is None:
            form.add_error(name, unreadable_text(field.kind))
    return found


def unreadable_text(kind: str) -> str:
    return {
        OwnKind.NUMBER: _("Write a number, such as 80."),
        OwnKind.DATE: _("Write a day like 2026-11-16."),
    }.get(OwnKind(kind), _("Write a value of at most %(n)s characters, or leave it empty.") % {"n": MAX_CHOICE_LENGTH})
