"""A session ends so long after its sign-in, however much it is used (J4)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from config.models import Session
from tests.factories import MORNING, make_rep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_days(settings, time_machine) -> None:
    settings.SESSION_COOKIE_AGE, settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600, 72 * 3600
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def person() -> User:
    return make_rep()


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    person.set_password("right")
    person.save()
    client.post("/sign-in/", {"username": person.username, "password": "right"})
    return client


def at(time_machine, hours: float) -> None:
    time_machine.move_to(MORNING + timedelta(hours=hours), tick=False)


def test_who_works_on_is_asked_for_the_password_after_the_absolute_time(signed_in: Client, time_machine):
    answers = []
    for hours in (*range(0, 72, 6), 71.9, 72.1):
        at(time_machine, hours)
        answers.append(signed_in.get("/desk/").status_code)
    assert answers == [200] * 13 + [302]


def test_row_and_cookie_never_end_later_than_that(signed_in: Client, time_machine):
    for hours in range(0, 66, 6):
        at(time_machine, hours)
        signed_in.get("/desk/")
    at(time_machine, 66)
    answer = signed_in.get("/desk/")
    assert Session.objects.get().expire_date == MORNING + timedelta(hours=72)
    assert answer.cookies["sessionid"]["max-age"] == 6 * 3600
    at(time_machine, 70)
    signed_in.get("/desk/")
    assert Session.objects.get().expire_date == MORNING + timedelta(hours=72)


def test_a_new_sign_in_has_the_whole_time(signed_in: Client, person: User, time_machine):
    at(time_machine, 11)
    signed_in.post("/sign-out/")
    signed_in.post("/sign-in/", {"username": person.username, "password": "right"})
    for hours in range(11, 83, 6):
        at(time_machine, hours)
        assert signed_in.get("/desk/").status_code == 200


def test_a_session_of_an_older_release_begins_with_its_next_use(signed_in: Client, time_machine):
    session = signed_in.session
    del session["signed_in_at"]
    session.save()
    at(time_machine, 10)
    signed_in.get("/desk/")
    assert signed_in.session["signed_in_at"] == (MORNING + timedelta(hours=10)).timestamp()


def test_a_shorter_time_holds_for_sessions_that_are_open(signed_in: Client, settings, time_machine):
    settings.SESSION_ABSOLUTE_SECONDS = 3600
    at(time_machine, 2)
    signed_in.get("/desk/")
    assert signed_in.get("/desk/").status_code == 302


def test_a_visitor_has_a_session_without_it(client: Client, time_machine):
    client.get("/sign-in/")
    assert "signed_in_at" not in client.session
