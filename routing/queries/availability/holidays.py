"""Reads which public holidays reps have, and which come next (F5, I2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import get_default_timezone

from routing.decisions.availability.public_holidays import Region, holidays_between, parse_region, region_of
from routing.models import Rep, WorkedHoliday
from routing.queries.first_teams import first_teams

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Holiday:
    """`is_worked`: the rep works on that day."""

    on: date
    name: str
    is_worked: bool


def holiday_regions(reps: Sequence[Rep]) -> dict[int, tuple[Region | None, ZoneInfo]]:
    """The country or region of each rep, and the time zone of the rep's days. The team is the first by name."""
    links = Rep.teams.through.objects.filter(rep__in=reps)
    teams = first_teams(links, "team__holiday_country", "team__holiday_region", "team__time_zone")
    found = {}
    for rep in reps:
        country, region, zone = teams.get(rep.pk, ("", "", ""))
        name = rep.time_zone or zone
        place = region_of(
            (rep.holiday_country, rep.holiday_region), (country, region), parse_region(settings.HOLIDAYS_OF)
        )
        found[rep.pk] = place, ZoneInfo(name) if name else get_default_timezone()
    return found


def coming_holidays(rep: Rep, *, at: datetime, language: str = "en") -> tuple[Region | None, list[Holiday]]:
    """The rep's region, and its holidays of the next year, in the rep's time zone."""
    region, zone = holiday_regions([rep])[rep.pk]
    today = at.astimezone(zone).date()
    worked = set(WorkedHoliday.objects.filter(rep=rep, on__gte=today).order_by("on").values_list("on", flat=True))
    days = holidays_between(region, today, today + A_YEAR, language)
    return region, [Holiday(day, name, day in worked) for day, name in days]
