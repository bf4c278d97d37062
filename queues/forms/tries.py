"""Which door a test lead comes by, and what it says (M3)."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Source, WebForm
from queues.queries.probe import Origin

MOST_SHOWN = 500
FORM, SOURCE = "form", "source"
COLUMNS = ("company_size", "title", "country")


class TryForm(forms.Form):
    """`door` is "form-3" or "source-5"; without one the first open form, else the first source. What is left empty is
    as in the usual sample."""

    door = forms.ChoiceField(
        label=_("It comes by"),
        required=False,
        error_messages={"invalid_choice": _("This form or source is gone. Choose another.")},
    )
    company_size = forms.IntegerField(label=_("Employees"), required=False, min_value=1, max_value=10_000_000)
    title = forms.CharField(label=_("Job title"), required=False, max_length=160)
    country = forms.CharField(label=_("Country"), required=False, max_length=80)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        web_forms = WebForm.objects.select_related("source").order_by("-is_active", "name", "pk")[:MOST_SHOWN]
        sources = Source.objects.order_by("name", "pk")[:MOST_SHOWN]
        self.origins = {f"{FORM}-{each.pk}": Origin(web_form=each) for each in web_forms}
        self.origins |= {f"{SOURCE}-{each.pk}": Origin(source=each) for each in sources}
        groups = ((FORM, _("Web forms")), (SOURCE, _("Sources, by the API")))
        cast(forms.ChoiceField, self.fields["door"]).choices = [
            (words, [(key, its.name) for key, its in self.origins.items() if key.startswith(kind)])
            for kind, words in groups
            if any(key.startswith(kind) for key in self.origins)
        ]

    def clean_door(self) -> str:
        """The first door, if none was chosen; "" if there is none at all."""
        return self.cleaned_data["door"] or next(iter(self.origins), "")

    @property
    def origin(self) -> Origin | None:
        return self.origins.get(self.cleaned_data["door"])

    @property
    def says(self) -> dict[str, str]:
        typed = {name: self.cleaned_data.get(name) for name in COLUMNS}
        return {name: str(value) for name, value in typed.items() if value not in (None, "")}
