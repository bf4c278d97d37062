"""Reads which holidays reps have, public ones and those of the company, and which come next (F5, I2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from config.company import company_holidays_of, company_zone
from routing.decisions.availability.company_holidays import CompanyDays, Holiday, is_for, merge_holidays
from routing.decisions.availability.public_holidays import Kinds, Region, holidays_between, parse_region, region_of
from routing.models import CompanyHoliday, HolidayKinds, Rep, TimeOff, WorkedHoliday
from routing.queries.first_teams import first_teams

A_YEAR = timedelta(days=365)
TEAMS = Rep.teams.through


@dataclass(frozen=True, slots=True)
class RepHolidays:
    """`zone` is the time zone of the rep's days."""

    region: Region | None
    zone: ZoneInfo
    days: list[Holiday]


@dataclass(frozen=True, slots=True)
class ComingHoliday:
    """`is_worked`: the rep works on that day."""

    day: Holiday
    is_worked: bool


def holiday_regions(reps: Sequence[Rep]) -> dict[int, tuple[Region | None, ZoneInfo]]:
    """The country or region of each rep, and the time zone of the rep's days. The team is the first by name."""
    links = TEAMS.objects.filter(rep__in=reps)
    teams = first_teams(links, "team__holiday_country", "team__holiday_region", "team__time_zone")
    kinds, found = chosen_kinds(), {}
    for rep in reps:
        country, region, zone = teams.get(rep.pk, ("", "", ""))
        name = rep.time_zone or zone
        place = region_of(
            (rep.holiday_country, rep.holiday_region),
            (country, region),
            parse_region(company_holidays_of()),
            kinds=kinds,
        )
        found[rep.pk] = place, ZoneInfo(name) if name else company_zone()
    return found


def holidays_of(
    reps: Sequence[Rep], *, at: datetime, ahead: timedelta = A_YEAR, language: str = "en"
) -> dict[int, RepHolidays]:
    """By rep, from today on; a few queries for any number of reps, and what many share is worked out once."""
    regions = holiday_regions(reps)
    company = company_days(at.date() - timedelta(days=2), at.date() + ahead + timedelta(days=2))
    teams = _teams(reps) if any(each.teams is not None for each in company) else {}
    shared: dict[tuple, list[Holiday]] = {}
    found = {}
    for rep in reps:
        region, zone = regions[rep.pk]
        mine, today = teams.get(rep.pk, frozenset()), at.astimezone(zone).date()
        key = region, mine, today
        if key not in shared:
            public = holidays_between(region, today, today + ahead, language)
            theirs = [each for each in company if is_for(each, region, mine)]
            shared[key] = merge_holidays(public, theirs, today, today + ahead)
        found[rep.pk] = RepHolidays(region, zone, shared[key])
    return found


def coming_holidays(rep: Rep, *, at: datetime, language: str = "en") -> tuple[Region | None, list[ComingHoliday]]:
    """The rep's region, and its holidays of the next year, in the rep's time zone."""
    found = holidays_of([rep], at=at, language=language)[rep.pk]
    today = at.astimezone(found.zone).date()
    worked = set(WorkedHoliday.objects.filter(rep=rep, on__gte=today).order_by("on").values_list("on", flat=True))
    return found.region, [ComingHoliday(day, day.on in worked) for day in found.days]


def chosen_kinds() -> Kinds:
    """Where sales ops chose which kinds of public holidays are days off."""
    rows = HolidayKinds.objects.order_by("pk").values_list("region", "kinds")
    return {region: tuple(map(str, kinds)) for region, kinds in rows}


def company_days(first: date, last: date) -> list[CompanyDays]:
    """The company's holidays of which a day may lie between these, by whom they are for; at most two queries."""
    rows = CompanyHoliday.objects.filter(Q(is_yearly=True) | Q(last_on__gte=first), first_on__lte=last)
    return [as_days(row) for row in rows.order_by("first_on", "pk").prefetch_related("teams")]


def as_days(row: CompanyHoliday) -> CompanyDays:
    is_of_teams = row.is_for == CompanyHoliday.IsFor.TEAMS
    return CompanyDays(
        name=row.name,
        first_on=row.first_on,
        last_on=row.last_on,
        is_yearly=row.is_yearly,
        is_working_day=row.kind == CompanyHoliday.Kind.WORKING,
        region=Region(*parse_region(row.region)) if row.region else None,
        teams=frozenset(team.pk for team in row.teams.all()) if is_of_teams else None,
    )


def reps_concerned(row: CompanyHoliday) -> list[Rep]:
    """The active reps for whom this company holiday is."""
    reps = list(Rep.objects.filter(user__is_active=True).order_by("pk"))
    days, regions, teams = as_days(row), holiday_regions(reps), _teams(reps)
    return [rep for rep in reps if is_for(days, regions[rep.pk][0], teams.get(rep.pk, frozenset()))]


def holiday_names(reps: Collection[int], *, at: datetime) -> dict[int, str]:
    """By rep, what the holiday of this moment is called; for the sentence why somebody is passed over. No query
    without reps."""
    if not reps:
        return {}
    rows = TimeOff.objects.filter(rep__in=reps, kind=TimeOff.Kind.HOLIDAY, starts_at__lte=at, ends_at__gt=at)
    return dict(rows.order_by("pk").values_list("rep", "note"))


def _teams(reps: Sequence[Rep]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for rep, team in TEAMS.objects.filter(rep__in=reps).order_by("pk").values_list("rep", "team"):
        found.setdefault(rep, set()).add(team)
    return {rep: frozenset(teams) for rep, teams in found.items()}
