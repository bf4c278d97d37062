"""Connections in a real browser: axe on each page, a person chosen by keyboard, the way of a set-up (I4)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from queues.models import Connection, RemotePerson
from tests.browser.pages import OpenPage, faults
from tests.factories import make_lead, make_ops, make_rep
from tests.factories.crm import make_connection_row, make_crm_link, make_line, make_remote_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ops() -> User:
    return make_ops(first_name="Bima", last_name="Prasetyo")


@pytest.fixture
def row() -> Connection:
    """One that is broken, with people, a link that needs somebody, and a log; beside it a draft and one that pauses."""
    now, rina = timezone.now(), make_rep(first_name="Rina", last_name="Hartono")
    make_connection_row("dynamics", state="draft", account_id="", credentials="", people_at=None, field_map={})
    later = {"problem": "limit", "problem_at": now, "paused_until": now + timedelta(hours=3)}
    make_connection_row("salesforce", state="paused", at=now, **later)
    made = make_connection_row(state="broken", problem="sign_in", problem_at=now, last_in_at=now, at=now)
    make_remote_person(made, name="Rina Hartono", email="rina@arunika.example", user=rina, how="email")
    make_rep(first_name="Budi", last_name="Santoso")
    putri = make_remote_person(made, name="Putri Lubis", email="putri@lubis.example")
    stuck = {"problem": "wrong", "problem_words": "bad value", "problem_at": now, "wanted_status": "Nurturing"}
    make_crm_link(made, make_lead(company_name="Kopi Senja"), seen_owner=putri.remote_id, **stuck)
    make_line(made, "broken", at=now, tone="bad", details={"problem": "sign_in"})
    return made


def test_no_page_of_connections_has_a_fault(open_page: OpenPage, ops: User, row: Connection):
    page = open_page(ops, "/connections/", reduced_motion="reduce")
    assert faults(page) == []
    own = ("", "crm/", "sign-in/", "people/", "remove/")
    for path in ("new/", "people/", "log/", *(f"{row.pk}/{each}" for each in own)):
        page.goto(page.url.split("/connections/")[0] + f"/connections/{path}")
        assert (path, faults(page)) == (path, [])


def test_the_steps_of_a_set_up_have_no_fault(open_page: OpenPage, ops: User):
    draft = make_connection_row(state="draft", people_at=timezone.now())
    make_remote_person(draft, name="Putri Lubis", email="putri@lubis.example")
    page = open_page(ops, f"/connections/{draft.pk}/people/", reduced_motion="reduce")
    expect(page.get_by_role("link", name="Next: fields and status")).to_be_visible()
    assert faults(page) == []


def test_circles_stay_round_beside_words_of_two_lines(open_page: OpenPage, ops: User):
    """On a phone: the first of them wraps, and a box that gave way was narrower than the others."""
    page = open_page(ops, "/rotations/members/", width=390)
    boxes = [each.bounding_box() for each in page.locator(".al-option input").all()]
    assert [(box["width"], box["height"]) for box in boxes] == [(16, 16)] * 2
    looks = "boxes => boxes.map(each => getComputedStyle(each).appearance)"
    assert page.locator(".al-option input").evaluate_all(looks) == [
        "none",
        "none",
    ]  # those of browsers are grey by night


def test_without_connections_the_page_has_no_fault(open_page: OpenPage, ops: User):
    assert faults(open_page(ops, "/connections/", reduced_motion="reduce")) == []


def test_a_person_is_chosen_by_keyboard_and_it_is_undone(open_page: OpenPage, ops: User, row: Connection):
    page = open_page(ops, "/connections/")
    choice = page.get_by_label("Person for Putri Lubis")
    choice.focus()
    choice.select_option("Budi Santoso")
    expect(page.get_by_text("Putri Lubis is Budi Santoso.")).to_be_visible()
    assert RemotePerson.objects.get(name="Putri Lubis").user.first_name == "Budi"
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_label("Person for Putri Lubis")).to_be_visible()
    assert RemotePerson.objects.get(name="Putri Lubis").user is None


def test_a_set_up_begins_and_is_found_again(open_page: OpenPage, ops: User):
    page = open_page(ops, "/connections/")
    page.get_by_role("link", name="Connect HubSpot").click()
    expect(page.get_by_role("radio", name="HubSpot, contacts")).to_be_checked()
    page.get_by_role("button", name="Next: sign in").click()
    expect(page.get_by_label("Access token of a private app")).to_have_attribute("type", "password")
    page.get_by_role("link", name="Connections", exact=True).first.click()
    expect(page.get_by_text("Being set up: step 2 of 5")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_form_of_a_certificate_keeps_what_is_no_secret(open_page: OpenPage, ops: User):
    draft = make_connection_row("salesforce", state="draft", account_id="", credentials="", base_url="")
    page = open_page(ops, f"/connections/{draft.pk}/sign-in/?way=key", reduced_motion="reduce")
    page.get_by_label("Consumer key").fill("3MVG9app")
    page.get_by_label("User name in Salesforce").fill("alur@acme.example")
    page.get_by_label("Private key of the certificate").fill("-----BEGIN PRIVATE KEY-----\nx")
    page.get_by_label("Audience").fill("test.salesforce.com")
    assert faults(page) == []
    page.get_by_role("button", name="Test and keep").click()
    expect(page.get_by_text("Write a whole address, such as https://test.salesforce.com")).to_be_visible()
    expect(page.get_by_label("Audience")).to_have_value("test.salesforce.com")
    expect(page.get_by_label("Private key of the certificate")).to_have_value("")
    assert faults(page) == []
