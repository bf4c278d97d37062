"""The public form that visitors fill in: the fields that sales ops chose, and a hidden field for spam programs
(A1c)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.facts.storable import storable
from leads.decisions.web_forms.questions import asked_fields, campaign_parameters
from leads.forms.typed_values import correction_text, read_typed
from leads.models import WebForm
from leads.queries.web_forms import form_details

TRAP = "topic"  # people do not see it, and browsers do not fill it in
MAX_MESSAGE_LENGTH = 5000
MAX_TRAP_LENGTH = 500
CHECKED_FIELDS = (
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "company_name",
    "website",
    "country",
    "company_size",
)


@dataclass(frozen=True)
class Question:
    """How one field is asked: its label, its maximum length, and hints for browsers and keyboards."""

    label: object
    longest: int
    autocomplete: str
    kind: str = "text"


QUESTIONS: Mapping[str, Question] = {
    "name": Question(lazy("Name"), 120, "name"),
    "first_name": Question(lazy("First name"), 120, "given-name"),
    "last_name": Question(lazy("Last name"), 120, "family-name"),
    "email": Question(lazy("E-mail"), 254, "email", "email"),
    "phone": Question(lazy("Phone"), 60, "tel", "tel"),
    "company_name": Question(lazy("Company"), 200, "organization"),
    "title": Question(lazy("Job title"), 160, "organization-title"),
    "company_size": Question(lazy("Number of employees"), 20, "off"),
    "industry": Question(lazy("Industry"), 120, "off"),
    "website": Question(lazy("Website"), 400, "url", "url"),
    "city": Question(lazy("City"), 120, "address-level2"),
    "country": Question(lazy("Country"), 80, "country-name"),
    "message": Question(lazy("Message"), MAX_MESSAGE_LENGTH, "off"),
}


class PublicForm(forms.Form):
    """The fields of one public form."""

    use_required_attribute = True

    def __init__(self, web_form: WebForm, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.web_form = web_form
        self.names = [name for name, _required in asked_fields(web_form.asks)]
        for name, is_required in asked_fields(web_form.asks):
            self.fields[name] = _field(name, is_required)
        if web_form.consent:
            self.fields["consent"] = forms.BooleanField(
                label=web_form.consent,
                help_text=_notice(web_form.consent_url),
                error_messages={"required": _("Without your consent we may not keep what you send.")},
            )

    def clean(self) -> dict:
        """Values must be readable, and a placeholder such as "-" is not enough in a required field."""
        typed = super().clean()
        facts = read_typed(self, {name: typed.get(name) for name in self.names})
        for name in CHECKED_FIELDS:
            is_lost = typed.get(name) and name not in self.errors and _is_nothing(facts, name)
            if is_lost and self.fields[name].required:
                self.add_error(name, correction_text(name))
        return typed

    def focus_first_problem(self) -> None:
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    def wrong(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.errors]

    def raw(self, *, page: str, query: Mapping[str, str]) -> dict[str, object]:
        """The capture of a valid form: what was typed, the form's own details, and where the visitor came from."""
        typed = {name: self.cleaned_data[name] for name in self.names if self.cleaned_data.get(name)}
        return storable(typed | _form_details(self.web_form, page, query) | self._agreed())

    def raw_as_sent(self, *, page: str, query: Mapping[str, str]) -> dict[str, object]:
        """The capture of a form that looks like spam: what was sent, unchecked, so that nothing is lost (A8)."""
        sent = {name: self.data.get(name, "")[: QUESTIONS[name].longest] for name in self.names}
        trap = {TRAP: self.data.get(TRAP, "")[:MAX_TRAP_LENGTH]}
        kept = {name: text for name, text in (sent | trap).items() if text.strip()}
        return storable(kept | _form_details(self.web_form, page, query) | self._agreed())

    def _agreed(self) -> dict[str, str]:
        """The text that the visitor agreed to, because the form may change later."""
        return {"consent": self.web_form.consent} if self.web_form.consent and self.data.get("consent") else {}


def _form_details(web_form: WebForm, page: str, query: Mapping[str, str]) -> dict[str, str]:
    return campaign_parameters(query, page) | form_details(web_form)


def _field(name: str, is_required: bool) -> forms.CharField:
    how = QUESTIONS[name]
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
