"""Forms of a rep's calendar page: working hours, public holidays, and the address of a calendar (F5, I2)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.safe_fetch import MAX_ADDRESS, FetchRefused, web_address
from routing.forms.holidays import HolidayFieldsMixin
from routing.forms.hours import REP_HOURS_HINT, HoursField, zones
from routing.presenters.calendar_feed import address_refused_text


class HoursForm(forms.Form):
    """The rep's own week and time zone; empty means as the team."""

    own_hours = HoursField(label=_("Working hours"), required=False, hint=REP_HOURS_HINT)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [("", _("As the team")), *zones()]


class HolidaysForm(HolidayFieldsMixin, forms.Form):
    """Empty means as the team."""

    holiday_country = forms.ChoiceField(
        label=_("Public holidays of"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    holiday_region = forms.ChoiceField(
        label=_("Region"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fill_choices(empty_label=_("As the team"))


class AnswersForm(forms.Form):
    """Which invitations in a calendar count."""

    counts_unanswered = forms.BooleanField(
        label=_("Count invitations not answered yet"),
        required=False,
        help_text=_("Declined ones never count, accepted ones always do."),
    )


class FeedForm(forms.Form):
    """The address is never shown again, not even here."""

    address = forms.CharField(
        label=_("Address of the calendar"),
        max_length=MAX_ADDRESS,
        error_messages={"required": _("Paste the address of the calendar.")},
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=_("The secret address in iCal format (.ics) that your calendar shows under its settings."),
    )

    def clean_address(self) -> str:
        try:
            return web_address(self.cleaned_data["address"])
        except FetchRefused:
            raise forms.ValidationError(address_refused_text()) from None
