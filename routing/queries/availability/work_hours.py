"""Reads which hours the clocks of teams and reps count: their week, without holidays and days off (D3).

Rotations take an empty week for 9 to 17; clocks do not: without hours they count all time (L12).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from config.company import company_holidays_of, company_zone
from routing.decisions.availability.company_holidays import Holiday, is_for, merge_holidays
from routing.decisions.availability.filling import Span
from routing.decisions.availability.hours import HoursRefused, WorkingHours, parse_hours
from routing.decisions.availability.public_holidays import holidays_between, parse_region, region_of
from routing.models import Rep, Team, TimeOff, WorkedHoliday
from routing.queries.availability.holidays import chosen_kinds, company_days, holidays_of
from routing.queries.availability.zones import zone_named
from routing.queries.first_teams import first_teams

PAUSING = (TimeOff.Kind.LEAVE, TimeOff.Kind.SICK)  # meetings do not stop a clock


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """`hours` None: all hours count, and `away` does not matter."""

    hours: WorkingHours | None
    zone: ZoneInfo
    away: tuple[Span, ...] = ()


def plans_of_teams(teams: Sequence[Team], *, first: datetime, last: datetime) -> dict[int, WorkPlan]:
    """By team: its week without public holidays of its region and company days."""
    company, kinds = company_days(first.date(), last.date()), chosen_kinds()
    found = {}
    for team in teams:
        named = (team.holiday_country, team.holiday_region)
        region = region_of(named, parse_region(company_holidays_of()), kinds=kinds)
        theirs = [each for each in company if is_for(each, region, {team.pk})]
        days = merge_holidays(holidays_between(region, first.date(), last.date()), theirs, first.date(), last.date())
        zone = _zone(team.time_zone)
        found[team.pk] = WorkPlan(hours_in(team.working_hours, zone, _off(days)), zone)
    return found


def plans_of_reps(reps: Sequence[Rep], *, first: datetime, last: datetime, at: datetime) -> dict[int, WorkPlan]:
    """By rep: the own week or that of the first team, without holidays (unless the rep works on one), leave and sick
    days."""
    weeks = first_teams(Rep.teams.through.objects.filter(rep__in=reps), "team__working_hours")
    coming = holidays_of(reps, at=at, ahead=last - at) if reps else {}
    worked: dict[int, set[date]] = {}
    for pk, on in WorkedHoliday.objects.filter(rep__in=reps).order_by("pk").values_list("rep", "on"):
        worked.setdefault(pk, set()).add(on)
    away = _absences(reps, first=first, last=last, at=at)
    found = {}
    for rep in reps:
        zone, (week,) = coming[rep.pk].zone, weeks.get(rep.pk, ({},))
        days = _off(coming[rep.pk].days) - worked.get(rep.pk, set())
        found[rep.pk] = WorkPlan(hours_in(rep.own_hours or week, zone, days), zone, tuple(away.get(rep.pk, ())))
    return found


def reps_without_hours(reps: QuerySet[Rep]) -> list[Rep]:
    """Those whose clocks count all hours (L12)."""
    without = list(reps.filter(own_hours={}))
    weeks = first_teams(Rep.teams.through.objects.filter(rep__in=without), "team__working_hours")
    return [rep for rep in without if not weeks.get(rep.pk, ({},))[0]]


def hours_in(week: dict, zone: ZoneInfo, days_off: frozenset[date] = frozenset()) -> WorkingHours | None:
    """None for a week without hours, or one that cannot be read."""
    try:
        blocks = parse_hours(week or {})
    except HoursRefused:
        return None
    return WorkingHours(blocks, zone, days_off) if blocks else None


def _absences(reps: Sequence[Rep], *, first: datetime, last: datetime, at: datetime) -> dict[int, list[Span]]:
    """Leave and sick days, and holidays that are over; coming ones are in the week."""
    rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=first, starts_at__lt=last)
    found: dict[int, list[Span]] = {}
    for rep, kind, starts_at, ends_at in rows.order_by("starts_at", "pk").values_list(
        "rep", "kind", "starts_at", "ends_at"
    ):
        if kind in PAUSING or kind == TimeOff.Kind.HOLIDAY and ends_at <= at:
            found.setdefault(rep, []).append((starts_at, ends_at))
    return found


def _off(days: Sequence[Holiday]) -> frozenset[date]:
    return frozenset(day.on for day in days if day.is_day_off)


def _zone(name: str) -> ZoneInfo:
    return zone_named(name) or company_zone() if name else company_zone()
