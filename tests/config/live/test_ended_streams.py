"""The live stream of somebody who may no longer be here ends within a second (J4)."""

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from routing.actions.people import deactivate_person
from tests.clients import PersonClient
from tests.config.live.test_stream import next_topics, stream
from tests.factories import make_rep, make_user

pytestmark = pytest.mark.django_db(transaction=True)
NEW = {"new_password1": "horse staple 9", "new_password2": "horse staple 9"}


@pytest.fixture(scope="module")
def live_site(start_site: Callable[..., str]) -> str:
    return start_site()


@pytest.fixture
def person(transactional_db: None) -> User:
    person = make_rep()
    person.set_password("right")
    person.save()
    return person


def administrator() -> Client:
    client = PersonClient()
    client.force_login(make_user(is_superuser=True, is_staff=True))
    return client


def switch_off(person: User) -> None:
    deactivate_person(person, by=make_user(is_superuser=True), at=timezone.now())


def switch_off_in_the_settings(person: User) -> None:
    form = {"username": person.username, "date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    answer = administrator().post(reverse("admin:auth_user_change", args=[person.pk]), form)
    assert answer.status_code == 302


def set_a_password_in_the_settings(person: User) -> None:
    form = {"password1": "horse staple 9", "password2": "horse staple 9", "usable_password": "true"}
    answer = administrator().post(reverse("admin:auth_user_password_change", args=[person.pk]), form)
    assert answer.status_code == 302


def set_a_password_by_the_link(person: User) -> None:
    uid, token = urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)
    browser = Client()
    page = browser.get(reverse("routing:password_reset_confirm", args=[uid, token]))
    browser.post(page["Location"], NEW)


def change_the_own_password(person: User) -> None:
    browser = PersonClient()
    browser.force_login(person)
    assert browser.post("/profile/password/", {"old_password": "right", **NEW}).status_code == 302


def sign_other_browsers_out(person: User) -> None:
    browser = PersonClient()
    browser.force_login(person)
    browser.post("/profile/browsers/others/sign-out/")


@pytest.mark.parametrize(
    "act",
    [
        switch_off,
        switch_off_in_the_settings,
        set_a_password_in_the_settings,
        set_a_password_by_the_link,
        change_the_own_password,
        sign_other_browsers_out,
    ],
)
def test_the_stream_ends_within_a_second(live_site: str, person: User, act: Callable[[User], None]):
    with stream(live_site, person) as answer:
        assert next_topics(answer) == ["*"]
        with transaction.atomic():
            act(person)
        start = time.monotonic()
        while next_topics(answer):
            pass
        assert time.monotonic() - start < 1
