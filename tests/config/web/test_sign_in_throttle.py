"""The throttle counts people, not spellings, and addresses, not claims."""

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from config.web.sign_in_throttle import client_address, username_tried


def test_name_tried_has_one_spelling():
    request = RequestFactory().post("/", {"username": "Other"})
    assert username_tried(request, {"username": " Dewi@Example.COM "}) == "dewi@example.com"


def test_name_tried_is_read_from_the_form_before_anybody_checked_it():
    assert username_tried(RequestFactory().post("/", {"username": "DEWI"})) == "dewi"


@pytest.mark.parametrize(
    ("proxies", "claimed", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address_of_believes_only_our_own_proxies(settings, proxies: int, claimed: str, address: str):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": claimed})) == address


@pytest.mark.django_db
def test_five_wrong_passwords_lock_the_right_one_out_in_any_spelling(client: Client):
    User.objects.create_superuser("dewi", password="right")
    tries = [("dewi", "wrong"), ("DEWI", "wrong"), ("Dewi", "wrong"), ("dEwi", "wrong"), ("dewi", "wrong")]
    answers = [client.post("/sign-in/", {"username": name, "password": word}) for name, word in tries]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    locked = client.post("/sign-in/", {"username": "dewi", "password": "right"})
    assert (locked.status_code, "_auth_user_id" in client.session) == (429, False)
