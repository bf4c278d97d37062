"""The throttle counts people, not spellings, and addresses, not claims."""

import pytest
from django.test import RequestFactory

from config.web.sign_in_throttle import client_address, username_tried


@pytest.mark.django_db
def test_name_tried_has_one_spelling():
    request = RequestFactory().post("/", {"username": "Other"})
    assert username_tried(request, {"username": " Dewi@Example.COM "}) == "dewi@example.com"


@pytest.mark.django_db
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
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8:1:2::9]:4711", "2001:db8:1:2::"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "fe80::1%eth0", "fe80::"),
        (1, "unknown", "127.0.0.1"),
    ],
)
def test_address_of_believes_only_our_own_proxies(settings, proxies: int, claimed: str, address: str):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": claimed})) == address
