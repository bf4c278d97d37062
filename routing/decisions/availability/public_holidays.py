"""Public holidays of a country or one of its regions, with their names (F5, I2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from types import MappingProxyType

NONE = "-"  # chosen for a person or team without public holidays
PUBLIC = "public"
USUAL_BESIDE: Mapping[str, tuple[str, ...]] = {"ID": ("government",)}  # joint leave: offices are closed
NO_DAYS_OFF = {"workday"}  # days of the package on which people work after all
Kinds = Mapping[str, tuple[str, ...]]  # by region, such as "ID" or "DE-BY"


@dataclass(frozen=True, slots=True)
class Region:
    """`country` is an ISO alpha-2 code; `part` is the code of one of its regions, "" for the whole country. `kinds` are
    the kinds of days that are off there (those of known_kinds); without any, the usual ones."""

    country: str
    part: str = ""
    kinds: tuple[str, ...] = ()


def region_of(*choices: tuple[str, str], kinds: Kinds = MappingProxyType({})) -> Region | None:
    """The first choice that names a country or NONE, of the rep's, the team's and the installation's. The kinds chosen
    for a region come before those of its country."""
    for country, part in choices:
        if country == NONE:
            return None
        if country and country in countries():
            part = part if part in region_codes(country) else ""
            return Region(country, part, kinds.get(f"{country}-{part}") or kinds.get(country, ()))
    return None


def parse_region(text: str) -> tuple[str, str]:
    """ "DE-BY" as (country, part)."""
    country, _dash, part = text.strip().upper().partition("-")
    return country, part


def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries with known holidays, each with the codes of its regions."""
    return _countries()


def region_codes(country: str) -> tuple[str, ...]:
    return countries().get(country, ())


def known_kinds(country: str) -> tuple[str, ...]:
    """The kinds of days off that are known of this country, the public ones first."""
    import holidays  # slow to load, and many installations name no country

    if country not in countries():
        return ()
    found = set(getattr(holidays, country).supported_categories) - NO_DAYS_OFF
    return tuple(sorted(found, key=lambda kind: (kind != PUBLIC, kind)))


def usual_kinds(country: str) -> tuple[str, ...]:
    """What counts where sales ops chose nothing: public holidays, and in Indonesia joint leave too."""
    usual = (PUBLIC, *USUAL_BESIDE.get(country, ()))
    return tuple(kind for kind in known_kinds(country) if kind in usual)


def holidays_between(region: Region | None, first: date, last: date, language: str = "en") -> list[tuple[date, str]]:
    """The holidays from `first` to `last`, both included, with names in this language, or else in English."""
    if region is None:
        return []
    found: list[tuple[date, str]] = []
    for year in range(first.year, last.year + 1):
        found += [(day, name) for day, name in _holidays_of_year(region, year, language) if first <= day <= last]
    return found


def next_day(day: date) -> date:
    return day + timedelta(days=1)


@cache
def _countries() -> Mapping[str, tuple[str, ...]]:
    import holidays  # as above

    return {code: tuple(found) for code, found in holidays.list_supported_countries(include_aliases=False).items()}


@lru_cache(maxsize=1024)
def _holidays_of_year(region: Region, year: int, language: str) -> tuple[tuple[date, str], ...]:
    """Sorted by day. Cached, because reading a year takes milliseconds and many reps share a country."""
    import holidays  # as above

    kinds = [kind for kind in region.kinds if kind in known_kinds(region.country)] or usual_kinds(region.country)
    found = holidays.country_holidays(
        region.country,
        subdiv=region.part or None,
        years=year,
        language=_language_code(region.country, language),
        categories=kinds,
    )
    return tuple(sorted((day, name) for day, name in found.items() if day.year == year))


def _language_code(country: str, language: str) -> str | None:
    """The code of the language as the holidays package has it for this country; None is the package's own choice."""
    import holidays  # as above

    offered = holidays.list_localized_countries().get(country, [])
    for wanted in (language, "en"):
        for each in (wanted, "en_US" if wanted == "en" else wanted):
            if each in offered:
                return each
        if like := [each for each in offered if each.split("_")[0] == wanted]:
            return like[0]
    return None
