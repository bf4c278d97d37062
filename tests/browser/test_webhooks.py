"""Webhooks in a real browser: no fault of axe, nothing scrolls sideways, and the acts work without a mouse (I3)."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.sealing import seal
from leads.models import Endpoint, WebhookDelivery
from tests.browser.pages import OpenPage, faults
from tests.factories import make_lead, make_ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVENTS = ["lead.assigned", "lead.converted"]


def make_endpoints() -> Endpoint:
    now = timezone.now()

    def make(name: str, **more) -> Endpoint:
        host = "hooks-of-a-long-name.gudang.arunika.example"
        given = {
            "address": f"https://{host}/secret",
            "host": host,
            "events": EVENTS,
            "secret": seal("whsec_c2VjcmV0"),
            "made_at": now,
        }
        return Endpoint.objects.create(name=name, **{**given, **more})

    failing = make("Warehouse system", failing_since=now - timedelta(hours=2), last_sent_at=now - timedelta(hours=2))
    make("Wall board with a name that is long enough to need two lines on a phone", last_sent_at=now)
    make("Old program", is_active=False, off_at=now, off_reason="failing", may_see_person=True)
    lead = make_lead(company_name="PT Gudang Sembako Jaya Abadi")
    message = {"endpoint": failing, "lead": lead, "acted_at": now, "made_at": now, "last_at": now, "last_ms": 120}
    body = json.dumps({"type": "lead.assigned", "id": "msg_1", "data": {"company_name": "PT Gudang"}})
    WebhookDelivery.objects.create(
        **message, event="lead.assigned", webhook_id="msg_1", body=body, state="sent", sent_at=now, last_status=200
    )
    WebhookDelivery.objects.create(
        **message, event="lead.assigned", webhook_id="msg_2", body=body, state="waiting", next_at=now, last_status=503
    )
    WebhookDelivery.objects.create(
        **message,
        event="lead.converted",
        webhook_id="msg_3",
        body=body,
        state="failed",
        attempts=9,
        last_answer="<h1>" + "x" * 400,
        last_problem="too_slow",
    )
    return failing


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_axe_finds_nothing_on_pages_of_webhooks(open_page: OpenPage, width: int, theme: str):
    failing, ops, found = make_endpoints(), make_ops(), {}
    failed = WebhookDelivery.objects.get(state="failed")
    for address in (
        "/connections/webhooks/",
        "/connections/webhooks/add/",
        f"/connections/webhooks/{failing.pk}/",
        f"/connections/webhooks/{failing.pk}/?state=failed",
        f"/connections/webhooks/{failing.pk}/change/",
        f"/connections/webhooks/messages/{failed.pk}/",
    ):
        page = open_page(ops, address, width=width, theme=theme, reduced_motion="reduce")
        if wrong := faults(page):
            found[address] = wrong
    assert found == {}


def test_a_webhook_is_removed_only_after_a_second_press(open_page: OpenPage):
    failing = make_endpoints()
    page = open_page(make_ops(), f"/connections/webhooks/{failing.pk}/")
    page.locator("#remove > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#remove")).to_contain_text("This cannot be undone.")
    assert Endpoint.objects.kept().filter(pk=failing.pk).exists()
    page.get_by_role("button", name="Remove the webhook").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Warehouse system is removed.")
    assert not Endpoint.objects.kept().filter(pk=failing.pk).exists()


def test_on_a_phone_no_cell_is_squeezed_and_the_acts_stand_before_the_log(open_page: OpenPage):
    failing, ops = make_endpoints(), make_ops()
    page = open_page(ops, "/connections/webhooks/", width=390)
    widths = page.locator(".al-hooks td[data-l]").evaluate_all("cells => cells.map((cell) => cell.offsetWidth)")
    assert len(widths) == 9 and min(widths) > 250
    page = open_page(ops, f"/connections/webhooks/{failing.pk}/", width=390)
    acts, log = (page.locator(each).bounding_box() for each in (".al-hookacts", "#webhook-log"))
    assert acts["y"] + acts["height"] < log["y"]
    states = page.locator(".al-hooklog td:nth-child(3)").evaluate_all("cells => cells.map((cell) => cell.offsetWidth)")
    assert min(states) > 150


def test_on_a_wide_page_the_acts_stand_beside_the_beginning_of_the_log(open_page: OpenPage):
    failing, ops = make_endpoints(), make_ops()
    page = open_page(ops, f"/connections/webhooks/{failing.pk}/", width=1440)
    facts, log = (page.locator(each).bounding_box() for each in ("section:has(> .al-hookfacts)", "#webhook-log"))
    assert (log["x"] < facts["x"], log["y"] == facts["y"]) == (True, True)
    assert facts["height"] < 400


@pytest.mark.parametrize("width", [1440, 390])
def test_what_asks_before_an_act_stands_on_the_page(open_page: OpenPage, width: int):
    failing = make_endpoints()
    page = open_page(make_ops(), f"/connections/webhooks/{failing.pk}/?state=failed", width=width)
    for name in ("rotate", "remove", "replay"):
        page.locator(f"#{name} > summary").click()
        box = page.locator(f"#{name} > .al-pop").bounding_box()
        assert (box["x"] >= 0, box["x"] + box["width"] <= width) == (True, True), name
        page.keyboard.press("Escape")
