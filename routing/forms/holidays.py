"""The choice of public holidays by country and region, for the forms of people and teams (I2)."""

from functools import lru_cache

import pycountry
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.facts.countries import country_names
from routing.decisions.availability.public_holidays import NONE, Region, countries, region_codes

REGION_HELP = lazy("Save the country first to choose a region. Empty: holidays of the whole country.")


class HolidayFieldsMixin:
    """For forms with the choice fields `holiday_country` and `holiday_region`."""

    def fill_choices(self, *, empty_label: object) -> None:
        """Fill both lists; the regions are those of the saved and of the sent country."""
        known = countries()
        names = [(code, name) for code, name in country_names(get_language() or "en").items() if code in known]
        self.fields["holiday_country"].choices = [("", empty_label), (NONE, lazy("No public holidays")), *names]
        now = self.initial.get("holiday_country", ""), self.data.get(self.add_prefix("holiday_country"), "")
        regions = {code: name for country in now for code, name in region_names(country)}
        self.fields["holiday_region"].choices = [("", lazy("The whole country")), *regions.items()]
        self.fields["holiday_region"].help_text = REGION_HELP

    def clean(self) -> dict:
        typed = super().clean()
        country, region = typed.get("holiday_country", ""), typed.get("holiday_region", "")
        if region and region not in region_codes(country):
            is_new = country and country != self.initial.get("holiday_country", "")
            if is_new and region == self.initial.get("holiday_region", ""):
                typed["holiday_region"] = ""  # it belonged to the old country
            else:
                self.add_error("holiday_region", ValidationError(_("Choose a region of this country, or none.")))
        return typed


def region_text(region: Region | None) -> str:
    if region is None:
        return _("No public holidays")
    country = country_names(get_language() or "en").get(region.country, region.country)
    return f"{country}, {dict(region_names(region.country)).get(region.part)}" if region.part else country


@lru_cache(maxsize=512)
def region_names(country: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of the country's regions, by name."""
    named = []
    for code in region_codes(country):
        found = pycountry.subdivisions.get(code=f"{country}-{code}")
        named.append((code, f"{found.name} ({code})" if found else code))
    return tuple(sorted(named, key=lambda each: each[1]))
