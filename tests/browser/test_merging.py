"""Merging on the review desk in a real browser: by keyboard, on a phone, and without scripts (A3, J3)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from leads.models import Lead
from queues.actions.entries.placement import place_leads
from queues.models import EntryRule
from tests.browser.pages import OpenPage, open_as
from tests.factories import QueueFactory, make_lead, make_ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db: None) -> tuple[Lead, Lead]:
    """A lead on the desk, and the one that it resembles, which waits."""
    at = timezone.now() - timedelta(minutes=20)
    alike = [{"field": "possible_duplicate", "operator": "at_least", "value": 80}]
    EntryRule.objects.create(name="Possible duplicate", position=1, outcome="review", conditions=alike)
    EntryRule.objects.create(name="Everybody", position=2, outcome="queue", queue=QueueFactory(name="SMB"))
    known = make_lead(company_name="Lintas Niaga", title="Supervisor", phone="", score=58, at=at)
    fresh = make_lead(company_name="Lintas Niaga", title="Manager", score=71, resembles=known, resembles_percent=92)
    other = make_lead(company_name="Kopi Senja", resembles=known, resembles_percent=81)
    place_leads([known], at=at)
    place_leads([other], at=at)
    place_leads([fresh], at=timezone.now())
    return fresh, known


@pytest.fixture
def open_desk(site: str, browser: Browser) -> Iterator[OpenPage]:
    def open_one(**options: Any) -> Page:
        return open_as(browser, site, make_ops(), "/review/", **options)

    yield open_one
    for context in browser.contexts:
        context.close()


def test_two_become_one_by_keyboard_and_two_again(open_desk: OpenPage, pair: tuple[Lead, Lead]):
    fresh, known = pair
    page = open_desk()
    expect(page.locator("#rv")).to_have_text("Lintas Niaga")
    page.keyboard.press("s")
    expect(page.locator("#rev")).to_contain_text("into this lead")
    page.keyboard.press("s")
    expect(page.locator("#rev")).to_contain_text(f"Merge into Lintas Niaga #{known.pk}")
    page.get_by_label("Title of this lead: Manager").check()
    page.keyboard.press("m")
    expect(page.locator("#toasts")).to_contain_text(f"#{fresh.pk} is merged into Lintas Niaga #{known.pk}.")
    expect(page.locator("#rv")).to_have_text("Kopi Senja")
    known.refresh_from_db()
    assert (known.title, known.score, known.phone) == ("Manager", 71, fresh.phone)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("is back on the desk")
    expect(page.locator("#rv")).to_have_text("Lintas Niaga")
    page.keyboard.press("b")
    expect(page.locator("#toasts")).to_contain_text("Lintas Niaga now waits in SMB.")
    known.refresh_from_db()
    assert (known.title, known.score, known.phone) == ("Supervisor", 58, "")


def test_merging_and_filtering_need_no_scripts(open_desk: OpenPage, pair: tuple[Lead, Lead]):
    page = open_desk(java_script_enabled=False)
    page.get_by_label("Time on the desk").select_option("4h")
    page.get_by_label("Find on this desk").fill("lintas")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#review-list")).to_contain_text("1 of 2")
    page.get_by_label("Score of the other lead: 58").check()
    page.get_by_role("button", name="Merge into").click()
    expect(page.locator("#toasts")).to_contain_text("is merged into")
    assert Lead.objects.get(pk=pair[1].pk).score == 58


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1440, "dark")])
def test_a_comparison_is_fit_for_everybody(open_desk: OpenPage, pair: tuple[Lead, Lead], width: int, theme: str):
    page = open_desk(width=width, theme=theme, reduced_motion="reduce")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    table = page.locator(".al-cmp").bounding_box()
    assert table["x"] + table["width"] <= width
    results = Axe().run(page)
    assert (results.response["violations"] and results.generate_report()) == []
