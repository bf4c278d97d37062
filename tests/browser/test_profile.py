"""The profile in a real browser: choices are saved without a reload, and axe finds nothing (I1)."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from routing.actions.notifications import notify
from routing.actions.words.phone_services import set_phone_service
from routing.actions.words.push import push_keys
from routing.decisions.phone_services import ServiceLogin
from routing.models import Channel, ChannelTest, Delivery, Notification, Preference, PushDevice
from tests.browser.pages import OpenPage, faults
from tests.factories import make_manager, make_ops, make_rep
from tests.push_service import Browser, PushService

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_choice_is_saved_without_a_reload_and_quiet_hours_without_an_end_are_refused(open_page: OpenPage):
    rep = make_rep(first_name="Rina")
    page = open_page(rep, "/inbox/")
    page.locator("#user-menu > summary").click()
    page.get_by_role("link", name="Profile").click()
    page.evaluate("document.body.dataset.sameVisit = 'yes'")
    page.get_by_label("A lead is yours: when").select_option("hourly")
    page.get_by_label("Quiet from").fill("18:00")
    page.get_by_role("button", name="Save alerts").click()
    expect(page.locator("#profile-alerts")).to_contain_text("Quiet hours need a beginning and an end.")
    expect(page.get_by_label("A lead is yours: when")).to_have_value("hourly")
    page.get_by_label("Quiet to").fill("07:30")
    page.get_by_role("button", name="Save alerts").click()
    expect(page.locator("#toasts")).to_contain_text("Your choices are saved.")
    expect(page.locator("body")).to_have_attribute("data-same-visit", "yes")
    assert list(Preference.objects.values_list("kind", "when")) == [("assigned", "hourly")]


def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage):
    now = timezone.now()
    broken, bare = make_manager(), make_rep(email="", first_name="م" * 40, last_name="國" * 39)
    for person in (broken, bare):
        person.set_password("right horse battery")
        person.save()
    Channel.objects.create(
        user=broken, kind="mail", made_at=now, verified_at=now, dead_since=now, problem="mail_settings"
    )
    chat = {"user": bare, "kind": "slack", "address": "sealed", "made_at": now}
    Channel.objects.create(**chat, label="…abcd", verified_at=now)
    Channel.objects.create(**chat, label="…efgh", problem="refused_by_chat")
    found = {}
    for person in (broken, bare):
        page = open_page(person, "/profile/", reduced_motion="reduce")
        if person == broken:
            page.get_by_label("Quiet from").fill("18:00")
            page.get_by_role("button", name="Save alerts").click()
            expect(page.locator("#profile-alerts")).to_contain_text("Nothing was saved.")
        page.locator(".al-ownpassword > summary").click()
        if wrong := faults(page):
            found[person.pk] = wrong
    assert found == {}


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_axe_finds_nothing_on_the_log_of_deliveries(open_page: OpenPage, theme: str, width: int):
    now, rep = timezone.now(), make_rep(first_name="Rina")
    notify([rep.pk], kind="assigned", key="a", at=now)
    channel = Channel.objects.create(user=rep, kind="mail", made_at=now, verified_at=now)
    row = Notification.objects.get()
    Delivery.objects.create(notification=row, channel=channel, state="unsure", problem="died", made_at=now)
    page = open_page(make_ops(), "/deliveries/", theme=theme, width=width, reduced_motion="reduce")
    results = Axe().run(page)
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert (results.response["violations"], is_wide) == ([], False), results.generate_report()
    page.get_by_label("State", exact=True).select_option("unsure")
    expect(page).to_have_url(re.compile("state=unsure"))
    page.get_by_role("button", name="Send again").click()
    expect(page.locator("#toasts")).to_contain_text("It is sent again within a minute.")


def test_axe_finds_nothing_on_services_for_phones_and_on_a_profile_with_all_channels(open_page: OpenPage):
    now, ops = timezone.now(), make_ops()
    login = ServiceLogin("twilio", "AC" + "0" * 32, "0" * 32, "+12025550123")
    set_phone_service("sms", login, by=ops, at=now)
    for kind in ("push", "slack", "sms"):
        address = "" if kind == "push" else "sealed"
        Channel.objects.create(user=ops, kind=kind, address=address, label="…abcd", made_at=now, verified_at=now)
    PushDevice.objects.create(user=ops, endpoint_hash="a", subscription="s", label="Chrome", made_at=now)
    ChannelTest.objects.create(channel=Channel.objects.get(kind="slack"), asked_at=now, came="unsure")
    found = {}
    for address in ("/deliveries/phones/", "/profile/"):
        page = open_page(ops, address, reduced_motion="reduce")
        if wrong := faults(page):
            found[address] = wrong
    assert found == {}
    assert "Perhaps sent." in page.content()


FAKE_SUBSCRIPTION = """() => {
  PushManager.prototype.subscribe = async () => ({ toJSON: () => (%s) });
}"""


def test_push_asks_for_nothing_before_the_press_and_then_registers_its_worker(open_page: OpenPage, settings):
    """Chromium has no push service to subscribe with here, so what it would give is put in its place."""
    push_keys()
    rep = make_rep(first_name="Rina")
    given = json.loads(Browser(PushService()).subscription) | {"endpoint": "https://fcm.googleapis.com/fcm/send/a"}
    page = open_page(rep, "/profile/", permissions=["notifications"])
    page.evaluate(FAKE_SUBSCRIPTION % json.dumps(given))
    registered = "navigator.serviceWorker.getRegistration('/').then((found) => found?.scope ?? '')"
    assert page.evaluate(registered) == ""
    page.get_by_role("button", name="Turn on push on this device").click()
    expect(page.locator("#toasts")).to_contain_text("Push is on for Chrome on Linux.")
    assert page.evaluate(registered).endswith("/")
    expect(page.get_by_text("Push is on since")).to_be_visible()
    assert PushDevice.objects.get().user == rep
    expect(page.get_by_label("A lead is yours: Push")).to_be_visible()


def test_a_browser_that_does_not_allow_it_says_what_to_do(open_page: OpenPage):
    page = open_page(make_rep(), "/profile/")
    page.evaluate("Notification.requestPermission = async () => 'denied'")
    page.get_by_role("button", name="Turn on push on this device").click()
    expect(page.locator("[data-push-says]")).to_contain_text("The browser does not allow it.")
    assert not PushDevice.objects.exists()
