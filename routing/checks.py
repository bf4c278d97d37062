"""System checks of the settings that routing uses."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from routing.decisions.availability.public_holidays import countries, parse_region, region_codes


@register()
def holidays_are_of_a_country(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Otherwise an unknown country would silently mean no public holidays."""
    country, part = parse_region(settings.HOLIDAYS_OF)
    if not country or (country in countries() and (not part or part in region_codes(country))):
        return []
    return [
        Error(
            f"HOLIDAYS_OF is {settings.HOLIDAYS_OF!r}, of which no public holidays are known.",
            hint="Name a country such as ID, or one of its regions such as DE-BY; empty for none.",
            id="routing.E001",
        )
    ]
