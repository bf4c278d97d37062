"""The form of a webhook, and the filters of its log (I3)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.webhooks.addresses import may_be_header, may_be_header_value
from leads.models import Endpoint, WebhookDelivery
from leads.presenters.webhook_addresses import address_text
from leads.presenters.webhooks import event_choices
from leads.queries.webhook_log import Filters

NEEDED = lazy("This is needed.")


class WebhookForm(forms.Form):
    name = forms.CharField(
        label=lazy("Name"),
        max_length=80,
        error_messages={"required": NEEDED},
        help_text=lazy("Which program it is, such as “Warehouse system”."),
    )
    address = forms.CharField(
        label=lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "https://"}),
        error_messages={"required": NEEDED},
        help_text=lazy("Where the program listens. Zapier, Make and n8n show it as “webhook URL”."),
    )
    events = forms.MultipleChoiceField(
        label=lazy("Events"),
        choices=event_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": lazy("Choose at least one event.")},
    )
    may_see_person = forms.BooleanField(
        label=lazy("Send the person too"),
        required=False,
        help_text=lazy(
            "Name, e-mail, phone, job title and message. Without it a message names the lead and the company only."
        ),
    )
    header_name = forms.CharField(
        label=lazy("Fixed header"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=lazy("For programs that cannot verify a signature, such as “X-Secret”. Empty: none is sent."),
    )
    header_secret = forms.CharField(
        label=lazy("Value of the header"),
        required=False,
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, endpoint: Endpoint | None = None, **kwargs: Any) -> None:
        if endpoint is not None:
            kwargs.setdefault(
                "initial",
                {
                    "name": endpoint.name,
                    "events": endpoint.events,
                    "may_see_person": endpoint.may_see_person,
                    "header_name": endpoint.header_name,
                },
            )
        super().__init__(*args, **kwargs)
        if endpoint is not None:
            self.fields["address"].required = False
            self.fields["address"].widget.attrs["placeholder"] = f"https://{endpoint.host}/…"
            self.fields["address"].help_text = _("Kept as it is. Type here only to replace it.")
            if endpoint.api_key is not None and not endpoint.api_key.hooks_see_person:
                self.fields["may_see_person"].help_text = _(
                    "Its program may not see the person, so this has no effect until the key %(key)s allows it."
                ) % {"key": endpoint.api_key.name}
        self.kept_header = endpoint.header_name if endpoint is not None else ""
        if self.kept_header:
            self.fields["header_secret"].help_text = _("Kept as it is. Type here only to replace it.")

    def clean(self) -> dict:
        found = super().clean() or {}
        name, value = found.get("header_name", ""), found.get("header_secret", "")
        found["header"] = (name, value)
        if name and not may_be_header(name):
            self.add_error("header_name", ValidationError(_("This header cannot be used. Take another name.")))
        elif name and not value and name == self.kept_header:
            found["header"] = None
        elif name and not may_be_header_value(value):
            words = _("Type the value that the program expects: letters, digits and signs of a plain keyboard.")
            self.add_error("header_secret", ValidationError(words))
        elif value and not name:
            self.add_error("header_name", ValidationError(_("Which header should carry this value?")))
        return found

    def refuse_address(self, code: str) -> None:
        self.add_error("address", ValidationError(address_text(code)))


class LogForm(forms.Form):
    """The filters of a log in its address; what cannot be read is left out."""

    state = forms.ChoiceField(required=False, choices=WebhookDelivery.State.choices)
    event = forms.ChoiceField(required=False, choices=event_choices)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def filters(self) -> Filters:
        """Days are whole days in the viewer's time zone."""
        self.is_valid()
        asked = self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        return Filters(
            state=asked.get("state") or "",
            event=asked.get("event") or "",
            since=_start(since) if since else None,
            until=_start(until + timedelta(days=1)) if until else None,
            before=asked.get("before"),
        )


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
