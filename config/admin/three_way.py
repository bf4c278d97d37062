"""Compares what a page showed, what its rows hold now and what was typed, field by field (C8)."""

import json

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.forms import BaseFormSet, BaseModelForm
from django.http import QueryDict

MAX_ROWS = 1000
Values = dict[str, object]
Version = dict[str, Values]  # the values that a page shows, by the key of the row


def key_of(model: type[models.Model], pk: object) -> str:
    return f"{model._meta.label_lower}/{pk}"


def values_of(form: BaseModelForm) -> Values:
    """The stored value of each field that people see, in JSON's types."""
    fields = {name: field for name, field in form.fields.items() if not field.widget.is_hidden}
    found = {name: _plain(form.get_initial_for_field(field, name)) for name, field in fields.items()}
    return json.loads(json.dumps(found, cls=DjangoJSONEncoder))


def _plain(value: object) -> object:
    """Rows as their keys. A list of rows is the same list in any order, which a database may change."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list) and any(isinstance(each, models.Model) for each in value):
        return sorted(each.pk for each in value)
    return value


class Row:
    """One unbound form of a page: it has the current values; `prefix` is the one of its fields in the POST.

    `changed`: fields that somebody else changed since the page was opened. `typed`: what this person typed.
    `is_unsaved`: a save of all that was sent would change the row.
    """

    def __init__(self, form: BaseModelForm, shown: Values, data: QueryDict, prefix: str | None) -> None:
        self.form, self.shown, self.prefix, self.now = form, shown, prefix, values_of(form)
        self.changed = [name for name, value in self.now.items() if shown.get(name, value) != value]
        sent = {} if prefix is None else {name: self._sent(name, data) for name in self.now}
        self.typed = {name: value for name, value in sent.items() if self._differs(name, value, self._before(name))}
        self.is_unsaved = any(self._differs(name, value, self._initial(name)) for name, value in sent.items())

    def show_typed(self) -> None:
        for name, value in self.typed.items():
            self.form.initial[name] = self.form.fields[name].bound_data(value, self._initial(name))

    def refuse(self, text: str) -> None:
        self.form.errors[NON_FIELD_ERRORS] = self.form.error_class([text], error_class="nonfield")

    def put_values_of_now(self, data: QueryDict) -> None:
        """Into the POST of a list, where others changed what this person did not type on."""
        for name in set(self.changed) - self.typed.keys():
            value = self.form[name].value()
            data.setlist(f"{self.prefix}-{name}", [] if value in (None, False) else [str(value)])

    def _sent(self, name: str, data: QueryDict) -> object:
        key = f"{self.prefix}-{name}" if self.prefix else name
        return self.form.fields[name].widget.value_from_datadict(data, {}, key)

    def _initial(self, name: str) -> object:
        return self.form.get_initial_for_field(self.form.fields[name], name)

    def _before(self, name: str) -> object:
        """The value that the page showed, as Python knows it."""
        if name not in self.changed:
            return self._initial(name)
        value, column = self.shown[name], column_of(type(self.form.instance), name)
        return value if column is None or isinstance(value, list | dict) else column.to_python(value)

    def _differs(self, name: str, value: object, before: object) -> bool:
        return self.form.fields[name].has_changed(before, value)


class Rows:
    """The rows of an unbound formset: the current ones by their keys, `new` ones, and the keys of those `gone`."""

    def __init__(self, formset: BaseFormSet, version: Version, data: QueryDict) -> None:
        prefix, model = formset.prefix, formset.model
        total = data.get(f"{prefix}-TOTAL_FORMS", "")
        sent = [f"{prefix}-{n}" for n in range(min(int(total), MAX_ROWS) if total.isascii() and total.isdigit() else 0)]
        prefixes = {key_of(model, pk): each for each in sent if (pk := data.get(f"{each}-{model._meta.pk.name}"))}
        new = [each for each in sent if each not in prefixes.values()]
        formset.extra = len(new)
        for name in ("forms", "management_form"):
            formset.__dict__.pop(name, None)  # built without the new rows
        self.formset, self.model = formset, model
        self.shown = {key: values for key, values in version.items() if key.startswith(key_of(model, ""))}
        now = {key_of(model, form.instance.pk): form for form in formset.initial_forms}
        self.rows = {key: Row(form, self.shown.get(key, {}), data, prefixes.get(key)) for key, form in now.items()}
        self.new = [Row(form, {}, data, each) for form, each in zip(formset.extra_forms, new, strict=False)]
        self.gone = [key for key in prefixes if key not in now]
        self.are_changed = now.keys() != self.shown.keys() or any(row.changed for row in self.rows.values())
        self.are_unsaved = bool(self.gone) or any(row.is_unsaved for row in [*self.rows.values(), *self.new])

    def show_typed(self) -> None:
        for row in [*self.rows.values(), *self.new]:
            row.show_typed()


def column_of(model: type[models.Model], name: str) -> models.Field | None:
    return next((field for field in model._meta.get_fields() if field.name == name), None)
