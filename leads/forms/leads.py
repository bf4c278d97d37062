"""Forms for one lead: adding one by hand (A1d), and corrections. Both normalise values like all channels (A2)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from leads.decisions.facts.normalisation import is_usable
from leads.decisions.identity.matching import IDENTIFYING
from leads.forms.typed_values import read_typed
from leads.models import Lead, LeadType, Source
from leads.queries.identities import identity_of_another

TYPED_FIELDS = (
    "external_id",
    "first_name",
    "last_name",
    "title",
    "email",
    "phone",
    "company_name",
    "company_domain",
    "industry",
    "country",
    "city",
    "message",
    "company_size",
    "deal_size",
    "engagement",
    "score",
)


def _text(label, **more) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=UnfoldAdminTextInputWidget, **more)


def _figure(label, **more) -> forms.CharField:
    """Read like a cell of a file: "51-200", "1,5 juta"."""
    return _text(label, max_length=60, **more)


class ManualLeadForm(forms.Form):
    """A lead that somebody met or phoned. The entry rules place it like any other."""

    first_name = _text(lazy("First name"), max_length=120)
    last_name = _text(lazy("Last name"), max_length=120)
    title = _text(lazy("Job title"), max_length=160)
    email = forms.CharField(label=lazy("E-mail"), required=False, max_length=254, widget=UnfoldAdminEmailInputWidget)
    phone = _text(lazy("Phone"), max_length=60)
    company_name = _text(lazy("Company"), max_length=200)
    company_domain = _text(lazy("Company domain"), max_length=200)
    company_size = _figure(lazy("Employees"))
    industry = _text(lazy("Industry"), max_length=120)
    country = _text(lazy("Country"), max_length=80)
    city = _text(lazy("City"), max_length=120)
    source = forms.ModelChoiceField(
        label=lazy("Source"), queryset=Source.objects.order_by("name", "pk"), widget=UnfoldAdminSelectWidget
    )
    lead_type = forms.ChoiceField(
        label=lazy("Lead type"),
        required=False,
        choices=[("", lazy("As the source says")), *LeadType.choices],
        widget=UnfoldAdminSelectWidget,
    )
    score = _figure(lazy("Score"), help_text=lazy("Empty: the score rules decide."))
    deal_size = _figure(lazy("Expected deal size"))
    external_id = _text(lazy("External id"), max_length=120, help_text=lazy("The number in your CRM, if there is one."))
    message = forms.CharField(label=lazy("Message"), required=False, max_length=5000, widget=UnfoldAdminTextareaWidget)

    def clean(self) -> dict:
        typed = super().clean()
        facts = read_typed(self, {name: typed.get(name) for name in TYPED_FIELDS})
        if not self.errors and not is_usable(facts):
            raise ValidationError(_("Write an e-mail, a phone or an external id, or a name and a company."))
        return typed

    def raw(self) -> dict[str, str]:
        """The raw fields of the capture."""
        typed = self.cleaned_data
        raw = {name: str(typed[name]) for name in (*TYPED_FIELDS, "lead_type") if typed.get(name) not in (None, "")}
        return raw | {"source": typed["source"].slug}


class LeadForm(forms.ModelForm):
    """Corrections of an existing lead."""

    phone = _text(lazy("Phone"), max_length=60)
    country = _text(lazy("Country"), max_length=80)

    class Meta:
        model = Lead
        fields = (*TYPED_FIELDS, "account", "source", "lead_type")

    def clean(self) -> dict:
        """Return the changed values in the spelling in which they are stored."""
        typed = super().clean()
        changed = [name for name in TYPED_FIELDS if name in self.changed_data and name in typed]
        region = {"country": typed.get("country")} if "phone" in changed else {}
        facts = read_typed(self, {**region, **{name: typed[name] for name in changed}})
        for name in changed:
            if name not in self.errors and typed[name] not in (None, ""):
                typed[name] = getattr(facts, name)
        for kind in IDENTIFYING:
            self._check_identity(kind, typed.get(kind))
        return typed

    def _check_identity(self, kind: str, value: str | None) -> None:
        if not value or kind not in self.changed_data or kind in self.errors:
            return
        other = identity_of_another(self.instance, kind, value)
        if other is not None:
            self.add_error(kind, self.taken_text(other.lead))

    def taken_text(self, other: Lead | None) -> str:
        """Which other lead has this e-mail, phone or external id."""
        return identity_taken_text(other)


def identity_taken_text(lead: Lead | None) -> str:
    if lead is None:
        return _("A lead that came in just now has this. Find it before you change this one.")
    return _("%(lead)s (#%(number)s) has this already. It may be the same person.") % {"lead": lead, "number": lead.pk}
