"""The form that edits a public form: one row for each field to ask for, one line for each website (A1c)."""

from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from unfold.widgets import SELECT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from leads.decisions.web_forms.questions import (
    ASKABLE,
    MAX_ORIGINS,
    OPTIONAL,
    REQUIRED,
    questions_problem,
    read_origin,
)
from leads.forms.web_form import QUESTIONS
from leads.models import LeadType, Source, WebForm

CHOICES: Mapping[str, object] = {
    "": pgettext_lazy("a question of a form", "Not asked"),
    OPTIONAL: lazy("Asked, may stay empty"),
    REQUIRED: lazy("Asked, must be filled in"),
}
USUAL = {"name": REQUIRED, "email": REQUIRED, "company_name": OPTIONAL, "message": OPTIONAL}


class AsksWidget(forms.Widget):
    """One row for each field that can be asked."""

    def value_from_datadict(self, data, files, name: str) -> dict[str, str]:
        chosen = {field: data.get(f"{name}-{field}", "") for field in ASKABLE}
        return {field: choice for field, choice in chosen.items() if choice}

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-{ASKABLE[0]}" if id_ else ""

    def render(self, name: str, value: object, attrs: dict | None = None, renderer=None) -> SafeString:
        asks = value if isinstance(value, Mapping) else {}
        rows = [(field, QUESTIONS[field].label, asks.get(field, "")) for field in ASKABLE]
        context = {"name": name, "id": (attrs or {}).get("id", name), "rows": rows, "choices": CHOICES.items()}
        return render_to_string("admin/asks.html", context | {"select_classes": " ".join(SELECT_CLASSES)})


class AsksField(forms.Field):
    widget = AsksWidget

    def clean(self, value: Mapping[str, str]) -> dict[str, str]:
        problem = questions_problem(value)
        words = {
            "unreachable": _("Require the e-mail or the phone. Without them, nobody can answer."),
            "name_twice": _("Ask for the whole name, or for first and last name, not for both."),
            "unknown": _("Choose from the list."),
        }
        if problem:
            raise ValidationError(words[problem], code=problem)
        return dict(value)

    def has_changed(self, initial: object, value: Mapping[str, str]) -> bool:
        return initial != value


class OriginsField(forms.CharField):
    """Web addresses as people paste them, stored as origins."""

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        lines = [line for line in super().clean(value).split() if line]
        wrong = [line for line in lines if not read_origin(line)]
        if wrong:
            text = _("“%(line)s” is not a website address. Write it like https://www.example.com.")
            raise ValidationError(text % {"line": wrong[0][:100]}, code="origin")
        if len(lines) > MAX_ORIGINS:
            raise ValidationError(_("At most %(n)s websites.") % {"n": MAX_ORIGINS}, code="too_many")
        return list(dict.fromkeys(map(read_origin, lines)))

    def has_changed(self, initial: object, value: str) -> bool:
        return self.prepare_value(initial or []).split() != (value or "").split()


class WebFormForm(forms.ModelForm):
    asks = AsksField(label=lazy("Asks for"), initial=USUAL)
    allowed_origins = OriginsField(
        label=lazy("Websites that may embed it"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=lazy(
            "One per line, such as https://www.example.com. If this is empty, the form opens by its link only."
        ),
    )
    language = forms.ChoiceField(label=lazy("Language"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = WebForm
        fields = (
            "name",
            "is_active",
            "source",
            "lead_type",
            "title",
            "intro",
            "asks",
            "button",
            "language",
            "consent",
            "consent_url",
            "thanks",
            "redirect_url",
            "allowed_origins",
            "per_hour",
            "per_hour_in_all",
        )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, capfirst(str(name))) for code, name in settings.LANGUAGES]
        self.fields["lead_type"].choices = [("", _("As the source says")), *LeadType.choices]
        if not self.instance.pk:
            self.initial = {**_of_a_new_form(), **self.initial}
        for name in ("intro", "thanks"):
            self.fields[name].widget.attrs["rows"] = 3
        for name in ("per_hour", "per_hour_in_all"):
            self.fields[name].min_value = self.fields[name].widget.attrs["min"] = 1
            self.fields[name].validators.append(_at_least_one)

    def clean_redirect_url(self) -> str:
        """The origin of this address goes into the content security policy of the page."""
        url = self.cleaned_data["redirect_url"]
        if url and not read_origin(url):
            raise ValidationError(_("This is not a website address. Write it like https://www.example.com/thanks."))
        return url


def _of_a_new_form() -> dict[str, object]:
    """What the first form of most websites is."""
    source = Source.objects.filter(slug="inbound-form").first()
    return {"title": _("Get in touch")} | ({"source": source.pk} if source else {})


def _at_least_one(value: int) -> None:
    if value < 1:
        raise ValidationError(_("Write 1 or more. To stop receiving, close the form."), code="at_least_one")
