"""How a file is read, in a real browser: names change at once, a line is pointed at, nothing is in the way."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from leads.models import Upload
from tests.browser.pages import faults, open_as
from tests.factories import make_ops
from tests.factories.files import make_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TURKISH = "Name,Email,City\r\nAyşe Yılmaz,a@nila.co.id,Jakarta\r\nSari Ayu,b@nila.co.id,Bogor\r\n".encode("cp1254")
TITLES = b"Leads of November;;\n\nName;Email;Company\nSari;sari@nila.co.id;Nila\nBudi;budi@nila.co.id;Nila\n"


@pytest.fixture
def open_page(site: str, browser: Browser):
    ops = make_ops()

    def open_one(content: bytes, **options: Any) -> Page:
        upload = make_upload(content, by=ops, is_ready=False)
        return open_as(browser, site, ops, f"/imports/{upload.pk}/", **options)

    yield open_one
    for context in browser.contexts:
        context.close()
    for upload in Upload.objects.order_by("pk"):
        upload.stored.delete(save=False)


def becomes(page: Page) -> Any:
    return page.get_by_role("region", name="What the first rows become").get_by_role("row").nth(1)


def test_the_line_with_the_right_names_is_chosen_and_other_choices_stay(open_page):
    page = open_page(TURKISH)
    page.get_by_label("City", exact=True).select_option("title")
    expect(becomes(page)).to_contain_text("Jakarta")
    page.get_by_role("textbox", name="Source").fill("Fair")
    page.get_by_role("radio", name="Ayþe Yýlmaz Western").check()
    expect(becomes(page)).to_contain_text("Ayþe Yýlmaz")
    page.get_by_role("radio", name="Ayşe Yılmaz Turkish").check()
    expect(becomes(page)).to_contain_text("Ayşe Yılmaz")
    expect(page.get_by_role("radio", name="Ayşe Yılmaz Turkish")).to_be_focused()
    assert page.get_by_label("City", exact=True).input_value() == "title"
    assert page.get_by_role("textbox", name="Source").input_value() == "Fair"
    page.get_by_role("button", name="Import the rows").click()
    expect(page.get_by_role("progressbar", name="Import of the file")).to_be_visible()


def test_the_suggested_line_becomes_the_header(open_page):
    page = open_page(TITLES)
    page.get_by_role("button", name="Take line 3 as the header").click()
    expect(becomes(page)).to_contain_text("sari@nila.co.id")
    expect(page.get_by_text("The header is line 3: Name, Email, Company")).to_be_visible()


def test_without_scripts_the_same_choices_are_sent_by_buttons(open_page):
    page = open_page(TURKISH, java_script_enabled=False)
    page.get_by_label("City", exact=True).select_option("title")
    page.get_by_role("radio", name="Ayşe Yılmaz Turkish").check()
    page.get_by_role("button", name="Read the file again").click()
    expect(becomes(page)).to_contain_text("Ayşe Yılmaz")
    assert page.get_by_label("City", exact=True).input_value() == "title"


@pytest.mark.parametrize("content", [TURKISH, TITLES], ids=["letters in doubt", "titles"])
def test_no_reading_of_a_file_has_a_barrier(open_page, content):
    page = open_page(content)
    for summary in page.locator("#upload-reading summary").all():
        summary.click()
    assert faults(page) == []
