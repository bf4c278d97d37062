"""A team with its manager, signed in, and a rep; the clock stands at the NOW of the file, where it names one."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from routing.models import Team
from tests.factories import TeamFactory, make_manager, make_rep


@pytest.fixture(autouse=True)
def clock(request, time_machine):
    now = getattr(request.module, "NOW", None)
    if now is not None:
        time_machine.move_to(now, tick=False)


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="Jakarta")


@pytest.fixture
def rina(team) -> User:
    return make_rep(team, first_name="Rina", last_name="")


@pytest.fixture
def manager(client: Client, team) -> User:
    person = make_manager(team)
    client.force_login(person)
    return person
