"""The form of an own field: its lines of choices and columns, and what rules that use it allow (A9)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from leads.decisions.facts.date_orders import ORDERS
from leads.decisions.facts.text import folded, one_line
from leads.decisions.own_fields.guessing import MAX_CHOICES
from leads.decisions.own_fields.names import free_key
from leads.decisions.own_fields.reading import COMMA, MAX_CHOICE_LENGTH, POINT
from leads.models import OwnField
from leads.models.own_field import MAX_OWN_FIELDS
from leads.queries.own_fields import rules_using

MAX_TITLES = 30
MAX_NAMED = 5
STYLES: dict[str, tuple[str, ...]] = {
    OwnField.Kind.NUMBER: ("", POINT, COMMA),
    OwnField.Kind.DATE: ("", *ORDERS),
}


class LinesField(forms.CharField):
    """One text per line, kept as a list without repetitions."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}), **kwargs)

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        lines = {folded(line) or line: line for text in super().clean(value).splitlines() if (line := one_line(text))}
        if len(lines) > self.most:
            raise ValidationError(_("At most %(n)s lines.") % {"n": self.most}, code="too_many")
        if any(len(line) > MAX_CHOICE_LENGTH for line in lines.values()):
            raise ValidationError(_("At most %(n)s characters in a line.") % {"n": MAX_CHOICE_LENGTH}, code="too_long")
        return list(lines.values())

    def has_changed(self, initial: object, data: str | None) -> bool:
        return list(initial if isinstance(initial, list) else ()) != [
            one_line(line) for line in (data or "").splitlines() if one_line(line)
        ]


class OwnFieldForm(forms.ModelForm):
    choices = LinesField(
        label=lazy("Choices"), most=4 * MAX_CHOICES, help_text=lazy("One per line. Other values that arrive are kept.")
    )
    titles = LinesField(
        label=lazy("Columns that feed it"),
        most=MAX_TITLES,
        help_text=lazy("Titles in files, names in programs; one per line. Upper and lower case do not matter."),
    )

    class Meta:
        model = OwnField
        fields = ("name", "key", "kind", "choices", "style", "titles", "is_shown", "is_open", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        others = OwnField.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if not name or others.exists():
            raise ValidationError(_("Another field has this name already.") if name else _("Write a name."))
        return name

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        kind = str(typed.get("kind", ""))
        taken = set(OwnField.objects.exclude(pk=self.instance.pk).values_list("key", flat=True))
        if "key" in self.fields and not typed.get("key") and typed.get("name"):
            typed["key"] = free_key(typed["name"], taken)
        if not self.instance.pk and len(taken) >= MAX_OWN_FIELDS:
            raise ValidationError(_("There are %(n)s own fields already. Delete one first.") % {"n": MAX_OWN_FIELDS})
        if kind == OwnField.Kind.CHOICE and "choices" in typed and not typed["choices"]:
            self.add_error("choices", _("Write at least one choice."))
        if typed.get("style") not in STYLES.get(kind, ("",)):
            self.add_error("style", _("This does not belong to this kind. Choose “As each value shows”."))
        if self.instance.pk:
            self._ask_rules(typed)
        return typed

    def _ask_rules(self, typed: dict[str, Any]) -> None:
        """A rule that uses the field would find no lead any more."""
        for name, is_lost in (("kind", "kind" in self.changed_data), ("is_active", typed.get("is_active") is False)):
            if is_lost and name in self.fields and (reason := used_text(self.stored)):
                self.add_error(name, reason)

    @property
    def stored(self) -> OwnField:
        return OwnField.objects.get(pk=self.instance.pk)


def used_text(field: OwnField) -> str:
    """Which rules use a field, and what to do; "" if none does."""
    rules = rules_using(field)
    if not rules:
        return ""
    named = [f"{row._meta.verbose_name} “{row}”" for row in rules[:MAX_NAMED]]
    more = [_("%(n)s more") % {"n": len(rules) - MAX_NAMED}] if len(rules) > MAX_NAMED else []
    return _("Rules use this field: %(rules)s. Change them first.") % {"rules": ", ".join(named + more)}
