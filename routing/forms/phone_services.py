"""The form of the service that sends SMS or WhatsApp for everybody (I1)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as lazy

from routing.decisions.phone_services import ServiceLogin, ServiceRefused, checked_login
from routing.models import PhoneService

REFUSED = {
    "provider": lazy("Vonage sends SMS only. Choose Twilio for WhatsApp."),
    "account": lazy("Twilio: the account SID, which begins with AC and has 34 characters. Vonage: the API key."),
    "secret": lazy("Twilio: the auth token. Vonage: the API secret. Only letters and digits are possible."),
    "sender": lazy("Write the number with + and the country, such as +6281234567890."),
}
NEEDED = lazy("This is needed.")


class PhoneServiceForm(forms.Form):
    medium = forms.ChoiceField(label=lazy("What it sends"), choices=PhoneService.Medium.choices)
    provider = forms.ChoiceField(label=lazy("Service"), choices=PhoneService.Provider.choices)
    account = forms.CharField(
        label=lazy("Account"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=lazy("Twilio: the account SID. Vonage: the API key."),
        error_messages={"required": NEEDED},
    )
    secret = forms.CharField(
        label=lazy("Secret"),
        max_length=64,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy("Twilio: the auth token. Vonage: the API secret."),
        error_messages={"required": NEEDED},
    )
    sender = forms.CharField(
        label=lazy("Number of the sender"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=lazy("With + and the country, such as +6281234567890."),
        error_messages={"required": NEEDED},
    )

    def clean(self) -> dict:
        found = super().clean() or {}
        if not self.errors:
            sender = "".join(each for each in found["sender"] if each not in " -().")
            login = ServiceLogin(found["provider"], found["account"], found["secret"], sender)
            try:
                found["login"] = checked_login(found["medium"], login)
            except ServiceRefused as refused:
                self.add_error(refused.field, ValidationError(REFUSED[refused.field]))
        return found
