"""Make a team that gets leads, with its people, rotation and queue, in one transaction (M2)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from config.company import company, company_zone
from config.history_author import set_history_author
from config.live import announce
from queues.actions.queue_settings import apply_queue_settings
from queues.models import Queue
from queues.queries.new_team import queues_without_team
from routing.actions.availability.clocks import sync_clocks
from routing.actions.company import locked_company
from routing.actions.many_people import bring_in
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.membership import MemberEdit
from routing.models import Rep, Rotation, Team
from routing.queries.invitations import KnownPeople
from routing.roles import REPS

LONGEST_NAME = 80


class TeamNameTaken(Exception):
    """There is a team of this name."""


class QueueIsTaken(Exception):
    """The queue belongs to a team or gives by a rotation since the form was opened, or is off."""


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """`queue` None makes a new one. `dispatch`: one of Queue.Dispatch; reps who take leads need no rotation."""

    name: str
    queue: int | None
    dispatch: str
    people: KnownPeople


@dataclass(frozen=True, slots=True)
class MadeTeam:
    team: Team
    queue: Queue
    invited: list[User]


@transaction.atomic
def make_team(plan: TeamPlan, *, by: User, at: datetime, site: str) -> MadeTeam:
    """Its zone and hours are the company's. Two who make teams at once do it one after the other."""
    locked_company()
    if Team.objects.filter(name__iexact=plan.name).exists():
        raise TeamNameTaken
    team = Team(name=plan.name, time_zone=company_zone().key, working_hours=company().working_hours)
    set_history_author(team, by)
    team.save()
    sync_clocks({"teams": [team.pk]}, name=team.name, by=by, at=at)
    invited = bring_in(plan.people, role=REPS, teams=[team], by=by, at=at, site=site)
    rotation = None if plan.dispatch == Queue.Dispatch.PULL else _rotation(team, by=by, at=at)
    queue = _queue(plan, team, rotation, by=by, at=at)
    announce("people")
    return MadeTeam(team, queue, invited)


def _rotation(team: Team, *, by: User, at: datetime) -> Rotation:
    rotation = Rotation(name=_free_name(Rotation, team.name), time_zone=company_zone().key)
    set_history_author(rotation, by)
    rotation.save()
    reps = Rep.objects.filter(teams=team).order_by("user__last_name", "user__first_name", "pk")
    members = [MemberEdit(pk) for pk in reps.values_list("pk", flat=True)]
    return edit_rotation(rotation, members=members, by=by, at=at, is_new=True)


def _queue(plan: TeamPlan, team: Team, rotation: Rotation | None, *, by: User, at: datetime) -> Queue:
    if plan.queue is None:
        name = _free_name(Queue, team.name)
        queue = Queue(name=name, slug=_free_slug(name), position=Queue.objects.count())
    else:
        free = queues_without_team().values("pk")
        found = Queue.objects.select_for_update().filter(pk=plan.queue, pk__in=free).first()
        if found is None:
            raise QueueIsTaken
        queue = found
    queue.team, queue.rotation, queue.dispatch = team, rotation, plan.dispatch
    set_history_author(queue, by)
    queue.save()
    apply_queue_settings(queue, changed={"team", "rotation", "dispatch"}, by=by, at=at)
    return queue


def _free_name(model: type[Rotation] | type[Queue], name: str) -> str:
    number, wanted = 1, name
    while model.objects.filter(name__iexact=wanted).exists():
        number += 1
        wanted = f"{name[: LONGEST_NAME - 5].rstrip()} {number}"
    return wanted


def _free_slug(name: str) -> str:
    slug = wanted = slugify(name)[: LONGEST_NAME - 5] or "queue"
    number = 1
    while Queue.objects.filter(slug=wanted).exists():
        number += 1
        wanted = f"{slug}-{number}"
    return wanted
