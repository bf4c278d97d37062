"""Boxes of escalations are ticked in one go: a range with Shift, and all of one reason."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from queues.actions.clocks.escalations import escalate
from tests.browser.pages import OpenPage, settled
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


def test_boxes_are_ticked_in_a_range_and_by_reason_and_what_was_done_is_undone_by_one_press(open_page: OpenPage):
    team, now = TeamFactory(), timezone.now() - timedelta(seconds=5)
    queue, manager = QueueFactory(team=team), make_manager(team)
    make_rep(team)
    for number, kind in enumerate(("wait", "wait", "declined", "wait", "declined")):
        lead = make_entry(queue, since=now - 9 * HOUR, company_name=f"Company {number}").lead
        escalate(lead, queue=queue, kind=kind, broke_at=now - (8 - number) * HOUR, at=now)
    page = settled(open_page(manager, "/escalations/"))
    boxes, ticked = page.locator("[name=cases]"), page.locator("#many [data-ticked]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(ticked).to_have_text("3")
    expect(boxes.nth(2)).to_be_checked()
    boxes.nth(1).click(modifiers=["Shift"])
    expect(ticked).to_have_text("0")
    declined = page.get_by_role("button", name="Everybody available declined: tick 2")
    declined.click()
    expect(ticked).to_have_text("2")
    expect(declined).to_have_attribute("aria-pressed", "true")
    declined.click()
    expect(ticked).to_have_text("0")
    declined.click()
    page.locator("#many").get_by_role("button", name="Leave them").click()
    expect(page.locator("#toasts")).to_contain_text("2 leads decided.")
    expect(boxes).to_have_count(3)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("2 decisions undone.")
    expect(boxes).to_have_count(5)
