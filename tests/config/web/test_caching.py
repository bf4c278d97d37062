"""No cache keeps what is for a signed-in person; what is the same for everybody stays where it was fetched once."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.actions.claims.take import take_next
from tests.factories import QueueFactory, make_entry, make_ops, make_rep

pytestmark = pytest.mark.django_db
OWN = "private, no-store"


@pytest.fixture
def lead_page(client: Client) -> str:
    """Of a lead with contact details, for the rep who holds it and is signed in."""
    entry = make_entry(QueueFactory())
    client.force_login(rep := make_rep())
    return f"/leads/{take_next(entry.queue, by=rep, at=timezone.now()).lead_id}/"


def test_a_page_with_personal_data_is_kept_by_no_cache(client: Client, lead_page: str):
    assert client.get(lead_page)["Cache-Control"] == OWN


@pytest.mark.parametrize("address", ["/desk/", "/profile/", "/frame/nav/", "/session/", "/no-such-page/", "/reports/"])
def test_pages_parts_and_refusals_of_a_person_are_kept_by_no_cache(client: Client, lead_page: str, address: str):
    assert client.get(address)["Cache-Control"] == OWN


def test_files_and_the_pages_of_the_admin_are_kept_by_no_cache(client: Client):
    client.force_login(make_ops())
    kept = {address: client.get(address)["Cache-Control"] for address in ("/rotations/members/template/", "/admin/")}
    assert set(kept.values()) == {OWN}


def test_the_answer_that_signs_somebody_in_is_kept_by_no_cache(client: Client):
    User.objects.create_superuser("dewi", password="right")
    answer = client.post("/sign-in/", {"username": "dewi", "password": "right"})
    assert (answer.status_code, answer["Cache-Control"]) == (302, OWN)


@pytest.mark.parametrize("address", ["/manifest.webmanifest", "/favicon.ico", "/apple-touch-icon.png"])
def test_what_is_the_same_for_everybody_may_be_kept(client: Client, lead_page: str, address: str):
    assert client.get(address)["Cache-Control"] == "public, max-age=86400"


def test_a_visitor_may_keep_pages_of_nobody(client: Client):
    assert "Cache-Control" not in client.get("/no-such-page/").headers
