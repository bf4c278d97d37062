"""Guessing is limited by name, by address and by both, and shuts out nobody who works from the usual place (J4)."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from leads.actions.api.keys import make_key
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
TOO_MANY_KEYS = (
    "Too many calls with a wrong API key came from your address. Check the key, and try again in 15 minutes."
)
HOME, AWAY = "203.0.113.9", "192.0.2.77"


@pytest.fixture(autouse=True)
def morning_with_a_proxy(settings, time_machine) -> None:
    settings.TRUSTED_PROXIES = 1
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def dewi() -> User:
    return User.objects.create_superuser("dewi", email="dewi@alur.example", password="right")


def tries(name: str, address: str, word: str = "wrong", *, agent: str = "") -> int:
    """The status: 200 with a wrong password, 302 with the right one, 429 at a limit."""
    headers = {"X-Forwarded-For": address, "User-Agent": agent}
    return Client().post("/sign-in/", {"username": name, "password": word}, headers=headers).status_code


def from_everywhere(name: str, count: int) -> list[int]:
    return [tries(name, f"198.51.100.{number}") for number in range(count)]


def test_five_wrong_passwords_lock_the_right_one_out_in_any_spelling(dewi: User):
    spellings = ["dewi", "DEWI", "ｄｅｗｉ", "dewi@alur.example", "Dewi@Alur.Example"]
    assert [tries(name, HOME) for name in spellings] == [200, 200, 200, 200, 429]
    assert (tries("dewi", HOME, "right"), tries("dewi", AWAY, "right")) == (429, 302)


def test_one_network_of_ipv6_is_one_address(dewi: User):
    answers = [tries("dewi", f"2001:db8:1:2::{number}", agent=f"robot {number}") for number in range(8)]
    assert answers == [200, 200, 200, 200, 429, 429, 429, 429]
    assert tries("dewi", "2001:db8:1:3::1", "right") == 302


def test_many_names_from_one_address_are_stopped(settings, dewi: User):
    answers = [tries(f"name-{number // 4}", HOME) for number in range(40)]
    assert answers == [200] * 24 + [429] * 16
    assert (tries("dewi", HOME, "right"), tries("dewi", AWAY, "right")) == (429, 302)


def test_one_name_from_many_addresses_is_stopped_whether_or_not_there_is_such_an_account(dewi: User):
    expected = [200] * 24 + [429] * 6
    assert (from_everywhere("dewi", 30), from_everywhere("noone", 30)) == (expected, expected)
    assert tries("dewi", AWAY, "right") == 429


def test_who_signs_in_from_the_usual_place_is_not_locked_out_by_others(dewi: User):
    assert tries("dewi", HOME, "right") == 302
    from_everywhere("dewi", 60)
    assert (tries("dewi", AWAY, "right"), tries("dewi", HOME), tries("dewi", HOME, "right")) == (429, 200, 302)


def test_colleagues_behind_one_address_do_not_lock_out_who_works_there(dewi: User):
    assert tries("dewi", HOME, "right") == 302
    for number in range(30):
        tries(f"name-{number}", HOME)
    assert (tries("other", HOME), tries("dewi", HOME, "right")) == (429, 302)


def test_a_limit_ends_however_long_somebody_goes_on_trying(dewi: User, time_machine):
    from_everywhere("dewi", 25)
    for minutes in range(1, 15):
        time_machine.move_to(MORNING + timedelta(minutes=minutes), tick=False)
        assert tries("dewi", AWAY) == 429
    time_machine.move_to(MORNING + timedelta(minutes=15, seconds=1), tick=False)
    assert tries("dewi", AWAY, "right") == 302


def test_a_new_password_lets_its_owner_in_during_an_attack(dewi: User):
    from_everywhere("dewi", 30)
    uid, token = urlsafe_base64_encode(force_bytes(dewi.pk)), default_token_generator.make_token(dewi)
    browser = Client(headers={"X-Forwarded-For": AWAY})
    page = browser.get(reverse("routing:password_reset_confirm", args=[uid, token]))
    browser.post(page["Location"], {"new_password1": "horse staple 9", "new_password2": "horse staple 9"})
    assert (AccessAttempt.objects.filter(username="dewi").count(), tries("dewi", AWAY, "horse staple 9")) == (0, 302)


def test_wrong_links_of_invitations_lock_only_the_address_that_tries_them():
    link = reverse("routing:accept_invitation", args=[1, "wrong"])
    for number in range(40):
        Client().get(link, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    answers = [Client().get(link, headers={"X-Forwarded-For": HOME}).status_code for _try in range(6)]
    assert answers == [404] * 4 + [429] * 2


def test_what_was_typed_is_not_kept_with_a_refusal(dewi: User):
    new = {"new_password1": "horse staple 9", "new_password2": "horse staple 9"}
    browser = Client(headers={"X-Forwarded-For": HOME})
    browser.post(reverse("routing:accept_invitation", args=[1, "old"]), new)
    browser.post("/sign-in/", {"username": "dewi", "password": "right"})
    browser.post("/profile/password/", {"old_password": "almost right", **new})
    Client().post("/api/leads", {"email": "budi@maju.example"}, headers={"Authorization": "Bearer wrong"})
    kept = "".join(AccessAttempt.objects.values_list("post_data", flat=True))
    assert [word for word in ("staple", "almost", "budi") if word in kept] == []
    assert AccessAttempt.objects.count() == 3


def test_wrong_api_keys_are_counted_and_right_ones_go_on(dewi: User):
    def call(key: str, address: str = HOME):
        return Client(headers={"X-Forwarded-For": address, "Authorization": f"Bearer {key}"}).get("/api/me")

    _row, right = make_key("Zapier", per_minute=60, by=None, at=MORNING)
    answers = [call(f"{number:08x}.wrong") for number in range(30)]
    assert [answer.status_code for answer in answers] == [401] * 24 + [429] * 6
    assert (answers[-1]["Retry-After"], answers[-1].json()["detail"]) == ("900", TOO_MANY_KEYS)
    assert (call(right).status_code, call("wrong", AWAY).status_code) == (200, 401)
    assert tries("dewi", HOME, "right") == 302


def test_an_open_page_is_no_way_around_the_limit(dewi: User):
    browser = Client(headers={"X-Forwarded-For": HOME})
    browser.post("/sign-in/", {"username": "dewi", "password": "right"})
    form = {"old_password": "wrong", "new_password1": "horse staple 9", "new_password2": "horse staple 9"}
    answers = [browser.post("/profile/password/", form).status_code for _try in range(6)]
    assert answers == [422] * 4 + [429] * 2
