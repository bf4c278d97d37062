"""Reads people: the team of a rep, working hours and time zone, and who manages whom."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from json import dumps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from config.company import company_language, company_zone
from routing.decisions.availability.hours import WorkingHours
from routing.models import Reach, Rep, Team
from routing.queries.availability.absences import working_hours_in
from routing.queries.availability.zones import zone_named
from routing.queries.first_teams import team_of


def time_zone_of(rep: Rep) -> ZoneInfo:
    """The rep's own time zone, or the team's, or that of this installation."""
    team = None if rep.time_zone else team_of(rep)
    name = rep.time_zone or (team.time_zone if team else "")
    return ZoneInfo(name) if name else company_zone()


def zone_of_user(user: User) -> ZoneInfo:
    """By which this person reads times: the zone chosen under Profile, else the rep's own or its team's, else that of
    the first team the person manages, else the company's."""
    chosen = Reach.objects.filter(user=user).values_list("time_zone", flat=True).first()
    if chosen and (zone := zone_named(chosen)):
        return zone
    if rep := Rep.objects.filter(user=user).first():
        return time_zone_of(rep)
    managed = Team.objects.filter(managers=user).order_by("name", "pk").values_list("time_zone", flat=True).first()
    return zone_named(managed or "") or company_zone()


def team_zones_of(user: User) -> list[str]:
    """Names of the time zones of the teams in which this person works or which he or she manages."""
    teams = Team.objects.filter(Q(managers=user) | Q(reps__user=user)).order_by("time_zone").distinct()
    return list(teams.values_list("time_zone", flat=True))


def language_of_user(user: User) -> str:
    """What the person chose, or the browser said at the first sign-in; empty without either."""
    chosen = Reach.objects.filter(user=user).values_list("language", flat=True).first() or ""
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def language_for(user: User) -> str:
    """In which messages speak to this person: the own language, else the company's."""
    return language_of_user(user) or company_language()


def zone_with_teams(rep: Rep, fallback: tzinfo) -> tzinfo:
    """As time_zone_of(), for a rep whose teams are read already; `fallback` without any zone."""
    teams = sorted(rep.teams.all(), key=lambda team: (team.name, team.pk))
    return next((ZoneInfo(name) for name in (rep.time_zone, *(team.time_zone for team in teams)) if name), fallback)


def working_hours_of(rep: Rep) -> WorkingHours | None:
    """The rep's own hours, or those of the team; a team without hours has the default ones. None for a rep without own
    hours and without a team, who works around the clock.

    Nothing calls it yet: contact clocks count wall time until a queue can choose the holder's working hours (D3)."""
    team = team_of(rep)
    week = rep.own_hours or (team.working_hours if team else None)
    return None if week is None else working_hours_in(dumps(week), time_zone_of(rep).key)


def managed_reps(user: User) -> QuerySet[Rep]:
    """The reps of the teams that this person manages; all reps for sales ops."""
    reps = Rep.objects.select_related("user").order_by("user__last_name", "user__first_name", "pk")
    if user.has_perm("queues.operate_queue"):
        return reps
    return reps.filter(teams__managers=user).distinct()


def managed_teams(user: User) -> QuerySet[Team]:
    """The teams that this person manages; all teams for sales ops."""
    teams = Team.objects.order_by("name", "pk")
    return teams if user.has_perm("queues.operate_queue") else teams.filter(managers=user)


def manager_ids(team_ids: Iterable[int]) -> list[int]:
    """The active managers of these teams."""
    teams = Team.objects.filter(pk__in=list(team_ids))
    ids = teams.filter(managers__is_active=True).values_list("managers", flat=True).order_by("managers").distinct()
    return [pk for pk in ids if pk is not None]


def manager_ids_by_holder(holder_ids: Iterable[int]) -> dict[int, set[int]]:
    """The active managers of the teams of each of these holders."""
    rows = Team.objects.filter(reps__user__in=list(holder_ids), managers__is_active=True)
    found: dict[int, set[int]] = {}
    for holder, manager in rows.order_by("pk").values_list("reps__user", "managers"):
        found.setdefault(holder, set()).add(manager)
    return found


def manager_ids_of_holder(holder_id: int) -> list[int]:
    """The managers of the teams of a lead's holder."""
    team_ids = Team.objects.filter(reps__user=holder_id).values_list("pk", flat=True).order_by("pk")
    return manager_ids(team_ids)


def is_team_of(name: str, *, emails: Sequence[str]) -> bool:
    """Whether the team of this name has all these people as reps; addresses in small letters."""
    found = Rep.objects.filter(teams__name__iexact=name).annotate(mail=Lower("user__email")).filter(mail__in=emails)
    return bool(emails) and found.count() == len(set(emails))
