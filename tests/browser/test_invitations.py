"""Invitations in a real browser: a copied link lets a person in, and axe finds nothing (M4)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, expect

from routing import roles
from routing.actions.people import add_person
from routing.models import Invitation
from routing.queries.invitations import link_of
from tests.browser.pages import OpenPage
from tests.factories import TeamFactory, make_ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ops() -> User:
    return make_ops(first_name="Bima", last_name="Prasetyo")


def test_a_copied_link_lets_the_person_in(open_page: OpenPage, browser: Browser, ops: User):
    page = open_page(ops, "/invitations/")
    page.get_by_label("E-mail addresses").fill("Rina Hartono <rina@example.com>")
    page.get_by_role("button", name="Send invitations").click()
    page.get_by_role("button", name="Copy link").click()
    link = page.get_by_label("Secret link").input_value()
    guest = browser.new_context().new_page()
    guest.goto(link)
    guest.get_by_label("New password", exact=True).fill("nila-batik-42")
    guest.get_by_label("New password confirmation").fill("nila-batik-42")
    guest.get_by_role("button", name="Save the password and sign in").click()
    expect(guest).to_have_title("Desk · Alur")
    page.goto(page.url.replace(page.url.split("/", 3)[3], "invitations/"))
    expect(page.get_by_role("row", name="rina@example.com")).to_contain_text("Accepted")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing(open_page: OpenPage, browser: Browser, site: str, ops: User, theme: str, width: int):
    at, team = timezone.now(), TeamFactory(name="Inside Sales Jakarta")
    for email in ("rina.hartono@example.com", "budi.santoso@example.com"):
        who = {"first_name": email.split(".")[0].title(), "last_name": "Hartono", "email": email}
        add_person(**who, role=roles.REPS, teams=[team], by=ops, at=at, site=site)
    first = Invitation.objects.order_by("pk").first()
    link = link_of(first, "")
    found = {}
    page = open_page(ops, "/invitations/", theme=theme, width=width, reduced_motion="reduce")
    page.get_by_label("E-mail addresses").fill("rina at example.com")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.locator(".al-error")).to_contain_text("Line 1")
    found["invitations"] = problems(page)
    page.get_by_role("button", name="Copy link").first.click()
    found["link"] = problems(page)
    page.goto(f"{site}{link}")
    found["accept"] = problems(page)
    page.goto(f"{site}{link[:-2]}x/")
    found["unknown"] = problems(page)
    assert found == {"invitations": [], "link": [], "accept": [], "unknown": []}


def problems(page) -> list:
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return Axe().run(page).response["violations"] + (["scrolls sideways"] if is_wide else [])
