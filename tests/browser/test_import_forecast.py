"""Where the rows of a file will go, and undoing an import, in a real browser."""

import os
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from leads.actions.imports.run import run_import
from leads.models import Lead, Upload
from queues.models import EntryRule, Queue
from tests.browser.pages import faults, open_as
from tests.factories import QueueFactory, SourceFactory, make_lead, make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(site: str, browser: Browser):
    ops = make_ops()

    def open_one(path: str, **options: Any) -> Page:
        return open_as(browser, site, ops, path, **options)

    yield open_one
    for context in browser.contexts:
        context.close()
    for upload in Upload.objects.order_by("pk"):
        upload.stored.delete(save=False)


@pytest.fixture
def upload(transactional_db: None) -> Upload:
    hot = QueueFactory(name="Hot inbound", when_full=Queue.WhenFull.PARK, depth_limit=10, depth_lift=5)
    below = [{"field": "score", "operator": "less_than", "value": 60}]
    EntryRule.objects.create(name="Score below 60", position=1, conditions=below, outcome="review")
    EntryRule.objects.create(name="All others", position=2, conditions=[], outcome="queue", queue=hot)
    SourceFactory(slug="facebook-ads", name="Facebook Ads")
    make_lead(email="dewi1@maju1.co.id")
    words = ["fb", "Messe", "fb", ""]
    rows = [[*row[:5], words[n % 4]] for n, row in enumerate(lead_rows(40))]
    return make_upload(csv_bytes(HEADER, *rows, ["", "", "", "", "", "fb"]), is_ready=False)


def finished() -> Upload:
    upload = make_upload(csv_bytes(HEADER, *lead_rows(6)), name="november.csv")
    return run_import(upload.pk, clock=timezone.now, max_time=None)


def route(page: Page) -> Any:
    return page.get_by_role("region", name="Where the rows will go")


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_default_score_sends_the_rows_past_the_rule(open_page, upload):
    page = open_page(f"/imports/{upload.pk}/")
    expect(route(page)).to_contain_text("Score below 60")
    expect(route(page)).to_contain_text("line 42")
    picture(page, "forecast")
    page.get_by_role("button", name="Give the 39 without a score a score of 60").click()
    expect(route(page)).to_contain_text("Hot inbound is full: they wait until it opens")
    expect(page.locator("#id_default_score")).to_have_value("60")
    picture(page, "forecast_full")
    route(page).get_by_label("Messe").focus()
    route(page).get_by_label("Messe").select_option("make:mql")
    expect(route(page).get_by_label("Messe")).to_be_focused()
    expect(route(page).get_by_label("Messe")).to_have_value("make:mql")
    page.get_by_role("button", name="Import the rows").click()
    expect(page.get_by_role("progressbar", name="Import of the file")).to_be_visible()


def test_an_import_is_undone_and_repeated(open_page, upload):
    started = finished()
    page = open_page(f"/imports/{started.pk}/")
    picture(page, "result")
    page.get_by_role("link", name="Undo the import").click()
    expect(page.get_by_text("5 leads go; none stays.")).to_be_visible()
    picture(page, "undo")
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("5 leads went.")).to_be_visible()
    picture(page, "undone")
    assert Lead.objects.count() == 1
    page.goto(f"{page.url.split('/imports')[0]}/imports/{upload.pk}/")
    page.get_by_role("link", name="As last time").click()
    expect(page.get_by_text("Chosen as for november.csv")).to_be_visible()
    picture(page, "last_time")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_these_pages_have_no_barrier(open_page, upload, width, theme):
    started = finished()
    pages = {f"/imports/{upload.pk}/": "All 41 rows were counted", f"/imports/{started.pk}/undo": "5 leads go"}
    for path, says in pages.items():
        page = open_page(path, width=width, theme=theme, reduced_motion="reduce")  # or axe sees half a fade
        expect(page.get_by_text(says)).to_be_visible()
        picture(page, f"{width}_{path.strip('/').replace('/', '_')}")
        assert faults(page) == []
