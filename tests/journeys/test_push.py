"""Somebody turns push on, and the device gets a message that only it can read; nothing of a lead (I1)."""

import base64
import json
import threading

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from config.reach.push import is_push_service
from config.sealing import unseal
from routing import tasks
from routing.actions.notifications import notify
from routing.actions.words.push import push_keys
from routing.models import Channel, Delivery, Preference, PushDevice, PushKeys, WordSettings
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, make_lead, make_rep
from tests.patience import PATIENCE
from tests.push_service import Browser, base64url, push_service

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/profile/devices/add/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)


@pytest.fixture
def service(settings):
    with push_service(settings) as found:
        yield found


@pytest.fixture
def rina(client, time_machine, settings):
    time_machine.move_to(MORNING, tick=False)
    settings.SITE_URL = "https://leads.example.com"
    push_keys()
    tasks.spread_words()
    rep = make_rep(first_name="Rina", email="")
    client.force_login(rep)
    return rep


def turn_on(client, browser: Browser) -> str:
    given = {"subscription": browser.subscription}
    return client.post(ADD, given, headers={"user-agent": CHROME}, follow=True).content.decode()


def say(user, kind: str = "assigned", number: int = 1, **more) -> None:
    notify([user.pk], kind=kind, key=f"{kind}-{number}", at=MORNING, **more)


def tick() -> None:
    tasks.spread_words()
    tasks.send_words()


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "problem"))


def test_a_device_reads_what_came_and_the_service_cannot(client, rina, service):
    browser = Browser(service)
    assert "Push is on for Chrome on Windows." in turn_on(client, browser)
    lead = make_lead(first_name="Dewi", company_name="Nusa")
    say(rina, "contact_due", lead_id=lead.pk, details={"label": "Nusa"})
    tick()
    tick()
    ((path, headers, body),) = service.came
    assert (path, states()) == ("/device/1", [("sent", "")])
    assert browser.read(body) == {
        "title": "First contact is overdue",
        "body": "Contact the lead now, then log it; otherwise it goes to a colleague.",
        "url": "https://leads.example.com/inbox/",
    }
    assert b"overdue" not in body
    assert (headers["Content-Encoding"], headers["TTL"], headers["Urgency"]) == ("aes128gcm", "86400", "high")
    assert Vapid02.verify(headers["Authorization"])
    claims = headers["Authorization"].split("t=")[1].split(",")[0].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (said["aud"], said["sub"].startswith("mailto:")) == (service.address, True)
    assert headers["Authorization"].endswith(f"k={PushKeys.objects.get().public}")


def test_companies_are_named_only_where_sales_ops_allow_it(client, rina, service):
    browser = Browser(service)
    turn_on(client, browser)
    WordSettings.objects.create(pk=1, names_in_chat=True)
    say(rina, details={"label": "Nusa"})
    tick()
    assert browser.read(service.came[0][2])["body"] == "Nusa is yours. Contact the lead, then log it."


def test_what_a_device_gave_and_the_private_key_are_sealed(client, rina, service, page_text):
    browser = Browser(service)
    turn_on(client, browser)
    row, keys = PushDevice.objects.get(), PushKeys.objects.get()
    page = page_text(client.get("/profile/"))
    for secret in (browser.endpoint, base64url(browser.auth)):
        assert secret not in row.subscription + row.endpoint_hash + page and secret in unseal(row.subscription)
    assert "PRIVATE KEY" not in keys.private and "PRIVATE KEY" in unseal(keys.private)
    assert f'data-push-key="{keys.public}"' in page
    assert "Chrome on Windows" in page and "Push 1 device" in page


def test_lost_sealing_keys_make_new_push_keys_and_devices_subscribe_again(client, rina, service, settings):
    settings.SEALING_KEYS = ["old"]
    was = push_keys().public
    turn_on(client, Browser(service))
    settings.SEALING_KEYS = ["new"]
    say(rina)
    tick()
    assert (states(), PushDevice.objects.exists()) == ([("failed", "no_device")], False)
    assert PushKeys.objects.get().public != was
    browser = Browser(service, "/device/2")
    turn_on(client, browser)
    say(rina, number=2)
    tick()
    assert browser.read(service.came[0][2])["title"] == "A lead is yours"


def test_each_device_gets_it_and_one_that_is_gone_is_removed_quietly(client, rina, service):
    browsers = [Browser(service, f"/device/{number}") for number in (1, 2, 3)]
    for browser in browsers:
        turn_on(client, browser)
    service.statuses = {"/device/1": 404, "/device/2": 410}
    say(rina)
    tick()
    assert (states(), PushDevice.objects.count(), len(service.came)) == ([("sent", "")], 1, 3)
    assert browsers[2].read(service.came[2][2])["title"] == "A lead is yours"
    assert not Channel.objects.exclude(dead_since=None).exists()


def test_when_the_last_device_is_gone_the_channel_rests_and_its_choices_come_back(client, rina, service, page_text):
    turn_on(client, Browser(service))
    Preference.objects.create(channel=Channel.objects.get(), kind="assigned", when="hourly")
    service.statuses = {"/device/1": 410}
    say(rina, "re_engaged")
    tick()
    assert (states(), PushDevice.objects.exists()) == ([("failed", "no_device")], False)
    say(rina, "re_engaged", number=2)
    tick()
    assert len(states()) == 1  # nothing is planned for a channel without a device
    assert 'name="when-' not in page_text(client.get("/profile/"))
    turn_on(client, Browser(service, "/device/2"))
    assert Preference.objects.get().when == "hourly"


@pytest.mark.parametrize(("status", "state"), [(500, "waiting"), (429, "waiting"), (403, "failed"), (413, "failed")])
def test_what_the_service_answers_decides_what_happens_next(client, rina, service, status, state):
    turn_on(client, Browser(service))
    service.statuses = {"/device/1": status}
    say(rina)
    tick()
    assert states() == [(state, "refused_by_push")] and PushDevice.objects.exists()


def test_a_service_that_hangs_is_unsure_and_holds_up_nobody(client, rina, service, mailoutbox, monkeypatch):
    monkeypatch.setattr("config.reach.push.SECONDS", 0.5)
    turn_on(client, Browser(service))
    answer = threading.Event()
    service.before = lambda: answer.wait(PATIENCE)
    say(rina)
    say(make_rep())
    tick()
    answer.set()
    assert (Delivery.objects.get(channel__kind="push").state, len(mailoutbox)) == ("unsure", 1)


def test_a_browser_belongs_to_who_turned_push_on_there_last(client, rina, service):
    browser = Browser(service)
    turn_on(client, browser)
    other = make_rep(email="")
    client.force_login(other)
    turn_on(client, browser)
    turn_on(client, browser)
    assert PushDevice.objects.get().user == other
    say(rina)
    tick()
    assert service.came == []


def test_a_device_is_removed_by_its_person_only(client, rina, service, page_text):
    turn_on(client, Browser(service))
    device = PushDevice.objects.get()
    client.force_login(make_rep())
    assert refusal(client.post(f"/profile/devices/{device.pk}/remove/")) == NOT_FOUND
    client.force_login(rina)
    answer = client.post(f"/profile/devices/{device.pk}/remove/", follow=True)
    assert "Nothing is pushed to Chrome on Windows any more." in page_text(answer)
    assert not PushDevice.objects.exists()


def test_a_test_reaches_the_device(client, rina, service, page_text):
    browser = Browser(service)
    turn_on(client, browser)
    client.post("/profile/test/")
    tasks.send_channel_test(Channel.objects.get().test.pk)
    assert browser.read(service.came[0][2])["title"] == "Test message from Alur"
    assert "Sent. It should be there by now." in page_text(client.get("/profile/"))


@pytest.mark.parametrize(
    "given",
    [
        "", "{}", "[]", "not json", '{"endpoint": 1, "keys": {"p256dh": 1, "auth": 1}}',
        "x" * 9000, "[" * 1999,
    ],
)  # fmt: skip
def test_what_no_browser_gives_is_refused(client, rina, page_text, given):
    with nothing_changes():
        answer = client.post(ADD, {"subscription": given}, follow=True)
    assert "The browser gave no push service that is known here." in page_text(answer)


@pytest.mark.parametrize("part", ["p256dh", "auth", "endpoint"])
def test_wrong_keys_and_other_hosts_are_refused(client, rina, service, part):
    given = json.loads(Browser(service).subscription)
    wrong = {"p256dh": base64url(b"\x04" + b"1" * 64), "auth": base64url(b"short"), "endpoint": "https://10.0.0.1/a"}
    if part == "endpoint":
        given["endpoint"] = wrong[part]
    else:
        given["keys"][part] = wrong[part]
    client.post(ADD, {"subscription": json.dumps(given)})
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize(
    ("endpoint", "is_known"),
    [
        ("https://fcm.googleapis.com/fcm/send/a", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/a", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=a", True),
        ("https://web.push.apple.com/Qa", True),
        ("http://fcm.googleapis.com/fcm/send/a", False),
        ("https://fcm.googleapis.com:8443/a", False),
        ("https://fcm.googleapis.com@10.0.0.1/a", False),
        ("https://fcm.googleapis.com.evil.example/a", False),
        ("https://notify.windows.com.evil.example/a", False),
        ("https://evilnotify.windows.com/a", False),
        ("https://127.0.0.1/a", False),
        ("https://[::1]/a", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_known_push_services_are_called(endpoint, is_known):
    assert is_push_service(endpoint) == is_known


def test_the_library_reads_the_message_of_the_rfc():
    """RFC 8291, appendix A: what our devices decrypt with reads the standard's own example."""
    key = ec.derive_private_key(
        int.from_bytes(base64.urlsafe_b64decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94="), "big"), ec.SECP256R1()
    )
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7"
        "A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    said = http_ece.decrypt(
        base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)),
        private_key=key,
        auth_secret=base64.urlsafe_b64decode("BTBZMqHH6r4Tts7J_aSIgg=="),
        version="aes128gcm",
    )
    assert said == b"When I grow up, I want to be a watermelon"


def test_the_service_worker_is_served_at_the_root_and_needs_no_sign_in(client):
    answer = client.get("/push-worker.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert b'addEventListener("push"' in answer.content and "worker-src 'self'" in answer["Content-Security-Policy"]
