"""Reads a rep's calendar page: working hours, the rotations that use them, and who may see and change it (F5, C9)."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet

from routing.models import Rep, Rotation, Team
from routing.queries.first_teams import team_of
from routing.queries.people import managed_reps, time_zone_of
from routing.queries.rotation.my_turns import my_rotations

RIGHTS = ("queues.watch_queue", "queues.operate_queue")


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """`week` as it is stored; `team` is the team whose week it is, None for the rep's own. `watched_by` are the
    rotations that look at it."""

    week: dict
    zone: str
    team: Team | None
    watched_by: list[Rotation]


def visible_calendars(user: User) -> QuerySet[Rep]:
    """The reps whose calendar this person may open: their own, those of the teams they manage, all for sales ops."""
    mine = Rep.objects.select_related("user").filter(user=user)
    if not user.has_perm("queues.claim_entry"):
        mine = mine.none()
    if any(user.has_perm(right) for right in RIGHTS):
        return Rep.objects.select_related("user").filter(pk__in=managed_reps(user).order_by().values("pk")) | mine
    return mine


def may_set_hours(user: User, rep: Rep) -> bool:
    """Managers and sales ops; reps only where the team allows it, because skipped turns may count as owed."""
    if any(user.has_perm(right) for right in RIGHTS) and managed_reps(user).filter(pk=rep.pk).exists():
        return True
    team = team_of(rep)
    return rep.user_id == user.pk and team is not None and team.reps_set_hours


def working_week(rep: Rep) -> WorkingWeek | None:
    """None for a rep without own hours and without a team, who works around the clock."""
    team = team_of(rep)
    if not rep.own_hours and team is None:
        return None
    watching = my_rotations(rep).filter(is_active=True, skips_outside_hours=True)
    return WorkingWeek(
        week=rep.own_hours or team.working_hours,
        zone=time_zone_of(rep).key,
        team=None if rep.own_hours else team,
        watched_by=list(watching.order_by("name", "pk")),
    )
