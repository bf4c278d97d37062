"""Opens pages as somebody in a browser context of its own, and waits until they follow the data."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.patience import PAGE_PATIENCE, milliseconds

OpenPage = Callable[..., Page]


def open_as(
    browser: Browser, site: str, person: User, path: str, *, theme: str = "light", width: int = 1440, **options: Any
) -> Page:
    client = Client()
    client.force_login(person, "routing.backends.RoutingBackend")
    context = browser.new_context(
        viewport={"width": width, "height": 900 if width > 600 else 844}, color_scheme=theme, **options
    )
    context.set_default_timeout(PAGE_PATIENCE * 1000)
    cookies = {"sessionid": client.cookies["sessionid"].value, "theme": theme}
    host = urlsplit(site).hostname
    context.add_cookies([{"name": k, "value": v, "domain": host, "path": "/"} for k, v in cookies.items()])
    page = context.new_page()
    page.goto(f"{site}{path}")
    return page


def live(page: Page) -> Page:
    """The page is connected to the stream."""
    expect(page.locator("html")).to_have_attribute("data-live-state", "open")
    return page


def settled(page: Page) -> Page:
    """The page has also heard what a new stream says first: that anything may have changed."""
    live(page).wait_for_timeout(milliseconds(600))
    return page
