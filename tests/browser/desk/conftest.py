"""Pages of a rep in a real browser, and a queue that waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from queues.models import Queue
from tests.factories import QueueFactory, make_entry

OpenDesk = Callable[..., Page]


@pytest.fixture(autouse=True)
def known_roles_first(known_roles: None) -> None:
    """Every test of the desk signs somebody in."""


@pytest.fixture
def at() -> datetime:
    return timezone.now() - timedelta(minutes=20)


@pytest.fixture
def queue(at: datetime) -> Queue:
    """Three leads wait: the first two may be picked, and looked at."""
    queue = QueueFactory(name="MQL", slug="mql", picks_within=2, is_reserving=True)
    for number, company in enumerate(("Kopi Senja", "Bumi Hijau", "Pelita Medika")):
        make_entry(queue, since=at + timedelta(minutes=number), company_name=company, industry="Retail", city="Solo")
    return queue


@pytest.fixture
def open_page(site: str, browser: Browser) -> OpenDesk:
    """Opens an address as this person, in a browser context of its own."""

    def open_one(person: User, path: str = "/desk/", *, theme: str = "light", width: int = 1440, **options) -> Page:
        client = Client()
        client.force_login(person)
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
        place = urlsplit(site).hostname
        cookies = {"sessionid": client.cookies["sessionid"].value, "theme": theme}
        context.add_cookies([{"name": k, "value": v, "domain": place, "path": "/"} for k, v in cookies.items()])
        page = context.new_page()
        page.goto(f"{site}{path}")
        return page

    yield open_one
    for context in browser.contexts:
        context.close()


def live(page: Page) -> Page:
    expect(page.locator("html")).to_have_attribute("data-live-state", "open")
    return page
