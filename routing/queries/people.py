"""Reads people: the team of a rep, hours and time zone that follow from it, and who manages whom."""

from collections.abc import Iterable
from json import dumps
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.timezone import get_default_timezone

from routing.decisions.availability.hours import WorkingHours
from routing.models import Rep, Team
from routing.queries.availability.absences import hours_in
from routing.queries.first_teams import team_of


def zone_of(rep: Rep) -> ZoneInfo:
    """Where the rep's days begin: the own time zone, else the team's, else that of this installation."""
    team = None if rep.time_zone else team_of(rep)
    name = rep.time_zone or (team.time_zone if team else "")
    return ZoneInfo(name) if name else get_default_timezone()


def hours_of(rep: Rep) -> WorkingHours | None:
    """When the rep works: by the own hours, else by those of the team, in the own time zone, else the team's; a team
    that has none works the usual ones. None for a rep without hours and without a team: around the clock."""
    team = team_of(rep)
    week = rep.own_hours or (team.working_hours if team else None)
    return None if week is None else hours_in(dumps(week), zone_of(rep).key)


def team_mates(user) -> QuerySet[Rep]:
    """The reps of the teams this person manages; ops see all."""
    reps = Rep.objects.select_related("user").order_by("user__last_name", "user__first_name", "pk")
    if user.has_perm("queues.operate_queue"):
        return reps
    return reps.filter(teams__managers=user).distinct()


def manager_ids(team_ids: Iterable[int]) -> list[int]:
    """The active managers of these teams; without any, all active managers answer."""
    teams = Team.objects.filter(pk__in=list(team_ids))
    ids = teams.filter(managers__is_active=True).values_list("managers", flat=True).order_by("managers").distinct()
    return [pk for pk in ids if pk is not None]


def managers_of(holder_id: int) -> list[int]:
    """The managers of the teams of the rep who holds a lead."""
    team_ids = Team.objects.filter(reps__user=holder_id).values_list("pk", flat=True).order_by("pk")
    return manager_ids(team_ids)
