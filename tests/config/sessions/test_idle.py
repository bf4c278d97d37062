"""A session ends so long after its last use, and an open page alone does not use it (J4)."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.models import Session
from tests.factories import MORNING, make_rep

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def twelve_hours(settings, time_machine):
    settings.SESSION_COOKIE_AGE = 12 * 3600
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(make_rep())
    client.get("/desk/")
    return client


def ends_at() -> datetime:
    return Session.objects.get().expire_date


def later(time_machine, **span: float) -> datetime:
    time_machine.move_to(MORNING + timedelta(**span), tick=False)
    return MORNING + timedelta(**span)


def written(client: Client, address: str, **headers) -> int:
    with CaptureQueriesContext(connection) as counted:
        client.get(address, **headers)
    return sum(query["sql"].startswith('UPDATE "config_session"') for query in counted)


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [
        ("get", "/desk/", {}),
        ("post", "/availability/", PART),
        ("get", "/frame/nav/", PART | {"Alur-Used": "1"}),
    ],
)
def test_use_moves_the_end_of_row_and_cookie(signed_in: Client, time_machine, method: str, address: str, headers: dict):
    at = later(time_machine, hours=5)
    answer = getattr(signed_in, method)(address, headers=headers)
    assert ends_at() == at + timedelta(hours=12)
    assert answer.cookies["sessionid"]["max-age"] == 12 * 3600


def test_an_open_page_is_no_use_and_its_session_ends(signed_in: Client, time_machine):
    for hours in (1, 5, 11.9):
        later(time_machine, hours=hours)
        assert signed_in.get("/frame/nav/", headers=PART).status_code in (200, 204)
        assert ends_at() == MORNING + timedelta(hours=12)  # though the session was written in between for its clock
    later(time_machine, hours=12.1)
    assert signed_in.get("/frame/nav/", headers=PART).status_code == 401


def test_who_works_all_day_is_not_signed_out(signed_in: Client, time_machine):
    for hours in range(1, 48, 6):
        later(time_machine, hours=hours)
        assert signed_in.get("/desk/").status_code == 200


def test_the_end_is_not_written_with_every_page(signed_in: Client, time_machine):
    later(time_machine, minutes=30)
    assert written(signed_in, "/desk/") == 0
    later(time_machine, minutes=40)
    assert (written(signed_in, "/desk/"), written(signed_in, "/desk/")) == (1, 0)


def test_a_session_of_an_older_release_is_shortened_by_its_next_use(signed_in: Client):
    Session.objects.update(expire_date=MORNING + timedelta(days=14))
    signed_in.get("/desk/")
    assert ends_at() == MORNING + timedelta(hours=12)
