"""The form of the company: name, time zone, working hours, holidays, language (M1)."""

from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as lazy

from config.company import company_holidays_of, company_language, company_version, company_zone
from config.models import Company
from routing.decisions.availability.public_holidays import NONE, parse_region
from routing.forms.holidays import HolidayFieldsMixin
from routing.forms.hours import HoursField, zones

COLUMNS = ("name", "time_zone", "working_hours", "language")


def _languages() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in settings.LANGUAGES]


class _Base(forms.Form):
    """HolidayFieldsMixin cleans before it."""


class CompanyForm(HolidayFieldsMixin, _Base):
    """`saved()` gives the columns of Company. What was never saved starts as the environment says."""

    name = forms.CharField(
        label=lazy("Company name"), max_length=80, error_messages={"required": lazy("Write the name of the company.")}
    )
    time_zone = forms.ChoiceField(
        label=lazy("Time zone"),
        choices=zones,
        help_text=lazy("Days begin by it, where a person or a team has no other."),
    )
    working_hours = HoursField(label=lazy("Working hours"), required=False)
    holiday_country = forms.ChoiceField(label=lazy("Public holidays of"), required=False)
    holiday_region = forms.ChoiceField(label=lazy("Region"), required=False)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    language = forms.ChoiceField(
        label=lazy("Language"), choices=_languages, help_text=lazy("Of messages to people who chose no other.")
    )

    def __init__(self, data: Any, *, row: Company) -> None:
        now = company_holidays_of()
        country, region = (NONE, "") if now == NONE else parse_region(now)
        initial = {
            "name": row.name,
            "time_zone": row.time_zone or company_zone().key,
            "working_hours": row.working_hours,
            "holiday_country": country,
            "holiday_region": region,
            "language": company_language(),
            "seen": company_version(),
        }
        super().__init__(data, initial=initial)
        self.fill_choices(empty_label=lazy("As the server’s settings say"))
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    def show_newer(self, says: str) -> None:
        """Somebody else saved it: what was typed stays, and saving once more keeps it."""
        self.add_error(None, says)
        typed: Any = copy(self.data)
        typed["seen"] = str(company_version())
        self.data = typed

    def saved(self) -> dict[str, Any]:
        typed = self.cleaned_data
        place = "-".join(filter(None, (typed["holiday_country"], typed["holiday_region"])))
        return {name: typed[name] for name in COLUMNS if name in typed} | {"holidays_of": place}
