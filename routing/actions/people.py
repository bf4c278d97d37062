"""Invite people, switch them off and on again. Permissions come from the role alone (C9)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from config.account_names import normal_name
from config.history_author import set_history_author
from config.live import announce, announce_rights
from routing.actions.availability.clocks import retire_clock
from routing.actions.availability.holidays import sync_in_background
from routing.actions.invitations import invite
from routing.decisions.pasted_people import PastedPerson
from routing.models import Rep, Team
from routing.queries.invitations import accounts_of
from routing.queries.work_time import calendar_of_team
from routing.roles import MANAGERS, REPS, SALES_OPS
from routing.signals import rep_available, rep_away

ROLES_FOR_OPS = (REPS, MANAGERS)  # sales ops cannot make others sales ops
ROLES_FOR_ADMINISTRATORS = (*ROLES_FOR_OPS, SALES_OPS)


class EmailTaken(Exception):
    """Somebody already has this e-mail address."""


class RoleNotAllowed(Exception):
    """People in this role may not add or switch that person."""


def roles_allowed_for(by: User) -> tuple[str, ...]:
    """The roles in which this person may add others."""
    if by.is_superuser:
        return ROLES_FOR_ADMINISTRATORS
    return ROLES_FOR_OPS if by.has_perm("routing.add_rep") else ()


def add_person(
    *, first_name: str, last_name: str, email: str, role: str, teams: Iterable[Team], by: User, at: datetime, site: str
) -> User:
    """One person, as add_people()."""
    person = PastedPerson(email.strip().lower(), first_name, last_name, line=1)
    return add_people([person], role=role, teams=teams, by=by, at=at, site=site)[0]


@transaction.atomic
def add_people(
    people: Sequence[PastedPerson], *, role: str, teams: Iterable[Team], by: User, at: datetime, site: str
) -> list[User]:
    """Add users in one role and invite each by e-mail to choose a password; `site` is the URL of this Alur."""
    if role not in roles_allowed_for(by):
        raise RoleNotAllowed
    users = _new_users(people, role)
    _put_into_teams(users, role, list(teams), by=by, at=at)
    invite(users, by=by, at=at, site=site)
    announce("people")
    return users


def _new_users(people: Sequence[PastedPerson], role: str) -> list[User]:
    emails = [person.email for person in people]
    if accounts_of(emails) or len({normal_name(email) for email in emails}) < len(emails):
        raise EmailTaken
    users = [
        User(
            username=person.email,
            email=person.email,
            password=make_password(None),  # there is none until the invitation is accepted
            first_name=person.first_name,
            last_name=person.last_name,
            is_staff=role == SALES_OPS,
        )
        for person in people
    ]
    try:
        with transaction.atomic():
            User.objects.bulk_create(users)
    except IntegrityError:
        raise EmailTaken from None
    group = Group.objects.get(name=role)
    User.groups.through.objects.bulk_create([User.groups.through(user=user, group=group) for user in users])
    return users


def _put_into_teams(users: Sequence[User], role: str, teams: list[Team], *, by: User, at: datetime) -> None:
    if role == REPS:
        reps = [Rep(user=user, joined_on=at.date()) for user in users]
        for rep in reps:
            set_history_author(rep, by)
            rep.save()
        join_teams(reps, teams, by=by, at=at)
    elif role == MANAGERS:
        manage_teams(users, teams, by=by)


@transaction.atomic
def join_teams(reps: Sequence[Rep], teams: Sequence[Team], *, by: User, at: datetime) -> None:
    """Reps work in these teams too; their holidays and clocks follow."""
    for rep in reps:
        if teams:
            set_history_author(rep, by)
            rep.teams.add(*teams)
    sync_in_background({"reps": [rep.pk for rep in reps]}, name=", ".join(map(str, teams)), by=by, at=at, why="teams")


@transaction.atomic
def manage_teams(users: Sequence[User], teams: Sequence[Team], *, by: User) -> None:
    for team in teams:
        set_history_author(team, by)
        team.managers.add(*users)


@transaction.atomic
def deactivate_person(user: User, *, by: User, at: datetime) -> User:
    """The person can no longer sign in and gets no leads; history and open leads stay (F9)."""
    user = _switch(user, is_active=False, by=by, at=at)
    announce_leaving(user, at=at)
    return user


def announce_leaving(user: User, *, at: datetime) -> None:
    """Somebody can no longer work; what happens to the leads is for a manager to say."""
    rep = Rep.objects.filter(user=user).select_related("user").first()
    if rep is not None:
        rep_away.send(Rep, rep=rep, at=at)


@transaction.atomic
def reactivate_person(user: User, *, by: User, at: datetime) -> User:
    """The person can sign in again. A rep takes turns again, and leads that waited are given out (F6)."""
    user = _switch(user, is_active=True, by=by, at=at)
    rep = Rep.objects.filter(user=user).select_related("user").first()
    if rep is not None:
        rep_available.send(Rep, rep=rep, at=at)
    return user


@transaction.atomic
def delete_team(team: Team, *, by: User, at: datetime) -> None:
    """Its reps stay, and lose the holidays of the team from now on. Clocks that count its hours go on
    with all hours."""
    reps, name = list(team.reps.order_by("pk").values_list("pk", flat=True)), team.name
    calendar = calendar_of_team(team.pk)
    set_history_author(team, by)
    team.delete()
    if calendar is not None:
        retire_clock(calendar, name=name, why="teams", by=by, at=at)
    sync_in_background({"reps": reps}, name=name, why="teams", by=by, at=at)
    announce("people", "escalations")


def may_switch(user: User, by: User) -> bool:
    """Sales ops may switch reps and managers, administrators everybody except themselves."""
    if user.pk == by.pk:
        return False
    if by.is_superuser:
        return True
    return by.has_perm("routing.change_rep") and not (user.is_superuser or user.is_staff)


def _switch(user: User, *, is_active: bool, by: User, at: datetime) -> User:
    locked = get_user_model().objects.select_for_update().get(pk=user.pk)
    if not may_switch(locked, by):
        raise RoleNotAllowed
    locked.is_active = is_active
    locked.save(update_fields=["is_active"])
    announce("people", f"holder-{locked.pk}")
    announce_rights([locked.pk])  # pages that are open hear nothing more
    return locked
