"""How to sign in to a CRM: one form for each way; secrets are never shown again (I4)."""

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.reach.crm.records import Place
from queues.models import Connection

Kind = Connection.Kind
NEEDED = _("This is needed.")
KEPT = _("kept; leave it empty to keep it")
HUBSPOT, MICROSOFT = "https://api.hubapi.com", "https://login.microsoftonline.com"
SALESFORCE = ".salesforce.com"
PRODUCTION, SANDBOX, OWN_DOMAIN = "https://login.salesforce.com", "https://test.salesforce.com", "own"
TENANT = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,99}")
AUDIENCE = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._/-]*)?")
OF_DYNAMICS = re.compile(
    r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(dynamics\.com|dynamics\.cn|microsoftdynamics\.us|appsplatform\.us)"
)


def text(label, *, help_text="", max_length: int = 300) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=max_length,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": NEEDED},
    )


def secret(label, *, help_text="", max_length: int = 4000) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=max_length,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": NEEDED},
    )


class SecretText(forms.Textarea):
    """Not shown again, also not where the form was refused; as a password is not."""

    def format_value(self, value: object) -> str:
        return ""


class SignInForm(forms.Form):
    """`secrets` are names of fields that are also keys of the stored credentials; a field that stays empty keeps what
    is stored, if this way is the stored one. Names of secret fields say so: such fields are never kept for later
    (config.kept)."""

    WAY: ClassVar[str] = ""
    SECRETS: ClassVar[tuple[str, ...]] = ()
    PLAIN: ClassVar[tuple[str, ...]] = ()
    GOES_THERE: ClassVar[bool] = False  # a person signs in at the CRM

    def __init__(self, *args, connection: Connection, stored: Mapping[str, str], **kwargs) -> None:
        self.connection = connection
        self.stored = stored if stored.get("way", "") == self.WAY else {}
        kwargs.setdefault("initial", {name: self.stored.get(name, "") for name in self.PLAIN} | self.first_values())
        super().__init__(*args, **kwargs)
        for name in self.SECRETS:
            if self.stored.get(name):
                self.fields[name].required = False
                self.fields[name].widget.attrs["placeholder"] = str(KEPT)

    def first_values(self) -> dict[str, str]:
        return {}

    def credentials(self) -> dict[str, str]:
        found = {"way": self.WAY} | {name: self.cleaned_data[name].strip() for name in self.PLAIN}
        return found | {name: self.cleaned_data[name].strip() or self.stored.get(name, "") for name in self.SECRETS}

    def place(self) -> Place:
        return Place(self.connection.base_url, self.connection.login_url)


class HubSpotToken(SignInForm):
    WAY, SECRETS = "token", ("token",)
    token = secret(
        _("Access token of a private app"),
        help_text=_("HubSpot: Settings, Integrations, Private apps. It begins with “pat-”."),
    )

    def place(self) -> Place:
        return Place(self.connection.base_url or HUBSPOT)


class HubSpotApp(SignInForm):
    WAY, SECRETS, PLAIN, GOES_THERE = "refresh", ("client_secret",), ("client_id",), True
    client_id = text(_("Client ID of your app"))
    client_secret = secret(_("Client secret of your app"))

    def place(self) -> Place:
        return Place(self.connection.base_url or HUBSPOT)


class OfSalesforce(SignInForm):
    login_at = forms.ChoiceField(
        label=_("Sign in at"),
        choices=[
            (PRODUCTION, _("Production: login.salesforce.com")),
            (SANDBOX, _("Sandbox: test.salesforce.com")),
            (OWN_DOMAIN, _("My Domain, as below")),
        ],
    )
    own_domain = forms.CharField(
        label=_("Address of My Domain"),
        required=False,
        max_length=200,
        help_text=_("Such as https://arunika.my.salesforce.com"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )

    def first_values(self) -> dict[str, str]:
        login = self.connection.login_url
        if login in (PRODUCTION, SANDBOX):
            return {"login_at": login}
        return {"login_at": OWN_DOMAIN, "own_domain": login} if login else {}

    def clean(self) -> dict:
        found = super().clean() or {}
        if found.get("login_at") == OWN_DOMAIN and "own_domain" in found:
            try:
                found["login_url"] = host_address(found["own_domain"], lambda host: host.endswith(SALESFORCE))
            except ValidationError as wrong:
                self.add_error("own_domain", wrong)
        else:
            found["login_url"] = found.get("login_at", "")
        return found

    def place(self) -> Place:
        login = self.cleaned_data["login_url"]
        return Place(self.connection.base_url or login, login)


class SalesforceSignIn(OfSalesforce):
    WAY, SECRETS, PLAIN, GOES_THERE = "refresh", ("client_secret",), ("client_id",), True
    client_id = text(_("Consumer key of your connected app"))
    client_secret = secret(_("Consumer secret"))


class SalesforceClient(OfSalesforce):
    """Salesforce takes client credentials at My Domain only."""

    WAY, SECRETS, PLAIN = "client_credentials", ("client_secret",), ("client_id",)
    client_id = text(_("Consumer key of your connected app"))
    client_secret = secret(_("Consumer secret"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["login_at"]
        self.fields["own_domain"].required = True
        self.fields["own_domain"].error_messages["required"] = NEEDED

    def clean(self) -> dict:
        self.cleaned_data["login_at"] = OWN_DOMAIN
        return super().clean()


class SalesforceKey(OfSalesforce):
    WAY, SECRETS, PLAIN = "jwt", ("private_key",), ("client_id", "username", "audience")
    client_id = text(_("Consumer key of your connected app"))
    username = text(_("User name in Salesforce"), help_text=_("Whose rights Alur has there."))
    private_key = forms.CharField(
        label=_("Private key of the certificate"),
        max_length=20_000,
        help_text=_("The whole text, from “-----BEGIN” to “-----END”. It is stored sealed and not shown again."),
        widget=SecretText(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": NEEDED},
    )
    audience = text(
        _("Audience"),
        help_text=_(
            "Leave it empty: Alur names login.salesforce.com, or test.salesforce.com for a sandbox. Only where"
            " Salesforce says “audience is invalid”, write the address that it expects."
        ),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].required = False

    def clean_audience(self) -> str:
        typed = self.cleaned_data["audience"].strip()
        if typed and not AUDIENCE.fullmatch(typed):
            raise ValidationError(_("Write a whole address, such as https://test.salesforce.com"))
        return typed


class DynamicsApp(SignInForm):
    WAY, SECRETS, PLAIN = "client", ("client_secret",), ("tenant", "client_id")
    base_url = text(
        _("Address of the environment"),
        help_text=_("As in the address bar of Dynamics: https://arunika.crm5.dynamics.com"),
    )
    tenant = text(_("Directory (tenant) ID"), max_length=100)
    client_id = text(_("Application (client) ID"), max_length=100)
    client_secret = secret(
        _("Client secret"), help_text=_("Its value, not its ID. Microsoft shows it once, and it expires.")
    )

    def first_values(self) -> dict[str, str]:
        return {"base_url": self.connection.base_url}

    def clean_base_url(self) -> str:
        return host_address(self.cleaned_data["base_url"], lambda host: bool(OF_DYNAMICS.fullmatch(host)))

    def clean_tenant(self) -> str:
        tenant = self.cleaned_data["tenant"].strip()
        if not TENANT.fullmatch(tenant):
            raise ValidationError(_("This is no ID of a directory: letters, digits, dots and hyphens only."))
        return tenant

    def place(self) -> Place:
        return Place(self.cleaned_data["base_url"], self.connection.login_url or MICROSOFT)


WAYS: Mapping[str, Mapping[str, tuple[object, type[SignInForm]]]] = {
    Kind.SALESFORCE: {
        "sign-in": (_("Sign in there"), SalesforceSignIn),
        "client": (_("Client credentials"), SalesforceClient),
        "key": (_("Certificate"), SalesforceKey),
    },
    Kind.HUBSPOT: {
        "token": (_("Private app token"), HubSpotToken),
        "sign-in": (_("Sign in there"), HubSpotApp),
    },
    Kind.DYNAMICS: {"client": (_("App with a secret"), DynamicsApp)},
}


def way_of(connection: Connection, asked: str, stored: Mapping[str, str]) -> str:
    """The way in the address, else the stored one, else the first."""
    ways = WAYS[connection.kind]
    if asked in ways:
        return asked
    return next((key for key, (_label, form) in ways.items() if stored.get("way") == form.WAY), next(iter(ways)))


def host_address(typed: str, is_theirs) -> str:
    """Only the host of a CRM, or one that this installation trusts; https, without a path."""
    typed = typed.strip()
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    try:
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port = "", None
    if host in settings.CRM_TRUSTED_HOSTS:
        return f"{parts.scheme}://{host}{f':{port}' if port else ''}"
    if parts.scheme != "https" or parts.username or port not in (None, 443) or not is_theirs(host):
        raise ValidationError(
            _("This is no address of this CRM. It begins with https:// and ends with its own domain.")
        )
    return f"https://{host}"
