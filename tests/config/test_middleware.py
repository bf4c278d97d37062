"""The sign-in stands before every page, and parts of pages find it too."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.test import Client, RequestFactory
from django_htmx.middleware import HtmxDetails

from config.middleware import sign_in_for_parts

pytestmark = pytest.mark.django_db


def answer_to_part(answer: HttpResponse) -> HttpResponse:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/queues/3?page=2"}
    request = RequestFactory().get("/queues/3/rows", headers=headers)
    request.htmx = HtmxDetails(request)
    return sign_in_for_parts(lambda _: answer)(request)


def test_a_page_asks_for_the_sign_in(client: Client):
    answer = client.get("/admin/password_change/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_a_part_moves_the_whole_page_to_the_sign_in():
    answer = answer_to_part(HttpResponseRedirect(f"{resolve_url('routing:sign_in')}?next=/queues/3/rows"))
    wanted = f"{resolve_url('routing:sign_in')}?next=/queues/3%3Fpage%3D2"
    assert (answer.status_code, answer["HX-Redirect"]) == (200, wanted)


def test_a_part_follows_other_redirects_by_itself():
    answer = answer_to_part(HttpResponseRedirect("/leads/7"))
    assert (answer.status_code, answer["Location"]) == (302, "/leads/7")
