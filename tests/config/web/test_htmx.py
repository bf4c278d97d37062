"""One address answers with the page or with its part."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from config.web.htmx import unchanged, wants_part


def asked(path: str = "/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"HX_Request": "true"}, True),
        ({"HX_Request": "true", "HX_Boosted": "true"}, False),
        ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, False),
    ],
)
def test_wants_part_only_when_htmx_asks_for_one(headers: dict[str, str], part: bool):
    assert wants_part(asked(**headers)) is part


def test_unchanged_says_keep_what_you_have():
    answer = unchanged(asked("/?v=7", HX_Request="true"), 7)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("path", "headers"), [("/?v=6", {"HX_Request": "true"}), ("/", {"HX_Request": "true"}), ("/?v=7", {})]
)
def test_unchanged_lets_everything_else_through(path: str, headers: dict[str, str]):
    assert unchanged(asked(path, **headers), 7) is None
