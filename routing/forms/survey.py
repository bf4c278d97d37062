"""The two questions of the monthly survey (H3)."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from routing.decisions.survey import SCALE

MISSING = {"required": _("Choose an answer."), "invalid_choice": _("Choose one of these answers.")}


class SurveyForm(forms.Form):
    """Nothing is chosen beforehand, so that nobody answers by accident."""

    month = forms.DateField(widget=forms.HiddenInput)
    fair = forms.TypedChoiceField(
        label=_("Is distribution fair?"),
        help_text=_("1 is not at all, 5 is completely."),
        choices=[(score, str(score)) for score in SCALE],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=MISSING,
    )
    understands = forms.ChoiceField(
        label=_("Do you understand how leads are assigned?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages=MISSING,
    )

    def clean(self) -> dict[str, object]:
        """The month is no question, so what is wrong with it concerns the form as a whole."""
        if "month" in self.errors:
            self.add_error(None, _("This form could not be read. Answer once more."))
        return self.cleaned_data

    @property
    def is_clear(self) -> bool:
        return self.cleaned_data["understands"] == "yes"

    @property
    def asked_month(self) -> date:
        return self.cleaned_data["month"]
