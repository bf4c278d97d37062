"""The weekly cleanup in a real browser: many leads at once by one box, undo, and axe in both widths (D7)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from leads.models import Lead
from queues.actions.partners.handing import send_to_partner
from queues.models import PartnerDelivery, PartnerPool, Queue
from tests.browser.pages import OpenPage, open_as
from tests.factories import QueueFactory, TeamFactory, make_ops, make_rep
from tests.factories.old_leads import held, old, on_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARTNERS = ("/cleanup/?tab=partner", "/partners/")
COMPANIES = ("Kopi Senja", "Bumi Hijau", "Pelita Medika")


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[OpenPage]:
    def open_one(path: str, *, person: User | None = None, **options: Any) -> Page:
        return open_as(browser, site, person or make_ops(first_name="Bima"), path, **options)

    yield open_one
    for context in browser.contexts:
        context.close()


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def smb(at: datetime) -> Queue:
    """Three old leads wait, one is quiet with a rep, one is on the desk, one is with a partner; two look alike and one
    is junk."""
    team = TeamFactory()
    queue = QueueFactory(name="SMB", slug="smb", team=team)
    held(queue, make_rep(team, first_name="Rina", last_name="Hartono"), 9, now=at, company_name="Griya Asri Nusantara")
    for days, name in enumerate(COMPANIES, 8):
        old(queue, days, now=at, company_name=name)
    first = old(queue, 1, now=at, company_name="Maju Jaya")
    old(queue, 1, now=at, company_name="Maju Jaya Tbk", resembles=first, resembles_percent=91)
    pool = PartnerPool.objects.create(name="Mitra", is_active=True, address="https://hook.example/", secret="sealed")
    sent = old(queue, 9, now=at, company_name="Sent away")
    stay = send_to_partner(sent, pool, by=make_ops(), at=at)
    PartnerDelivery.objects.filter(stay=stay).update(state="failed", problem="refused_by_chat")
    old(queue, 1, now=at, company_name="Nobody at all", email="", phone="")
    on_desk(8, now=at, company_name="Toko Rejeki")
    return queue


def stages() -> dict[str, str]:
    return dict(Lead.objects.filter(company_name__in=COMPANIES).values_list("company_name", "stage"))


def test_many_leads_are_set_aside_and_come_back(open_page: OpenPage, smb: Queue):
    page = open_page("/cleanup/?place=waiting")
    bulk = page.locator("#bulk")
    expect(bulk).to_be_hidden()
    page.get_by_label("Tick all on this page").check()
    expect(bulk).to_contain_text("3 ticked")
    page.get_by_label("Tick Bumi Hijau").uncheck()
    expect(bulk).to_contain_text("2 ticked")
    bulk.get_by_role("button", name="To nurture").click()
    expect(page.locator("#toasts")).to_contain_text("2 leads went to nurture.")
    expect(page.locator("#cleanup-list")).to_contain_text("Bumi Hijau")
    assert stages() == {"Kopi Senja": "nurture", "Bumi Hijau": "waiting", "Pelita Medika": "nurture"}
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("undid it for 2 leads")
    assert stages() == dict.fromkeys(COMPANIES, "waiting")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_cleanup(open_page: OpenPage, smb: Queue, site: str, width: int, theme: str):
    page = open_page("/cleanup/", width=width, theme=theme, reduced_motion="reduce")
    found = {}
    for path in ("/cleanup/", "/cleanup/?tab=alike", "/cleanup/?tab=junk", "/cleanup/?tab=kept", *PARTNERS):
        page.goto(f"{site}{path}")
        if page.locator("[name=leads]").count():
            page.locator("[name=leads]").first.check()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        results = Axe().run(page)
        if results.response["violations"]:
            found[path] = results.generate_report()
    page.locator("#nav-more summary").click()
    pop = page.locator("#nav-more .al-pop").bounding_box()
    assert pop is not None
    assert pop["x"] >= 0
    assert pop["x"] + pop["width"] <= width
    results = Axe().run(page)
    assert (found, results.response["violations"] and results.generate_report()) == ({}, [])
