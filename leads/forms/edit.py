"""Correct a lead where it is: for its holder, managers and sales ops (M8). Values are normalised as by intake (A2)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.people import display_name
from config.web.times import when
from leads.forms.leads import LeadForm
from leads.forms.own_values import control_of, read_typed_values, typed_text
from leads.models import Lead
from leads.presenters.imports import field_name
from leads.queries.corrections import last_changes
from leads.queries.own_fields import own_fields

EDITABLE = (
    "first_name",
    "last_name",
    "title",
    "phone",
    "email",
    "company_name",
    "company_domain",
    "company_size",
    "industry",
    "city",
    "country",
)
WAS = "was_"  # before the name of a field: what it held when the form was drawn


class EditForm(LeadForm):
    """What somebody else has changed since the form was drawn stays, unless both changed the same field: then both
    values are shown, and saving once more decides."""

    email = forms.CharField(label=lazy("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    phone = forms.CharField(label=lazy("Phone"), required=False, max_length=60)
    country = forms.CharField(label=lazy("Country"), required=False, max_length=80)

    class Meta:
        model = Lead
        fields = EDITABLE

    def __init__(self, data: QueryDict | None, *, instance: Lead, by: User) -> None:
        self.by = by
        self.own = [each for each in own_fields() if each.is_shown]
        own = {each.value_name: instance.own.get(each.value_name) for each in self.own}
        self.now = {name: _shown(getattr(instance, name)) for name in EDITABLE}
        self.now |= {name: typed_text(value) for name, value in own.items()}
        self.read = {name: getattr(instance, name) for name in EDITABLE} | own
        self.outdated: list[str] = []
        super().__init__(self._with_news(data) if data is not None else None, instance=instance)
        for name in EDITABLE:
            self.fields[name].label = field_name(name)
        for each in self.own:
            self.fields[each.value_name] = control_of(each, own[each.value_name])
            self.initial[each.value_name] = self.now[each.value_name]
        for field in self.fields.values():
            style = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": style, "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        typed |= read_typed_values(self, self.own, typed)
        last = last_changes(self.instance, self.outdated) if self.outdated else {}
        for name in self.outdated:
            self.add_error(name, self._outdated_text(name, last))
        known = {name: typed.get(name, self.read[name]) for name in EDITABLE} | {
            "external_id": self.instance.external_id
        }
        if not self.errors and not _is_usable(known):
            raise ValidationError(_("Leave an e-mail, a phone or an external id, or a name and a company."))
        return typed

    def taken_text(self, other: Lead | None) -> str:
        """Names the other lead only to those who may see it (C9)."""
        if other is None or self.by.has_perm("leads.view_lead", other):
            return super().taken_text(other)
        return _("Another lead has this already. It may be the same person: ask sales ops to merge the two.")

    @property
    def drawn(self) -> list[tuple[str, str]]:
        """Hidden fields: what each field holds now."""
        return [(f"{WAS}{name}", value) for name, value in self.now.items()]

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def _with_news(self, sent: QueryDict) -> QueryDict:
        """A field that this person left alone shows what it holds now."""
        data = sent.copy()
        for name, now in self.now.items():
            was = sent.get(f"{WAS}{name}")
            typed = sent.get(name, now).strip()
            if was is None or was == now:
                data[name] = typed
            elif typed == was:
                data[name] = now
            elif typed != now:
                self.outdated.append(name)
        return data

    def _outdated_text(self, name: str, last: Mapping[str, Any]) -> str:
        words = {"now": self.now[name] or _("empty")}
        if (act := last.get(name)) is None or act.by is None:
            return _("This was changed to “%(now)s” since you opened the form. Save again to use yours.") % words
        words |= {"name": display_name(act.by), "time": when(act.at)}
        return _("%(name)s changed this to “%(now)s” (%(time)s). Save again to use yours.") % words


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _is_usable(known: Mapping[str, Any]) -> bool:
    """As intake asks for (leads.decisions.facts.normalisation.is_usable)."""
    if known["external_id"] or known["email"] or known["phone"]:
        return True
    is_named = bool(known["first_name"] or known["last_name"])
    return is_named and bool(known["company_name"] or known["company_domain"])
