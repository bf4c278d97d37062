"""The condition builder: one row for each condition, checked on the server, with error messages at the rows (A5)."""

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import path, reverse_lazy
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from leads.admin import condition_rows
from leads.admin.condition_rows import TypedRow
from leads.decisions.conditions.parsing import ConditionRefused, as_json, comparable_form, never_matches, parse
from leads.presenters.conditions import (
    condition_refusal_text,
    conditions_sentence,
    label_of,
    stored_conditions_sentence,
)
from leads.queries.leads import source_names

BLANK_ROWS = 3  # without scripts; with scripts a button adds rows
MAX_ROWS = 40
MAX_VALUES = 300
PREFIX = "conditions"


def typed_rows(data, name: str = PREFIX) -> list[TypedRow]:
    """The rows that a form sends, without blank ones."""
    rows = []
    for number in range(MAX_ROWS):
        field, operator = (data.get(f"{name}-{number}-{part}", "").strip() for part in ("field", "operator"))
        many = f"{name}-{number}-value"
        values = data.getlist(many) if hasattr(data, "getlist") else [data.get(many, "")]
        row = TypedRow(field, operator, tuple(value.strip() for value in values[:MAX_VALUES]))
        if not row.is_blank:
            rows.append(row)
    return rows


class ConditionsWidget(forms.Widget):
    """Rows of field, comparison and value. `problems` has the messages by row; `says` is the address that returns
    what was typed as a sentence."""

    def __init__(self, attrs: dict | None = None, *, says: str = "") -> None:
        super().__init__(attrs)
        self.problems: dict[int, str] = {}
        self.says = says

    class Media:
        js = ["js/admin_conditions.js"]

    def value_from_datadict(self, data, files, name: str) -> list[TypedRow]:
        return typed_rows(data, name)

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-0-field" if id_ else ""

    def render(self, name: str, value: object, attrs: dict | None = None, renderer=None) -> SafeString:
        sources = source_names()
        rows = [_as_typed(row) for row in value or [] if isinstance(row, TypedRow | dict)]
        sentence = rows_sentence(rows, sources) if rows else ""
        rows += [TypedRow()] * (BLANK_ROWS if len(rows) < MAX_ROWS else 0)
        context = {
            "name": name,
            "id": (attrs or {}).get("id", name),
            "rows": [
                condition_rows.row_context(row, place, self.problems.get(place, ""), sources)
                for place, row in enumerate(rows)
            ],
            "fields": condition_rows.field_options(sources, [row.field for row in rows]),
            "operators": condition_rows.operator_options(),
            "blanks": condition_rows.blank_controls(sources),
            "says": self.says,
            "sentence": sentence or conditions_sentence([]),
            "input_classes": " ".join(INPUT_CLASSES),
            "select_classes": " ".join(SELECT_CLASSES),
        }
        return render_to_string("admin/conditions.html", context)


def _as_typed(row: TypedRow | dict) -> TypedRow:
    return row if isinstance(row, TypedRow) else condition_rows.as_typed(row)


def rows_sentence(rows: list[TypedRow], sources: Mapping[str, str]) -> str:
    """The readable rows as one sentence; dots stand for the others."""
    raw = [condition_rows.as_condition(row, sources) for row in rows]
    problems = condition_rows.row_problems(raw, sources)
    readable = [row for place, row in enumerate(raw) if place not in problems]
    if problems and not readable:
        return "…"
    return stored_conditions_sentence(readable, sources) + (" …" if problems else "")


class ConditionsField(forms.Field):
    """Parses the rows of the builder into the JSON list that is stored."""

    widget = ConditionsWidget

    def clean(self, value: list[TypedRow]) -> list[dict[str, object]]:
        sources = source_names()
        raw = [condition_rows.as_condition(row, sources) for row in value or []]
        problems = condition_rows.row_problems(raw, sources)
        self.widget.problems = {place: condition_refusal_text(problem) for place, problem in problems.items()}
        if problems:
            raise ValidationError(_("Correct the marked conditions."), code="conditions")
        try:
            return as_json(parse(raw))
        except ConditionRefused as problem:
            raise ValidationError(condition_refusal_text(problem), code="conditions") from None

    def has_changed(self, initial: object, value: list[TypedRow]) -> bool:
        sources = source_names()
        try:
            now = parse([condition_rows.as_condition(row, sources) for row in value or []])
            return [comparable_form(each) for each in parse(initial)] != [comparable_form(each) for each in now]
        except ConditionRefused:
            return True


class ConditionsAdmin:
    """A mixin for admins of models with conditions: the builder, the sentence in lists, warnings about impossible
    rules."""

    def get_urls(self) -> list:
        says = path("sentence/", self.admin_site.admin_view(require_POST(self.say)), name=self._says)
        return [says, *super().get_urls()]

    @property
    def _says(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_sentence"

    def say(self, request: HttpRequest) -> JsonResponse:
        """Return what is typed in the builder as a sentence, in the same words as lists (K6)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = typed_rows(request.POST)
        return JsonResponse({"sentence": rows_sentence(rows, source_names()) if rows else conditions_sentence([])})

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs):
        if db_field.name == "conditions":
            return ConditionsField(
                label=capfirst(db_field.verbose_name),
                required=False,
                widget=ConditionsWidget(says=reverse_lazy(f"admin:{self._says}")),
                help_text=_("All must hold. Without conditions the rule holds for every lead."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changelist_instance(self, request: HttpRequest):
        """Read the names of all sources once for the whole list."""
        changelist = super().get_changelist_instance(request)
        names = source_names()
        for row in changelist.result_list:
            row.source_names = names
        return changelist

    @display(description=lazy("holds for"))
    def reads_as(self, obj: models.Model) -> str:
        return stored_conditions_sentence(obj.conditions, getattr(obj, "source_names", None))

    def warn_about_conditions(self, request: HttpRequest, obj: models.Model) -> None:
        """Warn of conditions that are allowed but certainly not intended (F11c)."""
        known = source_names()
        conditions = parse(obj.conditions, known.own)
        gone = next((label_of(each.field, known) for each in conditions if each.is_gone), "")
        text = ""
        if gone:
            text = _('"%(name)s" can never match: %(field)s.') % {"name": obj, "field": gone}
        elif never_matches(conditions):
            text = _('"%(name)s" can never match: its conditions exclude each other.') % {"name": obj}
        if text:
            self.message_user(request, text, messages.WARNING)
        for condition in conditions:
            values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            unknown = [str(value) for value in values if value not in known] if condition.field == "source" else []
            if unknown and condition.value is not None:
                text = _('"%(name)s" names a source that does not exist yet: %(sources)s.')
                self.message_user(request, text % {"name": obj, "sources": ", ".join(unknown)}, messages.WARNING)
