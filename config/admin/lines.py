"""The lines of a page of settings: as they were shown, as they are now, and as somebody typed them (C8)."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from django.forms import BaseFormSet, BaseModelForm
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict

from config.admin.signs import as_python, columns_of, line

MOST_LINES = 1000
Sent = dict[str, list[str]]


class Lines:
    """`formset` has the rows of now and is not bound; `shown` has the values of then by the key of the row."""

    def __init__(self, formset: BaseFormSet, shown: Mapping[str, Mapping[str, object]], data: QueryDict) -> None:
        self.formset, self.shown, self.data = formset, shown, data
        self.now = {str(form.instance.pk): form for form in formset.initial_forms}
        posted = list(self._posted())
        self.typed = {pk: prefix for pk, prefix in posted if pk}
        self.fresh = [prefix for pk, prefix in posted if not pk and not self._is_blank(prefix)]

    @cached_property
    def moved(self) -> dict[str, list[str]]:
        """What somebody else changed on rows that were shown and are still there: names of fields by key."""
        found = {}
        for pk in self.shown.keys() & self.now.keys():
            was, values = self.shown[pk], line(self.now[pk])
            names = [name for name in values if name in was and was[name] != values[name]]
            if names:
                found[pk] = names
        return found

    @property
    def are_others(self) -> bool:
        """Whether rows changed, came or went since they were shown."""
        return bool(self.moved) or self.shown.keys() != self.now.keys()

    def touched(self, pk: str) -> list[str]:
        """The fields of this line that the person typed anew."""
        if pk not in self.typed or pk not in self.shown:
            return []
        form, was = self.now.get(pk) or self.formset.empty_form, self.shown[pk]
        names = [name for name in columns_of(form) if name in was]
        found = [
            name for name in names if self._differs(form, name, as_python(self.formset.model, name, was[name]), pk)
        ]
        return found + ([DELETION_FIELD_NAME] if self._is_deleted(pk) else [])

    def would_change(self, pk: str, names: list[str] | None = None) -> bool:
        """Whether what is typed on this line (in these fields) is not what is there now."""
        form = self.now[pk]
        wanted = columns_of(form) if names is None else [name for name in names if name in form.fields]
        before = {name: form.get_initial_for_field(form.fields[name], name) for name in wanted}
        return self._is_deleted(pk) or any(self._differs(form, name, was, pk) for name, was in before.items())

    def would_change_anything(self) -> bool:
        if self.fresh or self.typed.keys() - self.now.keys():
            return True
        return any(self.would_change(pk) for pk in self.typed)

    def again(self) -> Sent:
        """What the browser would send if it had shown the lines of now: with what was typed on them, without the rows
        that are gone, with those that came, and new lines behind them."""
        prefix, sent = self.formset.prefix, {}
        for number, (pk, form) in enumerate(self.now.items()):
            base, touched = f"{prefix}-{number}", self.touched(pk)
            sent[f"{base}-{self._key}"] = [pk]
            for name in columns_of(form):
                sent |= self._sent(base, name, self.typed[pk]) if name in touched else _as_sent(form, base, name)
            if DELETION_FIELD_NAME in touched:
                sent[f"{base}-{DELETION_FIELD_NAME}"] = ["on"]
        for number, old in enumerate(self.fresh, start=len(self.now)):
            for name in columns_of(self.formset.empty_form):
                sent |= self._sent(f"{prefix}-{number}", name, old)
        counts = {TOTAL_FORM_COUNT: len(self.now) + len(self.fresh), INITIAL_FORM_COUNT: len(self.now)}
        return sent | {f"{prefix}-{name}": [str(count)] for name, count in counts.items()}

    @property
    def _key(self) -> str:
        return self.formset.model._meta.pk.name

    def _posted(self) -> Iterator[tuple[str, str]]:
        """The key of each line that came, and its prefix; a new line has no key."""
        prefix = self.formset.prefix
        total = self.data.get(f"{prefix}-{TOTAL_FORM_COUNT}", "")
        for number in range(min(int(total), MOST_LINES) if total.isascii() and total.isdigit() else 0):
            yield self.data.get(f"{prefix}-{number}-{self._key}", ""), f"{prefix}-{number}"

    def _is_blank(self, prefix: str) -> bool:
        form = self.formset.empty_form
        return all(self._typed(form, name, prefix) in (None, "", False) for name in columns_of(form))

    def _is_deleted(self, pk: str) -> bool:
        return bool(self.data.get(f"{self.typed[pk]}-{DELETION_FIELD_NAME}"))

    def _differs(self, form: BaseModelForm, name: str, before: object, pk: str) -> bool:
        return form.fields[name].has_changed(before, self._typed(form, name, self.typed[pk]))

    def _typed(self, form: BaseModelForm, name: str, prefix: str) -> object:
        return form.fields[name].widget.value_from_datadict(self.data, {}, f"{prefix}-{name}")

    def _sent(self, base: str, name: str, old: str) -> Sent:
        mine = f"{old}-{name}"
        keys = [key for key in self.data if key == mine or key.startswith((f"{mine}_", f"{mine}-"))]
        return {f"{base}-{name}{key.removeprefix(mine)}": self.data.getlist(key) for key in keys}


def _as_sent(form: BaseModelForm, base: str, name: str) -> Sent:
    """A value of now as a browser sends it; a box that is not ticked sends nothing."""
    value = form[name].value()
    return {} if value is None or value is False else {f"{base}-{name}": ["on" if value is True else str(value)]}
