"""The reports in a real browser: filters without scripts, definitions, both widths and themes, and axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import expect

from routing.models import Team
from tests.browser.pages import OpenPage
from tests.factories import QueueFactory, TeamFactory, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="Inside Sales Jakarta")


@pytest.fixture
def manager(team: Team) -> User:
    QueueFactory(team=team, name="SMB", slug="smb")
    make_rep(team)
    return make_manager(team)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_reports(open_page: OpenPage, manager: User, theme: str, width: int):
    paths = ["/reports/waits/", "/reports/contact/", "/reports/waits/?period=soon&queue=x"]
    page = open_page(manager, paths[0], theme=theme, width=width, reduced_motion="reduce")
    base = page.url.removesuffix(paths[0])
    found = {}
    for path in paths:
        page.goto(base + path)
        page.locator("#filter-period summary").click()
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[path] = "wider than the window"
        results = Axe().run(page)
        if results.response["violations"]:
            found[path] = results.generate_report()
    assert found == {}


def test_a_filter_is_set_and_dates_are_chosen_without_scripts(open_page: OpenPage, manager: User):
    page = open_page(manager, "/reports/waits/", java_script_enabled=False)
    page.locator("#filter-queue summary").click()
    page.get_by_role("link", name="SMB").click()
    expect(page.locator("#filter-queue summary")).to_contain_text("SMB")
    page.locator("#filter-period summary").click()
    page.get_by_label("From").fill("2026-10-01")
    page.get_by_label("To", exact=True).fill("2026-10-15")
    page.get_by_role("button", name="Show these days").click()
    expect(page.locator("#filter-period summary")).to_contain_text("1 Oct – 15 Oct 2026")
    expect(page.locator("#filter-queue summary")).to_contain_text("SMB")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("#filter-queue summary")).to_contain_text("all 1")
