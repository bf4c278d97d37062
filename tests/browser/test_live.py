"""The browser's half of live updates: one stream for all tabs, and only the elements concerned ask again."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from config.live import announce
from tests.patience import milliseconds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASKED = re.compile("^[1-9]")  # once or more: a count may have moved on before it is read
PAGE = """<!doctype html><title>Live</title><p id="first" data-live="{0}-1">0</p><p id="second" data-live="{0}-2">0</p>
<script src="/static/js/live.js" data-worker="/static/js/live_worker.js" data-events="/events" data-person="7"></script>
"""
COUNT = """document.querySelectorAll("p").forEach((p) => p.addEventListener("alur:changed", () => p.textContent++))"""
POLICY = {"Content-Security-Policy": "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'"}


@pytest.fixture(scope="module")
def live_site(start_site: Callable[..., str]) -> str:
    return start_site(LIVE_TOPICS="tests.config.followed.topics")


@pytest.fixture
def person(transactional_db: None) -> User:
    return User.objects.create_user(f"dewi-{uuid4().hex}")


@pytest.fixture
def open_tab(live_site: str, person: User, context: BrowserContext) -> Callable[[], Page]:
    """Opens a page with two live elements that count how often they have to ask again."""
    client = Client()
    client.force_login(person)
    place = urlsplit(live_site).hostname
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": place, "path": "/"}
    context.add_cookies([cookie])
    body = PAGE.format(person.username)
    context.route("**/page", lambda route: route.fulfill(body=body, content_type="text/html", headers=POLICY))

    def open_one(site: str = live_site) -> Page:
        tab = context.new_page()
        tab.goto(f"{site}/page")
        tab.evaluate(COUNT)
        expect(tab.locator("html")).to_have_attribute("data-live-state", "open")
        return tab

    return open_one


def commit(topic: str) -> None:
    with transaction.atomic():
        announce(topic)


def settle(tab: Page) -> None:
    """What happened before the page opened ("anything may have changed") is announced, and then forgotten."""
    tab.wait_for_timeout(milliseconds(600))
    tab.evaluate("""document.querySelectorAll("p").forEach((p) => { p.textContent = 0 })""")


def test_only_the_element_concerned_asks_again(open_tab: Callable[[], Page], person: User):
    tab = open_tab()
    settle(tab)
    commit(f"{person.username}-2")
    expect(tab.locator("#second")).to_have_text("1")
    expect(tab.locator("#first")).to_have_text("0")


def test_twelve_tabs_share_one_stream(open_tab: Callable[[], Page], person: User):
    tabs = [open_tab() for _ in range(12)]
    settle(tabs[-1])
    for tab in tabs:
        tab.evaluate("""document.querySelector("#first").textContent = 0""")
    commit(f"{person.username}-1")
    for tab in tabs:
        tab.bring_to_front()  # a hidden tab catches up when somebody looks at it
        expect(tab.locator("#first")).to_have_text(ASKED)


def test_a_burst_of_changes_asks_four_times_a_second_at_most(open_tab: Callable[[], Page], person: User):
    tab = open_tab()
    settle(tab)
    begin = tab.evaluate("performance.now()")
    for _ in range(40):
        commit(f"{person.username}-1")
        tab.wait_for_timeout(25)
    tab.wait_for_timeout(500)
    seconds = (tab.evaluate("performance.now()") - begin) / 1000
    asked = int(tab.locator("#first").inner_text())
    assert 1 <= asked <= seconds * 4 + 1


def test_a_tab_catches_up_after_its_stream_ended(open_tab: Callable[..., Page], start_site: Callable[..., str]):
    """Nothing is announced; but something might have been while there was no stream."""
    tab = open_tab(start_site(LIVE_TOPICS="tests.config.followed.topics", LIVE_MINUTES="0.03"))
    settle(tab)
    expect(tab.locator("#first")).to_have_text(ASKED)
    expect(tab.locator("#second")).to_have_text(ASKED)
