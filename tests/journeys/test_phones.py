"""Sales ops set up a service for SMS or WhatsApp; people add the own phone and prove it by a code (I1)."""

import re
from datetime import timedelta

import pytest

from config.sealing import unseal
from routing import tasks
from routing.actions.notifications import notify
from routing.models import Channel, Delivery, PhoneService
from tests.chat_server import chat_server
from tests.clients import PersonClient, nothing_changes
from tests.factories import MORNING, make_lead, make_ops, make_rep

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/deliveries/phones/"
ACCOUNT, SECRET = "AC" + "0123456789abcdef" * 2, "fedcba98" * 4
TWILIO = {"medium": "sms", "provider": "twilio", "account": ACCOUNT, "secret": SECRET, "sender": "+62 812-3456-7890"}
VONAGE = {
    "medium": "sms",
    "provider": "vonage",
    "account": "a1b2c3d4",
    "secret": SECRET,
    "sender": "+12025550123",
}
PHONE = "+6281298765432"


@pytest.fixture
def services(monkeypatch):
    """Twilio and Vonage stand on this machine."""
    with chat_server(monkeypatch) as server:
        yield server


@pytest.fixture
def rina(client, time_machine):
    time_machine.move_to(MORNING, tick=False)
    tasks.spread_words()
    rep = make_rep(first_name="Rina", email="")
    client.force_login(rep)
    return rep


@pytest.fixture
def ops(rina):
    client = PersonClient()
    client.force_login(make_ops(first_name="Bima", last_name="Prasetyo"))
    return client


def add_phone(client, medium: str = "sms", phone: str = "+62 812 9876 5432"):
    return client.post("/profile/channels/add/", {"kind": medium, "address": phone}, follow=True)


def verify(client, services) -> str:
    channel = Channel.objects.get()
    tasks.send_channel_code(channel.pk)
    code = re.search(r"is (\d{6})\.", services.texts[-1]).group(1)
    return client.post(f"/profile/channels/{channel.pk}/verify/", {"code": code}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("service", "medium", "to"),
    [
        (TWILIO, "sms", PHONE),
        (TWILIO | {"medium": "whatsapp"}, "whatsapp", f"whatsapp:{PHONE}"),
        (VONAGE, "sms", PHONE[1:]),
    ],
)
def test_a_phone_is_verified_by_a_code_and_gets_critical_messages(client, ops, rina, services, service, medium, to):
    ops.post(URL, service)
    add_phone(client, medium)
    assert "The channel is in use." in verify(client, services)
    lead = make_lead(first_name="Dewi", company_name="Nusa")
    for kind in ("assigned", "contact_due"):
        notify([rina.pk], kind=kind, key=kind, at=MORNING, lead_id=lead.pk, details={"label": "Nusa"})
    tasks.spread_words()
    tasks.send_words()
    assert list(Delivery.objects.values_list("notification__kind", "state")) == [("contact_due", "sent")]
    assert services.texts[-1].startswith("First contact is overdue. Contact the lead now")
    assert "Nusa" not in services.texts[-1] and services.sent_to == [to, to]


def test_the_login_is_sealed_and_never_shown_again_and_the_changes_say_who(ops, page_text):
    page = page_text(ops.post(URL, TWILIO, follow=True))
    row = PhoneService.objects.get()
    assert "SMS is sent by Twilio from now on." in page and "Twilio …cdef" in page and "From +6281234567890" in page
    for secret in (ACCOUNT, SECRET):
        assert secret not in page + row.login and secret in unseal(row.login)
    assert not hasattr(PhoneService.history.get(), "login")
    log = page_text(ops.get("/changes/?kind=phone-services"))
    assert "Bima Prasetyo" in log and "Twilio" in log and SECRET not in log


def test_a_new_service_replaces_the_one_before_and_phones_stay(client, ops, rina, services):
    ops.post(URL, TWILIO)
    add_phone(client)
    verify(client, services)
    ops.post(URL, VONAGE)
    client.post("/profile/test/")
    tasks.send_channel_test(Channel.objects.get().test.pk)
    assert PhoneService.objects.get().provider == "vonage"
    assert services.paths[-1] == "/vonage" and services.texts[-1].startswith("Test message from Alur.")


def test_without_a_service_nothing_is_sent_and_the_profile_offers_no_phone(client, ops, rina, services, page_text):
    assert '<option value="sms">' not in page_text(client.get("/profile/"))
    assert add_phone(client).status_code == 422
    ops.post(URL, TWILIO)
    assert '<option value="sms">' in page_text(client.get("/profile/"))
    add_phone(client)
    verify(client, services)
    ops.post(f"{URL}{PhoneService.objects.get().pk}/remove/")
    notify([rina.pk], kind="contact_due", key="a", at=MORNING)
    tasks.spread_words()
    tasks.send_words()
    row = Delivery.objects.get()
    assert (row.state, row.problem, row.channel.dead_since) == ("failed", "no_service", None)


def test_ten_codes_a_day_are_the_most_whatever_is_removed(client, ops, rina, services, time_machine, page_text):
    ops.post(URL, TWILIO)
    for number in range(10):
        add_phone(client, phone=f"+628129876543{number}")
        client.post(f"/profile/channels/{Channel.objects.get().pk}/remove/")
    assert "You asked for ten codes today." in page_text(add_phone(client))
    assert not Channel.objects.exists()
    time_machine.move_to(MORNING + timedelta(days=1), tick=False)
    assert "A code is on its way there." in page_text(add_phone(client))


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"medium": "whatsapp", "provider": "vonage"} | {"account": "a1b2c3d4"}, "Vonage sends SMS only."),
        ({"account": "SK0123"}, "the account SID, which begins with AC"),
        ({"account": f"{ACCOUNT}@evil.example/"}, "the account SID, which begins with AC"),
        ({"secret": "short"}, "Only letters and digits are possible."),
        ({"secret": "with a space in the midst"}, "Only letters and digits are possible."),
        ({"sender": "0812345"}, "Write the number with +"),
        ({"sender": "Alur"}, "Write the number with +"),
        ({"secret": ""}, "This is needed."),
        ({"provider": "smtp"}, "Select a valid choice"),
    ],
)
def test_a_login_that_cannot_be_is_refused_with_what_to_do(ops, page_text, sent, says):
    with nothing_changes():
        answer = ops.post(URL, TWILIO | sent)
    assert (answer.status_code, says in page_text(answer), SECRET in page_text(answer)) == (422, True, False)


@pytest.mark.parametrize(
    "phone", ["081298765432", "+62", "+6281298765432 / +6281298765433", "https://sms.example", "+1" * 99]
)
def test_only_a_number_that_exists_with_its_country_is_a_phone(client, ops, rina, page_text, phone):
    ops.post(URL, TWILIO)
    answer = add_phone(client, phone=phone)
    assert (answer.status_code, "Write your number with + and the country" in page_text(answer)) == (422, True)
    assert not Channel.objects.exists()
