"""Opens pages as somebody in a browser context of its own, and waits until they follow the data."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.patience import PAGE_PATIENCE, milliseconds

OpenPage = Callable[..., Page]
SCREENS = ((1440, "light"), (390, "dark"))
HEIGHTS = {1440: 900, 390: 844}


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


def faults(page: Page) -> list[str]:
    """What axe finds on the page, and whether it scrolls sideways, at a desk by day and on a phone by night. The page
    is not loaded again for the second: it is made narrow, and takes the theme as when its button is pressed."""
    found = []
    page.evaluate(Axe().axe_script)
    for width, theme in SCREENS:
        _show(page, width, theme)
        results = page.evaluate("axe.run({ resultTypes: ['violations'] })")
        for each in results["violations"]:
            found += [f"{width} {theme} {each['id']}: {node['html'][:200]}" for node in each["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{width} {theme}: scrolls sideways")
    _show(page, *SCREENS[0])
    return found


def _show(page: Page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme=theme)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
