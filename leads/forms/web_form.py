"""The public form as visitors fill it in: the fields that sales ops chose, and a trap for programs (A1c)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.facts.storable import storable
from leads.decisions.web_forms.questions import asked, traces
from leads.forms.typed_values import correction_words, read_typed
from leads.models import WebForm

TRAP = "topic"  # no browser fills this in by itself, and no person sees it
LONGEST_MESSAGE = 5000
LONGEST_TRAP = 500
READ_BACK = ("name", "first_name", "last_name", "email", "phone", "company_name", "website", "country", "company_size")


@dataclass(frozen=True)
class Asked:
    """How one field is asked: its label, the longest answer, and what browsers and keyboards may know of it."""

    label: object
    longest: int
    autocomplete: str
    kind: str = "text"


FIELDS: Mapping[str, Asked] = {
    "name": Asked(lazy("Name"), 120, "name"),
    "first_name": Asked(lazy("First name"), 120, "given-name"),
    "last_name": Asked(lazy("Last name"), 120, "family-name"),
    "email": Asked(lazy("E-mail"), 254, "email", "email"),
    "phone": Asked(lazy("Phone"), 60, "tel", "tel"),
    "company_name": Asked(lazy("Company"), 200, "organization"),
    "title": Asked(lazy("Job title"), 160, "organization-title"),
    "company_size": Asked(lazy("Number of employees"), 20, "off"),
    "industry": Asked(lazy("Industry"), 120, "off"),
    "website": Asked(lazy("Website"), 400, "url", "url"),
    "city": Asked(lazy("City"), 120, "address-level2"),
    "country": Asked(lazy("Country"), 80, "country-name"),
    "message": Asked(lazy("Message"), LONGEST_MESSAGE, "off"),
}


class AskedForm(forms.Form):
    """Built anew for each form; the first field that is wrong has the focus."""

    use_required_attribute = True

    def __init__(self, web_form: WebForm, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.web_form = web_form
        self.names = [name for name, _required in asked(web_form.asks)]
        for name, is_required in asked(web_form.asks):
            self.fields[name] = _field(name, is_required)
        if web_form.consent:
            self.fields["consent"] = forms.BooleanField(
                label=web_form.consent,
                help_text=_notice(web_form.consent_url),
                error_messages={"required": _("Without your consent we may not keep what you send.")},
            )

    def clean(self) -> dict:
        """What is asked for must be readable; "-" in a required field says nothing."""
        typed = super().clean()
        facts = read_typed(self, {name: typed.get(name) for name in self.names})
        for name in READ_BACK:
            is_lost = typed.get(name) and name not in self.errors and _is_nothing(facts, name)
            if is_lost and self.fields[name].required:
                self.add_error(name, correction_words(name))
        return typed

    def focus_first_problem(self) -> None:
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    def wrong(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.errors]

    def raw(self, *, page: str, query: Mapping[str, str]) -> dict[str, object]:
        """The capture of a good form: what was typed, what the form says of itself, and where the visitor came from."""
        typed = {name: self.cleaned_data[name] for name in self.names if self.cleaned_data.get(name)}
        return storable(typed | _beside(self.web_form, page, query) | self._agreed())

    def raw_as_sent(self, *, page: str, query: Mapping[str, str]) -> dict[str, object]:
        """What came, without asking whether it is good: nothing is lost, not even what looks like spam (A8)."""
        sent = {name: self.data.get(name, "")[: FIELDS[name].longest] for name in self.names}
        trap = {TRAP: self.data.get(TRAP, "")[:LONGEST_TRAP]}
        kept = {name: text for name, text in (sent | trap).items() if text.strip()}
        return storable(kept | _beside(self.web_form, page, query) | self._agreed())

    def _agreed(self) -> dict[str, str]:
        """The words that they agreed to, since those may change later."""
        return {"consent": self.web_form.consent} if self.web_form.consent and self.data.get("consent") else {}


def _beside(web_form: WebForm, page: str, query: Mapping[str, str]) -> dict[str, str]:
    own = {"source": web_form.source.slug, "lead_type": web_form.lead_type, "form": web_form.name}
    return traces(query, page) | {name: value for name, value in own.items() if value}


def _field(name: str, is_required: bool) -> forms.CharField:
    how = FIELDS[name]
    attrs = {"autocomplete": how.autocomplete}
    if name == "company_size":
        attrs["inputmode"] = "numeric"
    widget = forms.Textarea(attrs | {"rows": 5}) if name == "message" else forms.TextInput(attrs | {"type": how.kind})
    return forms.CharField(
        label=how.label,
        required=is_required,
        max_length=how.longest,
        widget=widget,
        error_messages={"required": _("Fill this in.")},
    )


def _notice(url: str) -> str:
    if not url:
        return ""
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', url, _("How we treat your data"))


def _is_nothing(facts, name: str) -> bool:
    if name == "name":
        return not (facts.first_name or facts.last_name)
    return getattr(facts, name) in ("", None)
