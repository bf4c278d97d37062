"""Drives the Chromium of this machine."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright

from routing import roles

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session", autouse=True)
def orm_beside_the_browser(playwright: Playwright) -> Iterator[None]:
    """Playwright keeps an event loop running in the test's thread, in which Django would refuse its ORM.

    Django has a connection of its own there, which must be closed before that loop ends.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:  # a person may run the rest without it; CI may not (.ci/run installs it)
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell("no chromium on this machine (Debian: apt install chromium)")
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture
def known_roles(transactional_db: None) -> None:
    """The database was emptied after the test before, groups included."""
    roles.sync_roles()


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address as this person, in a browser context of its own."""

    def open_one(person: User, path: str, *, theme: str = "light", width: int = 1440, **options: Any) -> Page:
        client = Client()
        client.force_login(person, "routing.backends.RoutingBackend")
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 844}, color_scheme=theme, **options
        )
        cookies = {"sessionid": client.cookies["sessionid"].value, "theme": theme}
        place = urlsplit(site).hostname
        context.add_cookies([{"name": k, "value": v, "domain": place, "path": "/"} for k, v in cookies.items()])
        page = context.new_page()
        page.goto(f"{site}{path}")
        return page

    yield open_one
    for context in browser.contexts:
        context.close()
