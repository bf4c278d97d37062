"""The first screen of the desk in a real browser: what waits is on it, and leads are seen to arrive and to go."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from queues.actions.claims.take import take_next
from queues.models import Queue
from routing.actions.assignment import return_lead
from routing.models import Reach
from tests.browser.pages import OpenPage, settled
from tests.factories import make_entry, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEEN_LEAVING = """() => {
  window.seenLeaving = false;
  new MutationObserver(() => { window.seenLeaving ||= Boolean(document.querySelector(".is-leaving")); })
    .observe(document.body, {childList: true, subtree: true});
}"""


def test_what_waits_is_on_the_first_screen_and_leads_are_seen_to_come_and_go(
    open_page: OpenPage, queue: Queue, at: datetime
):
    rep = make_rep()
    Reach.objects.create(user=rep, asked_at=at)  # whether to ask for notifications, above all, depends on the hour
    for number in range(8):
        make_entry(queue, since=at - timedelta(minutes=9 - number), company_name=f"Mine {number}", industry="Retail")
    held = [take_next(queue, by=rep, at=at) for _each in range(8)]
    page = settled(open_page(rep, "/desk/"))
    dock, waiting = page.locator("#day").bounding_box(), page.locator("#waiting")
    expect(page.locator("#lead-name")).to_have_text("Mine 0")
    for shown in (page.locator("#waiting-title"), *waiting.locator("[data-entry]").all()[:2]):
        box = shown.bounding_box()
        assert box["y"] + box["height"] <= dock["y"]
    before = waiting.bounding_box()
    make_entry(queue, since=at + timedelta(minutes=9), company_name="Surya Elektrindo", industry="Retail")
    expect(waiting.locator("tr", has_text="Surya Elektrindo")).to_have_class(re.compile("al-changed"))
    return_lead(held[3], reason="no_capacity", note="", by=rep, at=timezone.now())
    expect(page.locator("#mine .is-leaving")).to_contain_text("Mine 3")
    expect(page.locator("#mine")).not_to_contain_text("Mine 3")
    expect(page.locator("#availability")).to_contain_text("Available · 7 of 50")
    after = waiting.bounding_box()
    assert (after["x"], after["y"], after["width"]) == (before["x"], before["y"], before["width"])
    page.locator("#availability-menu summary").click()
    page.get_by_role("button", name="Pause for 30 min").click()
    expect(page.locator("#availability")).to_contain_text(re.compile(r"Paused until \d\d:\d\d · 7 of 50"))
    expect(page.locator("#availability-menu[open]")).to_have_count(0)
    expect(page.locator("#availability-menu summary")).to_be_focused()


def test_nothing_moves_for_who_asked_for_less_motion(open_page: OpenPage, queue: Queue, at: datetime):
    rep = make_rep()
    first, _second = (take_next(queue, by=rep, at=at) for _each in range(2))
    page = settled(open_page(rep, "/desk/", reduced_motion="reduce"))
    page.evaluate(SEEN_LEAVING)
    return_lead(first, reason="no_capacity", note="", by=rep, at=timezone.now())
    expect(page.locator("#mine .al-count")).to_have_text("1")
    assert page.evaluate("window.seenLeaving") is False
