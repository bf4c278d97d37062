"""The desk on a phone: a lead fills the screen, Back closes it, and Take next stays under the thumb (C5, J3)."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from queues.actions.claims.take import take_next
from queues.models import Queue
from routing.models import Assignment
from tests.browser.pages import OpenPage, live
from tests.factories import make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "has_touch": True, "is_mobile": True}
# what the bar hides: how far the page goes on below its upper edge at the very end, and controls that it covers
UNDER_THE_BAR = """() => {
  const bar = document.querySelector(".al-thumb");
  const edge = () => bar.getBoundingClientRect().top;
  scrollTo(0, document.documentElement.scrollHeight);
  const seen = (one) => one.checkVisibility() && !bar.contains(one);
  const last = [...document.querySelectorAll("main *, .al-dock")].filter(seen);
  const low = Math.max(...last.map((one) => one.getBoundingClientRect().bottom));
  const covered = [];
  for (const one of document.querySelectorAll("main a, main button, main input, main summary, .al-dock a")) {
    if (!seen(one) || getComputedStyle(one).opacity === "0") continue;
    scrollTo(0, 0);
    one.focus();
    if (one.getBoundingClientRect().bottom > edge() + 1) covered.push(one.textContent.trim() || one.name);
  }
  return [Math.max(0, Math.round(low - edge())), covered];
}"""


@pytest.fixture
def rina(queue: Queue, at: datetime):
    """Holds two leads of three."""
    rep = make_rep(first_name="Rina")
    for minutes in (5, 6):
        take_next(queue, by=rep, at=at + timedelta(minutes=minutes))
    return rep


def shown(page: Page) -> tuple[bool, bool]:
    """The list, and the lead."""
    return page.locator("#mine").is_visible(), page.locator("#lead").is_visible()


def test_a_tap_opens_a_lead_alone_and_back_closes_it(open_page: OpenPage, rina):
    page = live(open_page(rina, "/desk/", **PHONE))
    assert shown(page) == (True, False)
    expect(page.locator("#mine [aria-current]")).to_have_count(0)
    page.locator("#mine [data-lead]", has_text="Bumi Hijau").tap()
    expect(page).to_have_url(re.compile(r"/desk/\?lead=\d+$"))
    expect(page.locator("#lead-name")).to_have_text("Bumi Hijau")
    assert shown(page) == (False, True)
    page.reload()
    assert shown(page) == (False, True)
    page.go_back()
    expect(page).to_have_url(re.compile("/desk/$"))
    assert shown(page) == (True, False)
    page.locator("#mine [data-lead]", has_text="Kopi Senja").tap()
    expect(page.locator("#lead-name")).to_have_text("Kopi Senja")
    page.get_by_role("link", name="My leads").tap()
    expect(page).to_have_url(re.compile("/desk/$"))
    assert shown(page) == (True, False)
    page.go_forward()  # Back went back, and added no page of its own
    expect(page.locator("#lead-name")).to_have_text("Kopi Senja")


def test_take_next_opens_its_lead_from_the_list_and_from_a_lead(open_page: OpenPage, queue: Queue, rina):
    page = live(open_page(rina, "/desk/", **PHONE))
    take = page.locator(".al-thumb").get_by_role("button", name="Take next")
    take.tap()
    expect(page.locator("#lead-name")).to_have_text("Pelita Medika")
    expect(page.locator("#toasts")).to_contain_text("Pelita Medika is yours, from MQL.")
    assert shown(page) == (False, True)
    live(page).locator("#log-note").fill("half a sent")
    take.tap()
    expect(page.locator("#toasts")).to_contain_text("Nothing is waiting for you")
    expect(page.locator("#log-note")).to_have_value("half a sent")
    assert Assignment.objects.filter(holder=rina).count() == 3
    page.go_back()
    assert shown(page) == (True, False)


def test_back_from_a_lead_that_was_taken_in_a_lead_leads_to_that_one_and_then_to_the_list(open_page: OpenPage, rina):
    page = live(open_page(rina, "/desk/", **PHONE))
    page.locator("#mine [data-lead]", has_text="Bumi Hijau").tap()
    expect(page.locator("#lead-name")).to_have_text("Bumi Hijau")
    live(page).locator(".al-thumb").get_by_role("button", name="Take next").tap()
    expect(page.locator("#lead-name")).to_have_text("Pelita Medika")
    page.go_back()
    expect(page.locator("#lead-name")).to_have_text("Bumi Hijau")
    assert shown(page) == (False, True)
    page.go_back()
    expect(page.locator("#mine")).to_be_visible()
    assert shown(page) == (True, False)


def test_after_a_lead_the_next_one_follows_and_after_the_last_the_list(open_page: OpenPage, rina):
    held = Assignment.objects.filter(holder=rina).earliest("pk")
    page = live(open_page(rina, f"/desk/?lead={held.lead_id}", **PHONE))
    for company in ("Kopi Senja", "Bumi Hijau"):
        expect(page.locator("#lead-name")).to_have_text(company)
        page.locator("#act-return summary").tap()
        page.locator("#return-reason").select_option("no_capacity")
        page.locator("#form-return").get_by_role("button").tap()
    expect(page.locator("#mine")).to_contain_text("You hold no leads")
    assert shown(page) == (True, False)


def test_a_lead_is_a_page_of_its_own_without_javascript(open_page: OpenPage, rina):
    page = open_page(rina, "/desk/", java_script_enabled=False, **PHONE)
    assert shown(page) == (True, False)
    page.locator("#mine [data-lead]", has_text="Bumi Hijau").tap()
    expect(page.locator("#lead-name")).to_have_text("Bumi Hijau")
    assert shown(page) == (False, True)
    page.get_by_role("link", name="My leads").tap()
    expect(page.locator("#mine")).to_be_visible()
    assert shown(page) == (True, False)


def test_the_bar_hides_nothing_and_stays_at_the_foot(open_page: OpenPage, rina):
    page = live(open_page(rina, "/desk/", reduced_motion="reduce", **PHONE))
    held = Assignment.objects.filter(holder=rina).earliest("pk")
    for path in ("/desk/", f"/desk/?lead={held.lead_id}"):
        page.goto(page.url.split("/desk/")[0] + path)
        box = live(page).locator(".al-thumb").bounding_box()
        assert box["y"] + box["height"] == 844 and box["height"] >= 68
        assert page.evaluate(UNDER_THE_BAR) == [0, []], path
