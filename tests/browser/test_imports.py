"""The imports in a real browser: a refused file, columns whose preview follows, live progress, axe on every page."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import OrmQ
from playwright.sync_api import Browser, Page, expect

from leads.actions.imports.run import CHUNK_SIZE, run_import
from leads.models import Lead, Upload
from queues.models import EntryRule
from tests.browser.pages import open_as
from tests.factories import QueueFactory, make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload
from tests.patience import milliseconds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ops() -> User:
    return make_ops()


@pytest.fixture
def open_page(site: str, browser: Browser, ops: User):
    """Opens an address as sales ops; afterwards the files that were uploaded are deleted."""

    def open_one(path: str, **options: Any) -> Page:
        return open_as(browser, site, ops, path, **options)

    yield open_one
    for context in browser.contexts:
        context.close()
    for upload in Upload.objects.order_by("pk"):
        upload.stored.delete(save=False)


def file(content: bytes, name: str = "leads.csv") -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def violations(page: Page) -> list[tuple]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


def test_a_file_is_mapped_brought_in_and_its_progress_is_followed(open_page):
    queue = QueueFactory(name="Hot inbound")
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    page = open_page("/imports/")
    page.get_by_label("CSV file").set_input_files(
        file(csv_bytes(HEADER, *lead_rows(CHUNK_SIZE + 5), ["", "x", "", "", "", ""]))
    )
    page.get_by_role("button", name="Look at the file").click()

    becomes = page.get_by_role("region", name="What the first rows become")
    expect(becomes.get_by_role("row").nth(1)).to_contain_text("Webinar")
    page.get_by_label("Source", exact=True).first.select_option("")
    expect(becomes.get_by_role("row").nth(1)).not_to_contain_text("Webinar")
    page.get_by_role("textbox", name="Source").fill("Fair")
    page.get_by_role("textbox", name="Score").focus()
    expect(becomes.get_by_role("row").nth(1)).to_contain_text("Fair")

    page.get_by_role("button", name="Import the rows").click()
    expect(page.locator("html")).to_have_attribute("data-live-state", "open")
    shown = page.get_by_role("progressbar", name="Import of the file")
    expect(shown).to_have_attribute("aria-valuenow", "0")
    task = OrmQ.objects.get()
    run_import(
        *task.task["args"],
        clock=timezone.now,
        max_time=None,
        on_progress=lambda now: now.rows == CHUNK_SIZE and seen_in(page, now),
    )
    expect(page.get_by_role("heading", name="Where the new leads went")).to_be_visible(timeout=milliseconds(2000))
    expect(page.get_by_role("main")).to_contain_text(f"{CHUNK_SIZE + 6} rows read:")
    assert Lead.objects.filter(source__name="Fair").count() == CHUNK_SIZE + 5

    page.get_by_role("link", name="Refused 1").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("The row has no external id, e-mail or phone")


def seen_in(page: Page, now: Upload) -> None:
    """The page shows the first rows while the others are still to come."""
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", str(now.percent))
    expect(page.get_by_role("main")).to_contain_text(f"{CHUNK_SIZE} rows are in so far.")


def test_a_refused_file_says_what_to_do_and_nothing_else_happens(open_page):
    page = open_page("/imports/")
    page.get_by_label("CSV file").set_input_files(file(b"%PDF-1.7 not a table"))
    page.get_by_role("button", name="Look at the file").click()
    error = page.get_by_text("This is a PDF document, not a CSV file. Save the table as CSV and upload that.")
    expect(error).to_be_visible()
    assert (violations(page), Upload.objects.count()) == ([], 0)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_no_page_of_the_imports_has_a_barrier(open_page, ops, width, theme):
    flawed = csv_bytes(HEADER, *lead_rows(3), ["L-8", "Dewi", "Sari", "nobody", "Maju", ""], ["", "x", "", "", "", ""])
    content = flawed + b"L-9,Dewi\n"
    done = run_import(make_upload(content, by=ops).pk, clock=timezone.now, max_time=None)
    waiting, mapping = make_upload(content, by=ops), make_upload(content, by=ops, is_ready=False)
    page = open_page("/imports/", width=width, theme=theme)
    found = {}
    for path in ("/imports/", *(f"/imports/{upload.pk}/" for upload in (done, waiting, mapping)), "/api/docs"):
        page.goto(f"{page.url.split('/imports')[0].split('/api')[0]}{path}")
        is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[path] = (violations(page), is_wide)
    assert set(map(str, found.values())) == {"([], False)"}, found
