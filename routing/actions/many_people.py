"""Bring a pasted list of people in: who is new is invited, who is here joins the teams (M4)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from routing.actions.people import add_people, join_teams, manage_teams
from routing.models import Team
from routing.queries.invitations import KnownPeople
from routing.roles import MANAGERS, REPS


@transaction.atomic
def bring_in(known: KnownPeople, *, role: str, teams: Sequence[Team], by: User, at: datetime, site: str) -> list[User]:
    """Returns the new people. Raises RoleNotAllowed, and EmailTaken when somebody else just invited one of them."""
    new = add_people(known.new, role=role, teams=teams, by=by, at=at, site=site)
    if role == REPS:
        join_teams([user.rep for user in known.joining], teams, by=by, at=at)
    elif role == MANAGERS:
        manage_teams(known.joining, teams, by=by)
    announce("people")
    return new
