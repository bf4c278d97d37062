"""Own fields in a real browser: made on the mapping page in one press, asked by a rule, corrected on the card."""

import pytest
from playwright.sync_api import expect

from leads.models import Lead, OwnField, Upload
from tests.browser.test_imports import file, violations
from tests.factories import QueueFactory, TeamFactory, make_entry, make_ops, make_rep
from tests.factories.files import csv_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADER = ["E-mail", "Lead Quality", "Total visits", "Do Not Call", "Magazine", "Remark"]
QUALITIES = ["Select", "Might be", "Worst", "High in Relevance"]


def rows() -> list[list[str]]:
    return [
        [f"lead{n}@nila{n}.co.id", QUALITIES[n % 4], str(n * 54), "Yes" if n == 2 else "No", "No", f"Remark {n}"]
        for n in range(24)
    ]


@pytest.fixture(autouse=True)
def tidy():
    yield
    for upload in Upload.objects.order_by("pk"):
        upload.stored.delete(save=False)


def test_unknown_columns_become_fields_in_one_press(open_page):
    page = open_page(make_ops(), "/imports/")
    page.get_by_label("CSV file").set_input_files(file(csv_bytes(HEADER, *rows())))
    page.get_by_role("button", name="Look at the file").click()
    fields = page.get_by_role("region", name="Fields of your own")
    expect(fields).to_contain_text("choice of 3: Might be, Worst, High in Relevance")
    expect(fields).to_contain_text("Judged from all 24 rows.")
    fields.get_by_role("button", name="Make a field of Lead Quality").click()
    expect(fields).to_contain_text("“Lead Quality” is a field now.")
    fields.get_by_role("button", name="Make fields of all 3").click()
    expect(fields).to_contain_text("3 fields are made.")
    expect(fields).to_contain_text("4 columns are read into fields")
    assert violations(page) == []
    assert OwnField.objects.count() == 4
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_rule_of_an_own_field_is_built_with_its_control(open_page):
    OwnField.objects.create(key="quality", name="Lead Quality", kind="choice", choices=QUALITIES[1:])
    OwnField.objects.create(key="seen", name="Last seen", kind="date")
    page = open_page(make_ops(), "/admin/leads/scorerule/add/")
    row = page.locator("[data-condition]").first
    page.get_by_role("button", name="Add a condition").click()
    row.get_by_label("Field of condition 1").select_option("date:seen")
    row.get_by_label("Comparison of condition 1").select_option("before")
    row.locator("input[type=date]").fill("2026-11-16")
    says = page.locator("[data-sentence]")
    expect(says).to_have_text("“Last seen” is before 16 Nov 2026")
    row.get_by_label("Field of condition 1").select_option("choice:quality")
    row.get_by_label("Value of condition 1").select_option("Worst")
    expect(says).to_have_text("“Lead Quality” is Worst")


def test_the_card_shows_own_fields_and_corrects_them(open_page):
    OwnField.objects.create(key="quality", name="Lead Quality", kind="choice", choices=QUALITIES[1:])
    OwnField.objects.create(key="visits", name="Total visits", kind="number")
    rep = make_rep(team := TeamFactory())
    own = {"choice:quality": "Worst", "number:visits": 2272}
    make_entry(QueueFactory(team=team), own=own)
    page = open_page(rep, "/desk/")
    page.get_by_role("button", name="Take next").first.click()
    expect(page.get_by_role("region", name="More about it")).to_contain_text("Total visits")
    page.locator(".al-edit").click()
    page.get_by_label("Lead Quality").select_option("Might be")
    assert violations(page) == []
    page.locator("#form-edit").get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="More about it")).to_contain_text("Might be")
    assert Lead.objects.get().own == own | {"choice:quality": "Might be"}
