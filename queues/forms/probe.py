"""How often the probe runs, how long its lead may take, and where it comes from (K5)."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Source, WebForm
from queues.models import Probe
from queues.queries.probe import Origin

MOST_SHOWN = 500
FORM, SOURCE = "form", "source"


class ProbeForm(forms.Form):
    """`origin` is "form-3", "source-5" or empty: the first open form, else the first source."""

    is_on = forms.BooleanField(label=_("Send test leads"), required=False)
    every_minutes = forms.IntegerField(
        label=_("One every so many minutes"),
        min_value=1,
        max_value=1440,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number of minutes from 1 to 1440, a day.")
        ),
    )
    max_seconds = forms.IntegerField(
        label=_("It may take so many seconds"),
        min_value=1,
        max_value=30,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number of seconds from 1 to 30.")
        ),
    )
    origin = forms.ChoiceField(
        label=_("It comes from"),
        required=False,
        error_messages={"invalid_choice": _("This form or source is gone. Choose another.")},
    )

    def __init__(self, *args, probe: Probe, **kwargs) -> None:
        kwargs.setdefault("initial", _initial(probe))
        super().__init__(*args, **kwargs)
        web_forms = WebForm.objects.order_by("name", "pk")[:MOST_SHOWN]
        sources = Source.objects.order_by("name", "pk")[:MOST_SHOWN]
        self.origins = {f"{FORM}-{each.pk}": Origin(web_form=each) for each in web_forms}
        self.origins |= {f"{SOURCE}-{each.pk}": Origin(source=each) for each in sources}
        groups = ((FORM, _("Web forms")), (SOURCE, _("Sources, by the API")))
        cast(forms.ChoiceField, self.fields["origin"]).choices = [
            ("", _("The first open form")),
            *((words, [(key, its.name) for key, its in self.origins.items() if key.startswith(kind)])
              for kind, words in groups),
        ]  # fmt: skip

    def clean_origin(self) -> Origin | None:
        return self.origins.get(self.cleaned_data["origin"])


def _initial(probe: Probe) -> dict[str, object]:
    chosen = f"{FORM}-{probe.web_form_id}" if probe.web_form_id else ""
    chosen = f"{SOURCE}-{probe.source_id}" if probe.source_id else chosen
    return {
        "is_on": probe.is_on,
        "every_minutes": probe.every_minutes,
        "max_seconds": probe.max_seconds,
        "origin": chosen,
    }
