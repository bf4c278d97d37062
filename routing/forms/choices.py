"""The form of a person's choices: kinds by channel, digest, quiet hours (I1)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.safe_fetch import FetchRefused, parsed, public_https
from routing.decisions.chat_addresses import ChatAddress, NotAnAddress, read_chat_address
from routing.decisions.words import When
from routing.models import Channel, Preference
from routing.queries.words import served_media

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SOONEST = (When.NOW, When.HOURLY, When.MORNING)
TIMES = [(value, text) for value, text in Preference.When.choices if value != When.OFF]
NOT_A_TIME = lazy("Write a time such as 08:30.")


def _time(label: "StrOrPromise", *, required: bool = False) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=required,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": NOT_A_TIME, "required": NOT_A_TIME},
    )


class HoursOfReachForm(forms.Form):
    """When messages may come; times are by the person's own clock."""

    digest_at = _time(lazy("Morning digest at"), required=True)
    quiet_from = _time(lazy("Quiet from"))
    quiet_to = _time(lazy("Quiet to"))
    critical_passes = forms.BooleanField(label=lazy("critical ones may pass"), required=False)

    def clean(self) -> dict:
        found = super().clean() or {}
        start, end = found.get("quiet_from"), found.get("quiet_to")
        for name, value, other in (("quiet_from", start, end), ("quiet_to", end, start)):
            if value is None and other is not None and name not in self.errors:
                self.add_error(name, ValidationError(_("Quiet hours need a beginning and an end.")))
        if start is not None and start == end:
            self.add_error("quiet_to", ValidationError(_("Quiet hours end at another time than they begin.")))
        return found


class KindsForm(forms.Form):
    """For each kind: through which channels, and when. `shown` maps the key of a channel to what holds now, by kind. A
    kind whose "when" is not sent stays as it is."""

    def __init__(self, *args, shown: Mapping[str, Mapping[str, When]], names: Mapping[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        for kind in self.kinds:
            field = forms.ChoiceField(label=names[kind], choices=TIMES, initial=self._when(kind), required=False)
            field.error_messages["invalid_choice"] = _("Choose one of the list.")
            self.fields[f"when-{kind}"] = field
            for key, kinds in shown.items():
                is_on = forms.BooleanField(label=names[kind], initial=kinds[kind] != When.OFF, required=False)
                self.fields[self._switch(key, kind)] = is_on

    @property
    def kinds(self) -> list[str]:
        return list(next(iter(self.shown.values()), {}))

    def switches(self, kind: str) -> list[forms.BoundField]:
        """In the order of the channels."""
        return [self[self._switch(key, kind)] for key in self.shown]

    def time(self, kind: str) -> forms.BoundField:
        return self[f"when-{kind}"]

    def chosen(self) -> dict[str, dict[str, When]]:
        """By channel, then by kind. A channel keeps a time of its own while that of the kind is not changed."""
        sent: dict[str, dict[str, When]] = {key: {} for key in self.shown}
        for kind in self.kinds:
            if when := self.cleaned_data.get(f"when-{kind}"):
                for key, kinds in self.shown.items():
                    is_same = when == self._when(kind) and kinds[kind] != When.OFF
                    on = kinds[kind] if is_same else When(when)
                    sent[key][kind] = on if self.cleaned_data[self._switch(key, kind)] else When.OFF
        return sent

    def _when(self, kind: str) -> When:
        """The soonest of the channels that are on."""
        found = {kinds[kind] for kinds in self.shown.values()} - {When.OFF}
        return next((when for when in SOONEST if when in found), When.NOW)

    @staticmethod
    def _switch(key: str, kind: str) -> str:
        return f"on-{key}-{kind}"


def problems(form: KindsForm) -> Sequence[str]:
    """Of kinds, each with its name, for the top of the table."""
    return [f"{form.fields[name].label}: {each}" for name, errors in form.errors.items() for each in errors]


class KeepForm(forms.Form):
    """How long the log of deliveries is kept."""

    _TEXT = lazy("Write a number of days from 7 to 730.")
    keep_days = forms.IntegerField(
        label=lazy("Days"),
        min_value=7,
        max_value=730,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _TEXT),
    )


CHATS = (Channel.Kind.SLACK, Channel.Kind.TEAMS, Channel.Kind.TELEGRAM, Channel.Kind.GATEWAY)


class ChannelForm(forms.Form):
    """A chat to add; `address` is cleaned to a ChatAddress."""

    address = forms.CharField(
        label=lazy("Address"),
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=lazy(
            "Slack: the address of an incoming webhook. Teams: that of a workflow for webhook requests. "
            "Telegram: the token of your bot, a slash, and the number of the chat. Own gateway, for SMS and others: an "
            'https address on a public host that takes a POST with JSON, such as {"text": "..."}. '
            "SMS and WhatsApp, where sales ops set up a service: your number with + and the country."
        ),
        error_messages={"required": lazy("Paste the address."), "max_length": lazy("This is too long for an address.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        kinds = [*CHATS, *(Channel.Kind(medium) for medium in served_media())]
        choices = [(kind.value, kind.label) for kind in kinds]
        self.fields["kind"] = forms.ChoiceField(label=_("Chat or phone"), choices=choices)

    def clean(self) -> dict:
        found = super().clean() or {}
        if "kind" in found and "address" in found:
            try:
                found["address"] = _read_address(found["kind"], found["address"])
            except NotAnAddress:
                self.add_error("address", ValidationError(_NOT_THEIRS[found["kind"]]))
        return found


def _read_address(kind: str, typed: str) -> ChatAddress:
    """The name of a gateway is resolved and checked again at each sending."""
    if kind != Channel.Kind.GATEWAY:
        return read_chat_address(kind, typed)
    try:
        address = public_https(typed)
    except FetchRefused:
        raise NotAnAddress from None
    return ChatAddress(address, (parsed(address).hostname or "")[:80])


_NOT_A_PHONE = lazy("Write your number with + and the country, such as +6281234567890.")
_NOT_THEIRS = {
    "sms": _NOT_A_PHONE,
    "whatsapp": _NOT_A_PHONE,
    "gateway": lazy("Paste an address that begins with https:// and is on a public host."),
    "slack": lazy("Paste an address that begins with https://hooks.slack.com/services/."),
    "teams": lazy("Paste the address of the workflow: its host ends in logic.azure.com or api.powerplatform.com."),
    "telegram": lazy("Write the token, a slash and the number of the chat, such as 123456789:ABC.../987654321."),
}
