"""What is sent to a rep's calendar page: working hours (F5)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from routing.hours_form import OF_A_REP, HoursField, zones


class HoursForm(forms.Form):
    """The own week and time zone; empty is as the team."""

    own_hours = HoursField(label=_("Working hours"), required=False, hint=OF_A_REP)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [("", _("As the team")), *zones()]
