"""Reads a rep's calendar page: hours and what follows from them, and who may see and change it (F5, C9)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from routing.models import Rep, Rotation, Team
from routing.queries.first_teams import team_of
from routing.queries.people import team_mates, zone_of

RIGHTS = ("queues.watch_queue", "queues.operate_queue")


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """`week` as it is stored; `team` whose it is, when the rep has none."""

    week: dict
    zone: str
    team: Team | None
    watched_by: list[Rotation]


def calendars(user) -> QuerySet[Rep]:
    """The reps whose calendar this person may open: the own, those of the teams that he or she manages, all for ops."""
    mine = Rep.objects.select_related("user").filter(user=user)
    if not user.has_perm("queues.claim_entry"):
        mine = mine.none()
    if any(user.has_perm(right) for right in RIGHTS):
        return Rep.objects.select_related("user").filter(pk__in=team_mates(user).order_by().values("pk")) | mine
    return mine


def may_set_hours(user, rep: Rep) -> bool:
    """Managers and sales ops; the rep where the team lets its reps do so: skipped turns may count as owed."""
    if any(user.has_perm(right) for right in RIGHTS) and team_mates(user).filter(pk=rep.pk).exists():
        return True
    team = team_of(rep)
    return rep.user_id == user.pk and team is not None and team.reps_set_hours


def working_week(rep: Rep) -> WorkingWeek | None:
    """None for a rep with neither hours nor a team: around the clock."""
    team = team_of(rep)
    if not rep.own_hours and team is None:
        return None
    watching = Rotation.objects.filter(members__rep=rep, is_active=True, skips_outside_hours=True)
    return WorkingWeek(
        week=rep.own_hours or team.working_hours,
        zone=zone_of(rep).key,
        team=None if rep.own_hours else team,
        watched_by=list(watching.order_by("name", "pk")),
    )
