"""Apply a company's own holidays: days off of the reps whom they concern, from now on (F5)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from routing.actions.availability.holidays import sync_in_background
from routing.decisions.availability.holiday_lines import HolidayLine
from routing.models import CompanyHoliday

IsFor = CompanyHoliday.IsFor
Kind = CompanyHoliday.Kind


@dataclass(frozen=True, slots=True)
class For:
    """Whom holidays concern; `teams` are their ids."""

    is_for: str = IsFor.EVERYBODY
    region: str = ""
    teams: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Added:
    """`known` lines were there before."""

    holidays: list[CompanyHoliday]
    known: int


def holidays_changed(concerned: Collection[For], *, name: str, by: User | None, at: datetime) -> None:
    """Give the reps whom a holiday concerns, or concerned before, the days off that they have now. Coming days follow
    at once, past ones stay as they were."""
    if all(each.is_for == IsFor.TEAMS for each in concerned):
        teams = set().union(*(each.teams for each in concerned))
        sync_in_background({"teams": sorted(teams)}, name=name, by=by, at=at)
    else:
        sync_in_background({}, name=name, by=by, at=at)


@transaction.atomic
def delete_company_holiday(holiday: CompanyHoliday, *, by: User | None, at: datetime) -> None:
    """Who is off now only because of it gets waiting leads at once (F6)."""
    concerned, name = for_of(holiday), holiday.name
    set_history_author(holiday, by)
    holiday.delete()
    holidays_changed([concerned], name=name, by=by, at=at)


@transaction.atomic
def add_company_holidays(
    lines: Sequence[HolidayLine], *, concerned: For, kind: str, is_yearly: bool, by: User | None, at: datetime
) -> Added:
    """All of the lines or none; a line that is there already is left as it is."""
    known = {(row.name, row.first_on, row.last_on) for row in _alike(concerned, kind, is_yearly)}
    new = [line for line in lines if (line.name, line.first_on, line.last_on) not in known]
    holidays = [_add(line, concerned, kind, is_yearly, by) for line in new]
    if holidays:
        holidays_changed([concerned], name=holidays[0].name, by=by, at=at)
    return Added(holidays, len(lines) - len(new))


def for_of(holiday: CompanyHoliday) -> For:
    return For(holiday.is_for, holiday.region, frozenset(holiday.teams.order_by("pk").values_list("pk", flat=True)))


def _alike(concerned: For, kind: str, is_yearly: bool) -> Iterable[CompanyHoliday]:
    rows = CompanyHoliday.objects.filter(
        is_for=concerned.is_for, region=concerned.region, kind=kind, is_yearly=is_yearly
    )
    for row in rows.order_by("pk").prefetch_related("teams"):
        if frozenset(team.pk for team in row.teams.all()) == concerned.teams:
            yield row


def _add(line: HolidayLine, concerned: For, kind: str, is_yearly: bool, by: User | None) -> CompanyHoliday:
    holiday = CompanyHoliday(
        name=line.name,
        kind=kind,
        first_on=line.first_on,
        last_on=line.last_on,
        is_yearly=is_yearly,
        is_for=concerned.is_for,
        region=concerned.region,
    )
    set_history_author(holiday, by)
    holiday.save()
    if concerned.teams:
        holiday.teams.set(concerned.teams)
    return holiday
