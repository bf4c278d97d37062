"""The sign that a page of settings carries: the values it showed, sealed, to be compared when they come back (C8)."""

import json
from collections.abc import Iterable, Mapping

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.forms import BaseForm, BaseFormSet, BaseModelForm
from django.forms.formsets import DELETION_FIELD_NAME

SHOWN = "as_shown"  # the hidden input
_SALT = "config.admin.signs"


def sign(shown: Mapping[str, object]) -> str:
    return signing.dumps(shown, salt=_SALT, compress=True)


def read_sign(text: str) -> dict:
    """What a page showed; empty when this is no sign of ours."""
    try:
        return signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return {}


def shown_by(form: BaseForm | None, formsets: Iterable[BaseFormSet]) -> dict[str, dict]:
    """What a page shows: of its form the value of each field, of each list of lines the same by the key of the row."""
    lines = {
        formset.prefix: {str(each.instance.pk): line(each) for each in formset.initial_forms} for formset in formsets
    }
    return {"fields": values_of(form, form.fields) if form is not None else {}, "lines": lines}


def line(form: BaseModelForm) -> dict[str, object]:
    return values_of(form, columns_of(form))


def values_of(form: BaseForm, names: Iterable[str]) -> dict[str, object]:
    """The values that these fields had before anybody typed, as JSON knows them."""
    found = {name: _plain(form.get_initial_for_field(form.fields[name], name)) for name in names}
    return json.loads(json.dumps(found, cls=DjangoJSONEncoder))


def columns_of(form: BaseModelForm) -> list[str]:
    """The fields of a line that people see: not its key, not its mark for deletion."""
    own = {form._meta.model._meta.pk.name, DELETION_FIELD_NAME}
    return [name for name, field in form.fields.items() if name not in own and not field.widget.is_hidden]


def column(model: type[models.Model], name: str) -> models.Field | None:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def as_python(model: type[models.Model], name: str, value: object) -> object:
    """A value of a sign as the model knows it: a moment is a moment again."""
    field = column(model, name)
    return value if field is None or isinstance(value, list | dict) else field.to_python(value)


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple | set):
        each = [_plain(one) for one in value]
        return sorted(each) if any(isinstance(one, models.Model) for one in value) else each
    return value
