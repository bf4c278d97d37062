"""What a push becomes on a device, the one question for it, and the sound of open pages, in a real browser (I1)."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project
from django.utils import timezone
from playwright.sync_api import Page, expect

from routing.actions.notifications import notify
from routing.actions.words.asking import set_sound
from routing.actions.words.push import push_keys
from routing.models import Notification, PushDevice, Reach
from tests.browser.pages import OpenPage, live
from tests.factories import make_rep
from tests.push_service import Browser, PushService

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORKER = (Path(project.BASE_DIR) / "static/js/push_worker.js").read_text()
# the global object of a service worker, as far as ours uses it; what it does is kept in `did`
STUB = """(pages) => {
  const heard = {}, did = [];
  const self = {
    location: new URL("https://alur.example/push-worker.js"),
    registration: { showNotification: async (title, options) => did.push(["show", title, options]) },
    clients: {
      matchAll: async () => pages.map((url) => ({ url, focus: () => did.push(["focus", url]) })),
      openWindow: (url) => did.push(["open", url]),
    },
    addEventListener: (name, act) => { heard[name] = act; },
  };
  %s
  window.send = async (name, event) => {
    let lasts;
    heard[name]({ ...event, waitUntil: (promise) => { lasts = promise; } });
    await lasts;
    return did.splice(0);
  };
}"""
PUSHED = "(says) => send('push', { data: says === null ? null : { json: () => JSON.parse(says) } })"
PRESSED = "(url) => send('notificationclick', { notification: { close() {}, data: { url } } })"


def test_the_worker_shows_what_came_and_opens_only_pages_of_this_site(page: Page):
    page.evaluate(STUB % WORKER, ["https://alur.example/inbox/"])
    said = {
        "title": "A lead is yours",
        "body": "Contact the lead, then log it.",
        "url": "https://alur.example/leads/3/",
    }
    shown = {"body": said["body"], "icon": "/apple-touch-icon.png", "data": {"url": said["url"]}}
    assert page.evaluate(PUSHED, json.dumps(said)) == [["show", "A lead is yours", shown]]
    for broken in (None, "no json", "{}"):
        ((_show, title, options),) = page.evaluate(PUSHED, broken)
        assert (title, options["data"]) == ("Alur", {"url": "/inbox/"})
    assert page.evaluate(PRESSED, said["url"]) == [["open", said["url"]]]
    assert page.evaluate(PRESSED, "https://evil.example/") == [["focus", "https://alur.example/inbox/"]]


FAKE_SUBSCRIPTION = """() => {
  PushManager.prototype.subscribe = async () => ({ toJSON: () => (%s) });
}"""


def test_the_desk_asks_once_and_a_real_push_reaches_the_worker(open_page: OpenPage):
    """Chromium has no push service here: the subscription is put in its place, and the push is delivered as by one."""
    push_keys()
    rep = make_rep(first_name="Rina")
    given = json.loads(Browser(PushService()).subscription) | {"endpoint": "https://fcm.googleapis.com/fcm/send/a"}
    page = open_page(rep, "/desk/", permissions=["notifications"])
    page.evaluate(FAKE_SUBSCRIPTION % json.dumps(given))
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("#toasts")).to_contain_text("Push is on for Chrome on Linux, and the sound too.")
    expect(page).to_have_url(re.compile("/desk/$"))
    expect(page.locator("[data-push-question]")).to_have_count(0)
    assert (PushDevice.objects.get().user, Reach.objects.get().has_sound) == (rep, True)

    (worker,) = page.context.service_workers
    worker.evaluate("registration.showNotification = async (title) => { self.shown = title; }")
    deliver(page, json.dumps({"title": "A lead is yours"}))
    assert worker.evaluate("new Promise((done) => setInterval(() => self.shown && done(self.shown), 20))") == (
        "A lead is yours"
    )


def deliver(page: Page, data: str) -> None:
    """A real push, as the browser's own push service would hand it over. Chromium without a window shows none."""
    found: list[dict] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _turn in range(100):  # what the browser says comes between its answers
        page.evaluate("navigator.serviceWorker.getRegistrations().then(() => true)")
        if found:
            break
    registration = {"origin": page.url.split("/desk/")[0], "registrationId": found[0]["registrationId"]}
    devtools.send("ServiceWorker.deliverPushMessage", registration | {"data": data})


def test_a_browser_that_forbids_it_is_not_asked(open_page: OpenPage):
    push_keys()
    page = open_page(make_rep(), "/desk/", permissions=["notifications"])
    expect(page.locator("[data-push-question]")).to_be_visible()
    page.add_init_script("navigator.permissions.query = async () => ({ state: 'denied' })")
    page.reload()
    expect(page.locator("[data-push-question]")).to_be_hidden()


# counts the tones, and never needs a press
EARS = """(() => {
  window.tones = 0;
  const gain = { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() {} };
  window.AudioContext = class {
    state = "running"; currentTime = 0; destination = {};
    async resume() {}
    async close() {}
    createGain() { return gain; }
    createOscillator() { return { frequency: {}, connect: () => gain, start() { window.tones += 1; }, stop() {} }; }
  };
  if (location.hash === "#hidden") Object.defineProperty(document, "hidden", { get: () => true });
})()"""


def test_an_open_page_makes_one_sound_for_a_lead_that_was_given(open_page: OpenPage):
    rep = make_rep(first_name="Rina")
    set_sound(rep, is_on=True)
    page = open_page(rep, "/inbox/")
    page.context.add_init_script(EARS)
    page.reload()
    hidden = page.context.new_page()
    hidden.goto(page.url + "#hidden")
    tones = [live(each).evaluate("tones") for each in (page, hidden)]
    assert tones == [0, 0]
    notify([rep.pk], kind="re_engaged", key="a", at=timezone.now())
    expect(hidden.locator("#inbox-link")).to_contain_text("1")
    notify([rep.pk], kind="assigned", key="b", at=timezone.now())
    for each in (page, hidden):  # a hidden page hears of messages too
        expect(each.locator("#inbox-link")).to_contain_text("2")
    assert sum(each.evaluate("tones") for each in (page, hidden)) == 2  # one sound is two tones
    assert page.evaluate("localStorage.getItem('alur-rang')") == str(Notification.objects.get(kind="assigned").pk)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_question_and_it_hides_nothing(open_page: OpenPage, theme: str, width: int):
    push_keys()
    page = open_page(make_rep(), "/desk/", theme=theme, width=width, permissions=["notifications"])
    expect(page.locator("[data-push-question]")).to_be_visible()
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("#toasts")).to_contain_text("You are not asked again.")
    expect(page.locator("[data-push-question]")).to_have_count(0)
