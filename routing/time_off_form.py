"""What a rep sends to plan time off: days, with half days at either end (F5)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from routing.models import TimeOff

NOON = time(12)
STARTS = [("morning", _("in the morning")), ("noon", _("at noon"))]
ENDS = [("evening", _("in the evening")), ("noon", _("at noon"))]


def _day(label: object) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={"required": _("Choose a day."), "invalid": _("Write a day, such as 2026-11-17.")},
    )


class TimeOffForm(forms.Form):
    """Half a day is from morning to noon, or from noon to evening, of one day."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=TimeOff.Kind.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    first_day = _day(_("First day"))
    starts = forms.ChoiceField(
        label=_("Begins"), choices=STARTS, initial="morning", widget=forms.Select(attrs={"class": "form-select"})
    )
    last_day = _day(_("Last day"))
    ends = forms.ChoiceField(
        label=_("Ends"), choices=ENDS, initial="evening", widget=forms.Select(attrs={"class": "form-select"})
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("Only you and your managers read this."),
    )

    def __init__(self, *args, zone: ZoneInfo, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict:
        found = super().clean()
        if not self.errors and self.span()[1] <= self.span()[0]:
            self.add_error("last_day", _("The end lies before the beginning. Choose a later day."))
        return found

    def span(self) -> tuple[datetime, datetime]:
        """The moments between which the person is away, in the own time zone."""
        sent = self.cleaned_data
        begins = NOON if sent["starts"] == "noon" else time(0)
        if sent["ends"] == "noon":
            return self._moment(sent["first_day"], begins), self._moment(sent["last_day"], NOON)
        return self._moment(sent["first_day"], begins), self._moment(sent["last_day"] + timedelta(days=1), time(0))

    def _moment(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=self.zone)
