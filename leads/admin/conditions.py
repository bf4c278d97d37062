"""The condition builder: one row for each condition, checked on the server, with its message at the row (A5)."""

import re
from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from config.admin_history import say_json
from leads.decisions.conditions import FIELDS, OPERATORS, ConditionRefused, FieldKind, as_json, never_matches, parse
from leads.models import Source
from leads.wording import CHOICES, FIELD_LABELS, OPERATOR_LABELS, refusal, sentence, value_words

BLANK_ROWS = 3  # without scripts; with them a button adds rows
MOST_ROWS = 40
SEVERAL = {"in", "not_in"}
NUMBERS = re.compile(r"\s*(?:[,;]|\band\b|\bdan\b|\s-\s|\.\.)\s*")


def source_names() -> dict[str, str]:
    return dict(Source.objects.order_by("name", "pk").values_list("slug", "name"))


def reading(raw: object, sources: Mapping[str, str] | None = None) -> str:
    """Stored conditions as a sentence; what cannot be read says so and breaks no list."""
    try:
        return sentence(parse(raw), sources if sources is not None else source_names())
    except ConditionRefused as problem:
        return _("Cannot be read: %(why)s") % {"why": refusal(problem)}


say_json("conditions", reading)


class ConditionsWidget(forms.Widget):
    """Rows of field, comparison and value. `problems` has the message of each refused row."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs)
        self.problems: dict[int, str] = {}

    class Media:
        js = ["js/admin_conditions.js"]

    def value_from_datadict(self, data, files, name: str) -> list[dict[str, str]]:
        rows = []
        for number in range(MOST_ROWS):
            row = {part: data.get(f"{name}-{number}-{part}", "").strip() for part in ("field", "operator", "value")}
            if row["field"] or row["value"]:
                rows.append(row)
        return rows

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-0-field" if id_ else ""

    def render(self, name: str, value: object, attrs: dict | None = None, renderer=None) -> SafeString:
        sources = source_names()
        rows = [_as_row(row, sources) for row in value or [] if isinstance(row, dict)]
        rows += [{"field": "", "operator": "", "value": ""}] * (BLANK_ROWS if len(rows) < MOST_ROWS else 0)
        for number, row in enumerate(rows):
            rows[number] = {**row, "number": number, "problem": self.problems.get(number, "")}
        context = {
            "name": name,
            "id": (attrs or {}).get("id", name),
            "rows": rows,
            "fields": [(key, capfirst(str(FIELD_LABELS[key])), kind.value) for key, kind in FIELDS.items()],
            "operators": [(key, label, _kinds(key)) for key, label in OPERATOR_LABELS.items()],
            "lists": _lists(sources),
            "input_classes": " ".join(INPUT_CLASSES),
            "select_classes": " ".join(SELECT_CLASSES),
        }
        return render_to_string("admin/conditions.html", context)


class ConditionsField(forms.Field):
    """Reads the rows with the one parser of the language; gives the JSON list that is stored."""

    widget = ConditionsWidget

    def clean(self, value: list[dict[str, str]]) -> list[dict[str, object]]:
        sources = source_names()
        raw = [_as_condition(row, sources) for row in value or []]
        problems: dict[int, str] = {}
        for number, condition in enumerate(raw):
            try:
                parse([condition])
            except ConditionRefused as problem:
                problems[number] = refusal(problem)
        self.widget.problems = problems
        if problems:
            raise ValidationError(_("Correct the marked conditions."), code="conditions")
        try:
            return as_json(parse(raw))
        except ConditionRefused as problem:
            raise ValidationError(refusal(problem), code="conditions") from None

    def has_changed(self, initial: object, value: list[dict[str, str]]) -> bool:
        sources = source_names()
        try:
            return parse(initial) != parse([_as_condition(row, sources) for row in value or []])
        except ConditionRefused:
            return True


class ConditionsAdmin:
    """For admins of rows with conditions: the builder, the sentence in lists, and a warning when nothing can match."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs):
        if db_field.name == "conditions":
            return ConditionsField(
                label=capfirst(db_field.verbose_name),
                required=False,
                help_text=_("All must hold. Without conditions the rule holds for every lead."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changelist_instance(self, request: HttpRequest):
        """The names of all sources are read once for the whole list."""
        changelist = super().get_changelist_instance(request)
        names = source_names()
        for row in changelist.result_list:
            row.source_names = names
        return changelist

    @display(description=lazy("holds for"))
    def reads_as(self, obj: models.Model) -> str:
        return reading(obj.conditions, getattr(obj, "source_names", None))

    def warn_about_conditions(self, request: HttpRequest, obj: models.Model) -> None:
        """What is allowed, but surely not meant (F11c)."""
        conditions = parse(obj.conditions)
        if never_matches(conditions):
            text = _('"%(name)s" can never match: its conditions exclude each other.') % {"name": obj}
            self.message_user(request, text, messages.WARNING)
        known = source_names()
        for condition in conditions:
            values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            unknown = [str(value) for value in values if value not in known] if condition.field == "source" else []
            if unknown and condition.value is not None:
                text = _('"%(name)s" names a source that does not exist yet: %(sources)s.')
                self.message_user(request, text % {"name": obj, "sources": ", ".join(unknown)}, messages.WARNING)


def _as_condition(row: Mapping[str, str], sources: Mapping[str, str]) -> dict[str, object]:
    """What a row says, in the form that the parser reads: several values are a list, labels become keys."""
    field, operator, text = row["field"], row["operator"], row["value"]
    kind = FIELDS.get(field)
    if operator == "between":
        return {"field": field, "operator": operator, "value": [part for part in NUMBERS.split(text) if part]}
    if kind is FieldKind.NUMBER or kind is None:
        return {"field": field, "operator": operator, "value": text}
    if operator in SEVERAL:
        values = [part.strip() for part in text.split(",") if part.strip()]
        return {"field": field, "operator": operator, "value": [_key(field, part, sources) for part in values]}
    return {"field": field, "operator": operator, "value": _key(field, text, sources)}


def _key(field: str, text: str, sources: Mapping[str, str]) -> str:
    """The stored key behind a label such as "Hot inbound" or "Demo request"."""
    labels = sources if field == "source" else CHOICES.get(field, {})
    return next((key for key, label in labels.items() if str(label).casefold() == text.casefold()), text)


def _as_row(row: Mapping[str, object], sources: Mapping[str, str]) -> dict[str, str]:
    """A stored condition, or a row as it was typed, for the form."""
    field, value = str(row.get("field", "")), row.get("value")
    values = value if isinstance(value, list | tuple) else [] if value is None else [value]
    text = ", ".join(value_words(field, part, sources) for part in values)
    return {"field": field, "operator": str(row.get("operator", "")), "value": text}


def _kinds(operator: str) -> str:
    return " ".join(kind.value for kind, operators in OPERATORS.items() if operator in operators)


def _lists(sources: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """What the value may be, for fields that have a list."""
    lists = [("source", list(sources.values()))]
    return lists + [(field, [str(label) for label in labels.values()]) for field, labels in CHOICES.items()]
