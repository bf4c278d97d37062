"""Each role's reach is a table, and this walks all addresses with all roles (C9).

An address that is missing from the table fails: a new address needs a line that says who may open it.
"""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from queues.models import (
    Entry,
)
from routing.models import (
    Assignment,
)
from tests.clients import PersonClient
from tests.journeys.reach_connections import CONNECTIONS
from tests.journeys.reach_table import PUBLIC, ROLES, Door
from tests.journeys.reach_table import TABLE as ALL_OTHERS
from tests.journeys.reach_world import World, make_world

pytestmark = pytest.mark.django_db
REFUSED = {401, 403, 404}
TABLE = ALL_OTHERS | CONNECTIONS


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once; each test's own transaction, inside this one, takes back what its request did."""
    place = tmp_path_factory.mktemp("uploads")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=place), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The names of all addresses outside the admin, which has its own tests."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield namespace + pattern.name
        elif pattern.namespace != "admin":
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)


def ask(client: Client, name: str, door: Door, world: World) -> int:
    arguments = {key: place(world) if isinstance(place, Callable) else place for key, place in door.arguments.items()}
    sent = {key: place(world) if isinstance(place, Callable) else place for key, place in door.sends.items()}
    address = reverse(name, kwargs=arguments)
    return getattr(client, door.method)(address, sent).status_code


def test_every_address_is_in_the_table():
    assert set(addresses()) == set(TABLE) | PUBLIC


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_address_opens_for_its_roles_only(world: World, name: str):
    answers = {role: answer_to(role, name, world) for role in ROLES}
    assert {role for role, status in answers.items() if status not in REFUSED} == TABLE[name].roles, answers
    assert max(answers.values()) < 500, answers


def answer_to(role: str, name: str, world: World) -> int:
    """What the request did is taken back."""
    client = PersonClient()
    with transaction.atomic():
        client.force_login(world.people[role])
        status = ask(client, name, TABLE[name], world)
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("name", sorted(TABLE))
def test_nothing_opens_without_a_sign_in(client: Client, world: World, name: str):
    arguments = TABLE[name].arguments
    address = reverse(name, kwargs={key: p(world) if isinstance(p, Callable) else p for key, p in arguments.items()})
    answer = getattr(client, TABLE[name].method)(address)
    assert answer.status_code == 401 or answer.headers.get("Location", "").startswith(reverse("routing:sign_in"))


@pytest.mark.parametrize("name", sorted(name for name, door in TABLE.items() if door.method == "post"))
def test_acts_take_a_post(client: Client, world: World, name: str):
    door = TABLE[name]
    client.force_login(world.people[sorted(door.roles)[0]])
    arguments = {key: p(world) if isinstance(p, Callable) else p for key, p in door.arguments.items()}
    before = state()
    assert client.get(reverse(name, kwargs=arguments)).status_code in {405, *door.shows}
    assert state() == before


def state() -> list[list[tuple]]:
    rows = (Assignment.objects.values_list("pk", "ended_at"), Entry.objects.values_list("pk", "left_at"))
    return [list(each.order_by("pk")) for each in rows]
