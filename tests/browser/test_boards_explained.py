"""The "?" of a board in a real browser: by keyboard, open over a renewal of the page, within a phone, and for axe."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from queues.models import Queue
from routing.models import Team
from tests.browser.pages import OpenPage, open_as, settled
from tests.factories import QueueFactory, TeamFactory, fill, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="Jakarta")


@pytest.fixture
def mql(team: Team) -> Queue:
    make_rep(team, first_name="Rina", last_name="Hartati")
    queue = QueueFactory(name="MQL", slug="mql", team=team)
    fill(queue, 3, since=timezone.now())
    return queue


@pytest.fixture
def open_page(site: str, browser: Browser, team: Team) -> Iterator[OpenPage]:
    person = make_manager(team)

    def open_one(path: str, **options: Any) -> Page:
        return open_as(browser, site, person, path, **options)

    yield open_one
    for context in browser.contexts:
        context.close()


def test_a_question_opens_and_closes_by_keyboard_and_stays_open_when_the_page_renews_itself(open_page: OpenPage, mql):
    page = open_page("/queues/")
    mark = page.locator("#about-rate")
    mark.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(mark.get_by_text("exactly 80 % is not")).to_be_visible()
    fill(mql, 1, since=timezone.now())
    page.evaluate("document.getElementById('queues-live').dispatchEvent(new CustomEvent('alur:changed'))")
    expect(page.locator(f"#queue-{mql.pk} .al-depth .n")).to_have_text("4")
    expect(mark.get_by_text("exactly 80 % is not")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(mark.locator(".al-def")).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('details')?.id") == "about-rate"


@pytest.mark.parametrize("path", ["/queues/", "/team/", "/queues/mql/"])
def test_a_phone_shows_every_question_within_its_width(open_page: OpenPage, mql, path):
    page = open_page(path, width=390)
    settled(page)
    marks = page.locator(".al-q")
    shown = [marks.nth(place) for place in range(marks.count()) if marks.nth(place).is_visible()]
    assert len(shown) >= 5
    for mark in shown:
        mark.locator("summary").click()
        box = mark.locator(".al-def").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
        size = mark.locator("summary").bounding_box()
        assert size and min(size["width"], size["height"]) >= 24
        mark.locator("summary").click()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert Axe().run(page).response["violations"] == []
