"""A session that ends while a page is open takes no word away (M7)."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.models import Session
from leads.models import Activity
from queues.actions.claims.take import take_next
from routing.models import Assignment, Team
from tests.browser.pages import OpenPage
from tests.factories import QueueFactory, make_entry, make_ops, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "nila-batik-42"
TEXT = "Rang twice. اتصلت به مرتين. 打过两次电话。 " + "Careful words. " * 40


def person(name: str) -> User:
    known = PBKDF2PasswordHasher().encode(PASSWORD, "salt")  # the server does not know the hasher of the tests
    return make_rep(username=f"{name}@alur.example", password=known, first_name=name.title())


@pytest.fixture
def held(transactional_db: None) -> Assignment:
    queue = QueueFactory(name="MQL")
    make_entry(queue, company_name="Kopi Senja")
    return take_next(queue, by=person("rina"), at=timezone.now())


@pytest.fixture
def page(open_page: OpenPage, held: Assignment) -> Page:
    return open_page(held.holder, f"/leads/{held.lead_id}/")


def write_note(page: Page, text: str = TEXT) -> None:
    page.keyboard.press("t")
    page.locator("#note-text").fill(text)


def end_session(page: Page) -> None:
    """As when somebody else ends it: the note is sent in vain."""
    Session.objects.all().delete()
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("#signed-out")).to_be_visible()


def sign_in_beside(page: Page, name: str = "rina") -> Page:
    with page.expect_popup() as opened:
        page.locator("#signed-out").get_by_role("link", name="Sign in").click()
    tab = opened.value
    tab.get_by_label("E-mail").fill(f"{name}@alur.example")
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("[name=password]").press("Enter")
    expect(tab.get_by_role("heading", name="You are signed in again")).to_be_visible()
    return tab


def notes() -> list[str]:
    return [each.details["text"] for each in Activity.objects.filter(kind=Activity.Kind.NOTED)]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_note_outlives_its_session_and_is_saved_by_one_press(open_page: OpenPage, held: Assignment, width: int):
    page = open_page(held.holder, f"/leads/{held.lead_id}/", width=width)
    address = page.url
    page.locator("#act-note summary").click()
    page.locator("#note-text").fill(TEXT)
    before = page.locator("#note-text").bounding_box()
    end_session(page)
    assert (page.url, page.locator("#note-text").bounding_box()) == (address, before)
    expect(page.locator("#signed-out")).to_contain_text("You are signed out.")
    expect(page.locator("#note-text")).to_have_value(TEXT)
    assert Axe().run(page).response["violations"] == []
    tab = sign_in_beside(page)
    assert Axe().run(tab).response["violations"] == []
    expect(page.locator("#signed-out")).to_be_hidden()
    expect(page.locator("[data-toast]")).to_contain_text("That is not saved yet: press its button once more.")
    assert notes() == []
    expect(page.get_by_role("button", name="Keep note")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]", has_text="Note saved.")).to_be_visible()
    assert (notes(), page.url) == ([TEXT.strip()], address)


def test_live_parts_never_move_the_page_and_follow_again_after_the_sign_in(open_page: OpenPage, held: Assignment):
    page = open_page(held.holder, "/desk/")
    Session.objects.all().delete()
    page.evaluate("document.querySelector('[data-live]').dispatchEvent(new CustomEvent('alur:changed'))")
    expect(page.locator("#signed-out")).to_be_visible()
    assert page.url.endswith("/desk/")
    make_entry(QueueFactory(name="SQL"), company_name="Bumi Hijau")
    sign_in_beside(page)
    expect(page.locator("#waiting")).to_contain_text("Bumi Hijau")
    expect(page.locator("#signed-out")).to_be_hidden()


def test_another_person_saves_nothing_from_the_page_of_the_first(page: Page):
    person("budi")
    write_note(page)
    end_session(page)
    sign_in_beside(page, "budi")
    expect(page.locator("#signed-out")).to_contain_text("Another person is signed in now.")
    expect(page.locator("#note-text")).to_have_value(TEXT)
    page.locator("#form-note").evaluate("(form) => form.requestSubmit()")
    expect(page.locator("#signed-out")).to_contain_text("Nothing more is saved from this page.")
    assert notes() == []


def test_a_sign_in_in_another_tab_leaves_a_page_that_saves_after_one_more_press(page: Page):
    """It changes the token of all forms of this browser. No part of the page asks before that, and so learns of it."""
    write_note(page)
    page.route("**/*", lambda route: route.fulfill(status=204))
    tab = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    tab.goto(page.url)
    tab.get_by_label("E-mail").fill("rina@alur.example")
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("[name=password]").press("Enter")
    expect(tab.locator("#lead-name")).to_be_visible()
    page.unroute("**/*")
    button = page.get_by_role("button", name="Keep note")
    button.click()
    expect(page.locator("[data-toast]", has_text="That is not saved yet")).to_be_visible()
    expect(page.locator("#note-text")).to_have_value(TEXT)
    button.click()
    expect(page.locator("[data-toast]", has_text="Note saved.")).to_be_visible()
    assert notes() == [TEXT.strip()]


def test_without_scripts_the_form_comes_back_filled(open_page: OpenPage, held: Assignment):
    page = open_page(held.holder, f"/leads/{held.lead_id}/", java_script_enabled=False)
    page.locator("#act-note summary").click()
    page.locator("#note-text").fill(TEXT)
    Session.objects.all().delete()
    page.get_by_role("button", name="Keep note").click()
    page.get_by_label("E-mail").fill("rina@alur.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".al-kept")).to_contain_text("You were signed out before this was saved.")
    expect(page.locator("#note-text")).to_have_value(TEXT)
    assert notes() == []
    page.get_by_role("button", name="Keep note").click()
    expect(page).to_have_url(re.compile(f"/leads/{held.lead_id}/$"))
    expect(page.locator(".al-kept")).to_have_count(0)
    assert notes() == [TEXT.strip()]


def test_a_form_of_the_settings_says_it_when_it_is_looked_at_again(open_page: OpenPage):
    known = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    ops = make_ops(username="bima@alur.example", password=known)
    page = open_page(ops, "/admin/routing/team/add/")
    page.locator("[name=name]").fill("Night shift")
    expect(page.locator("#signed-out")).to_be_hidden()
    Session.objects.all().delete()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#signed-out")).to_contain_text("You are signed out.")
    assert Axe().run(page, context="#signed-out").response["violations"] == []
    sign_in_beside(page, "bima")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#signed-out")).to_be_hidden()
    expect(page.locator("[name=name]")).to_have_value("Night shift")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Night shift").first).to_be_visible()
    assert Team.objects.filter(name="Night shift").count() == 1
