"""Small forms of a connection: which CRM, its name, how often it is asked (I4)."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from queues.models import Connection

Kind = Connection.Kind
# (CRM, records) in the order in which they are offered, and what is read of each
RECORDS = {
    "salesforce:Lead": (
        _("Salesforce"),
        _("Leads, with their owner and status. Needs the API, which editions from Enterprise on have."),
    ),
    "hubspot:contacts": (
        _("HubSpot, contacts"),
        _("People with their owner and lead status: what most HubSpot accounts work with."),
    ),
    "hubspot:leads": (
        _("HubSpot, lead objects"),
        _("The leads of Sales Hub, with their pipeline. The person comes from the contact."),
    ),
    "dynamics:leads": (
        _("Dynamics 365"),
        _("Leads of Dynamics 365 Sales, with their owner and status reason."),
    ),
}
MOST_MINUTES = 60


class WhichForm(forms.Form):
    records = forms.ChoiceField(
        label=_("Which CRM"),
        choices=[(key, words[0]) for key, words in RECORDS.items()],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one.")),
    )
    name = forms.CharField(
        label=_("Name for people here"),
        max_length=80,
        help_text=_("Such as “leads, Surabaya branch”. It stands on the card, in the log and in the story of a lead."),
        error_messages={"required": _("Give it a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def chosen(self) -> tuple[str, str]:
        kind, _colon, object_name = self.cleaned_data["records"].partition(":")
        return kind, object_name


class NameForm(WhichForm):
    """Of a connection that has been made: only records of the same CRM are offered, and one that has read leads keeps
    its records."""

    def __init__(self, *args, connection: Connection, **kwargs) -> None:
        now = f"{connection.kind}:{connection.object_name}"
        kwargs.setdefault("initial", {"records": now, "name": connection.name})
        super().__init__(*args, **kwargs)
        is_draft = connection.state == Connection.State.DRAFT
        same = [key for key in RECORDS if (key.startswith(f"{connection.kind}:") if is_draft else key == now)]
        cast(forms.ChoiceField, self.fields["records"]).choices = [(key, RECORDS[key][0]) for key in same or [now]]


class OftenForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Ask every so many minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_(
            "What people change here is written within a minute either way; this is how soon their changes arrive."
        ),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number of minutes from 1 to 60.")
        ),
    )
