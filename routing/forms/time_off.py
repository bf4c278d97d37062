"""The form for time off: days, with half days at either end (F5)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from routing.models import TimeOff

NOON = time(12)
PLANNED = [(kind.value, kind.label) for kind in TimeOff.Kind if kind != TimeOff.Kind.HOLIDAY]
YEARS = (date(2000, 1, 1), date(2099, 12, 31))  # the last possible date has no next day
STARTS = [("morning", _("in the morning")), ("noon", _("at noon"))]
ENDS = [("evening", _("in the evening")), ("noon", _("at noon"))]


def _day(label: object) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={"required": _("Choose a day."), "invalid": _("Write a day, such as 2026-11-17.")},
        validators=[
            MinValueValidator(YEARS[0], _("Check the year.")),
            MaxValueValidator(YEARS[1], _("Check the year.")),
        ],
    )


class TimeOffForm(forms.Form):
    """Half a day is the morning or the afternoon of one day."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PLANNED, widget=forms.Select(attrs={"class": "form-select"}))
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
            self.add_error("last_day", _("The end is before the start. Choose a later day."))
        return found

    def span(self) -> tuple[datetime, datetime]:
        """When the absence starts and ends, from the person's local days."""
        sent = self.cleaned_data
        begins = NOON if sent["starts"] == "noon" else time(0)
        if sent["ends"] == "noon":
            return local_moment(sent["first_day"], begins, self.zone), local_moment(sent["last_day"], NOON, self.zone)
        after = sent["last_day"] + timedelta(days=1)
        return local_moment(sent["first_day"], begins, self.zone), local_moment(after, time(0), self.zone)


def local_moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """A local time as a moment. If the clocks skip midnight, it is the first moment of the day."""
    return datetime.combine(day, hour, tzinfo=zone).astimezone(UTC)
