"""A sample lead, typed in to see what the entry rules would do with it (A5)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.decimal_field import FiniteDecimalField
from leads.decisions.conditions.parsing import derive
from leads.forms.leads import read_typed
from leads.models import Capture, LeadType, Source
from leads.queries.accounts import AccountLookup

TYPED_FIELDS = (
    "score",
    "first_name",
    "email",
    "phone",
    "title",
    "company_name",
    "company_size",
    "country",
    "deal_size",
)
FLAGS = ("is_target", "is_customer", "is_competitor")


class SampleLeadForm(forms.Form):
    """All fields may stay empty; empty fields are unknown to the rules."""

    score = forms.IntegerField(label=_("Score"), required=False, min_value=0, max_value=100)
    source = forms.ModelChoiceField(
        label=_("Source"),
        queryset=Source.objects.order_by("name", "pk"),
        required=False,
        to_field_name="slug",
        empty_label=_("Any"),
    )
    lead_type = forms.ChoiceField(
        label=_("Lead type"), required=False, choices=[("", _("By source")), *LeadType.choices]
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("Any")), *Capture.Channel.choices])
    company_name = forms.CharField(label=_("Company"), required=False, max_length=200)
    company_size = forms.IntegerField(label=_("Employees"), required=False, min_value=0, max_value=10_000_000)
    country = forms.CharField(label=_("Country"), required=False, max_length=80)
    first_name = forms.CharField(label=_("Name"), required=False, max_length=120)
    title = forms.CharField(label=_("Job title"), required=False, max_length=160)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=60)
    deal_size = FiniteDecimalField(label=_("Deal size"), required=False, min_value=0, max_digits=14, decimal_places=2)
    likeness = forms.IntegerField(label=_("Likeness to another, %"), required=False, min_value=0, max_value=100)
    is_target = forms.BooleanField(label=_("Target account"), required=False)
    is_customer = forms.BooleanField(label=_("Existing customer"), required=False)
    is_competitor = forms.BooleanField(label=_("Competitor"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            styles = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
            field.widget.attrs |= {"class": styles.get(type(field.widget), "form-control"), "autocomplete": "off"}

    def clean(self) -> dict:
        typed = super().clean()
        typed["facts"] = read_typed(self, {name: typed.get(name) for name in TYPED_FIELDS})
        return typed

    def facts(self) -> dict[str, object]:
        """The facts for the rules."""
        typed = self.cleaned_data
        source = typed["source"]
        return derive(
            typed["facts"],
            account={name: typed[name] for name in FLAGS},
            channel=typed["channel"],
            source=source.slug if source else None,
            source_conversion=source.conversion if source else None,
            lead_type=typed["lead_type"] or (source.lead_type if source else None),
            duplicate_percent=typed["likeness"],
        )

    def asked(self) -> AccountLookup:
        """What the account is searched by."""
        facts = self.cleaned_data["facts"]
        return AccountLookup(facts.company_name, facts.company_domain, country=facts.country)

    @property
    def plain_fields(self) -> list:
        return [self[name] for name in self.fields if name not in FLAGS]

    @property
    def flag_fields(self) -> list:
        return [self[name] for name in FLAGS]
