"""Drives the Chromium of this machine."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from config.worker.heartbeat import record_heartbeat
from tests.browser.pages import OpenPage, open_as
from tests.patience import PAGE_PATIENCE

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session", autouse=True)
def orm_beside_the_browser(playwright: Playwright) -> Iterator[None]:
    """Playwright keeps an event loop running in the test's thread, in which Django would refuse its ORM.

    Django has a connection of its own there, which must be closed before that loop ends.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PAGE_PATIENCE * 1000)
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:  # a person may run the rest without it; CI may not (.ci/run installs it)
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell("no chromium on this machine (Debian: apt install chromium-headless-shell)")
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(PAGE_PATIENCE * 1000)
    return context


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[OpenPage]:
    """Opens an address as this person, in a browser context of its own. No page says that the worker is silent, as it
    would once the site has run for some minutes without one."""

    def open_one(person: User, path: str, **options: Any) -> Page:
        record_heartbeat(at=timezone.now())
        return open_as(browser, site, person, path, **options)

    yield open_one
    for context in browser.contexts:
        context.close()
