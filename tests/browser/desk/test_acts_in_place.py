"""Edit and Hand over open on the card by their keys, save without a new page, and axe finds nothing (M7, M8)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from queues.actions.claims.take import take_next
from tests.browser.pages import OpenPage
from tests.factories import QueueFactory, TeamFactory, make_entry, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_lead_is_corrected_and_handed_over_in_place(open_page: OpenPage, width: int, theme: str):
    team, at = TeamFactory(reps_hand_over=True), timezone.now()
    rep, queue = make_rep(team, first_name="Rina"), QueueFactory(team=team)
    make_rep(team, first_name="Sari", last_name="Dewi")
    make_entry(queue, company_name="Acme Widgets", title="COO")
    held = take_next(queue, by=rep, at=at)
    page = open_page(rep, f"/desk/?lead={held.lead_id}", theme=theme, width=width, reduced_motion="reduce")
    page.keyboard.press("e")
    expect(page.get_by_label("First name")).to_be_focused()  # it takes the focus when it is open
    page.get_by_label("Job title").fill("CFO")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("Job title: COO → CFO")
    page.keyboard.press("h")
    page.locator("#form-hand_over").get_by_label("Reason").select_option("known_to_them")
    assert Axe().run(page).response["violations"] == []
    page.locator("#form-hand_over").get_by_role("button", name="Hand over").click()
    expect(page.locator(".al-toast").last).to_contain_text("Acme Widgets is with Sari Dewi now.")
