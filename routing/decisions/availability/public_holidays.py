"""Public holidays of a country or one of its regions, with their names (F5, I2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

NONE = "-"  # somebody has no public holidays, whatever the team has


@dataclass(frozen=True, slots=True)
class Region:
    """`country` is alpha-2; `part` is a code of the country's own, "" for the whole of it."""

    country: str
    part: str = ""


def region_of(*choices: tuple[str, str]) -> Region | None:
    """The first choice that names a country, or says that there is none: the rep's, the team's, the installation's."""
    for country, part in choices:
        if country == NONE:
            return None
        if country and country in countries():
            return Region(country, part if part in parts(country) else "")
    return None


def written(text: str) -> tuple[str, str]:
    """ "DE-BY" as a choice."""
    country, _dash, part = text.strip().upper().partition("-")
    return country, part


def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries that are known, with the codes of their parts."""
    return _known()


def parts(country: str) -> tuple[str, ...]:
    return countries().get(country, ())


def between(region: Region | None, first: date, last: date, language: str = "en") -> list[tuple[date, str]]:
    """The holidays from `first` to `last`, both included, with their names; English where the language is not known."""
    if region is None:
        return []
    found: list[tuple[date, str]] = []
    for year in range(first.year, last.year + 1):
        found += [(day, name) for day, name in _of_year(region, year, language) if first <= day <= last]
    return found


def next_day(day: date) -> date:
    return day + timedelta(days=1)


@cache
def _known() -> Mapping[str, tuple[str, ...]]:
    import holidays  # slow to load, and many installations name no country

    return {code: tuple(found) for code, found in holidays.list_supported_countries(include_aliases=False).items()}


@lru_cache(maxsize=1024)
def _of_year(region: Region, year: int, language: str) -> tuple[tuple[date, str], ...]:
    """Sorted by day. Reading a year takes milliseconds, and many reps share a country."""
    import holidays  # as above

    found = holidays.country_holidays(
        region.country, subdiv=region.part or None, years=year, language=_spoken(region.country, language)
    )
    return tuple(sorted((day, name) for day, name in found.items() if day.year == year))


def _spoken(country: str, language: str) -> str | None:
    """The name of the language as the country's list has it; None is the language that its list is written in."""
    import holidays  # as above

    offered = holidays.list_localized_countries().get(country, [])
    for wanted in (language, "en"):
        for each in (wanted, "en_US" if wanted == "en" else wanted):
            if each in offered:
                return each
        if like := [each for each in offered if each.split("_")[0] == wanted]:
            return like[0]
    return None
