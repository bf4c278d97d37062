"""The sign-in stands before every page; a part that finds no session says so and moves nothing (M7)."""

import pytest
from django.test import Client
from django.urls import reverse

from config.models import Session
from tests.factories import make_rep

pytestmark = pytest.mark.django_db


def test_a_page_asks_for_the_sign_in(client: Client):
    answer = client.get("/admin/password_change/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_part_without_a_session_moves_nothing(htmx: Client, method: str):
    answer = getattr(htmx, method)(reverse("dashboards:nav"))
    assert (answer.status_code, answer["HX-Trigger"], answer.content) == (401, '{"signed-out": {}}', b"")
    assert "HX-Redirect" not in answer and Session.objects.count() == 0


def test_a_page_that_htmx_restores_goes_to_the_sign_in_and_back(htmx: Client):
    headers = {"HX-History-Restore-Request": "true", "HX-Current-URL": "http://testserver/queues/3?page=2"}
    answer = htmx.get("/desk/", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/sign-in/?next=/queues/3%3Fpage%3D2")


def test_a_page_learns_who_is_signed_in_and_the_token(client: Client):
    assert client.get("/session/").json()["person"] is None
    rep = make_rep()
    client.force_login(rep)
    state = client.get("/session/")
    assert (state.json()["person"], len(state.json()["token"])) == (rep.pk, 64)
    assert "no-store" in state["Cache-Control"]


def test_who_signs_out_finds_no_kept_form(client: Client):
    client.force_login(make_rep())
    client.get("/desk/")
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not Session.objects.exists()
