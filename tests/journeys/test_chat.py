"""A chat is added, verified by a code that came through it, and gets what its person chose; nothing of a lead (I1)."""

import re
import threading
from datetime import timedelta

import pytest
from django_q.models import OrmQ

from config.reach import gateway
from config.reach.outcome import HandOver
from config.sealing import NotReadable, seal, unseal
from routing import tasks
from routing.actions.notifications import notify
from routing.models import Channel, Delivery, Preference, WordSettings
from tests.chat_server import chat_server
from tests.clients import NOT_FOUND, refusal
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.outside import OTHER, PUBLIC, Outside, moved, ok
from tests.journeys.reach_table import SLACK_HOOK
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
URL = "/profile/channels/"


@pytest.fixture
def chat(monkeypatch):
    with chat_server(monkeypatch) as server:
        yield server


@pytest.fixture
def rina(client, time_machine):
    time_machine.move_to(MORNING, tick=False)
    tasks.spread_words()
    rep = make_rep(first_name="Rina", email="")
    client.force_login(rep)
    return rep


def add(client, kind: str = "slack", address: str = SLACK_HOOK) -> str:
    return client.post(f"{URL}add/", {"kind": kind, "address": address}, follow=True).content.decode()


def send_codes() -> None:
    for pk in Channel.objects.filter(verified_at=None, code_hash="").values_list("pk", flat=True):
        tasks.send_channel_code(pk)


def code_in(chat) -> str:
    return re.search(r"\d{6}", chat.texts[-1]).group()


def verify(client, code: str) -> str:
    return client.post(f"{URL}{Channel.objects.get().pk}/verify/", {"code": code}, follow=True).content.decode()


def verified(client, chat) -> Channel:
    add(client)
    send_codes()
    verify(client, code_in(chat))
    chat.texts.clear()
    return Channel.objects.get()


def tick() -> None:
    tasks.spread_words()
    tasks.send_words()


def test_a_chat_is_used_after_its_code_and_its_address_is_sealed(client, rina, chat):
    page = add(client)
    assert "A code is on its way there." in page and "Waiting for a code" in page
    assert OrmQ.objects.count() == 1
    channel = Channel.objects.get()
    assert "abcdefgh" not in channel.address + channel.label + page
    send_codes()
    assert chat.paths == ["/services/T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx"]
    assert code_in(chat) not in Channel.objects.get().code_hash
    assert "The channel is in use." in verify(client, code_in(chat))
    notify([rina.pk], kind="assigned", key="a", at=MORNING)
    tick()
    tick()
    assert len(chat.texts) == 2 and chat.texts[1].startswith("A lead is yours. Contact the lead, then log it. http")


def test_telegram_takes_the_same(client, rina, chat):
    add(client, "telegram", "123456789:ABCdefGHIjklMNOpqrSTUvwxYZabcdefghi/987654321")
    send_codes()
    assert "The channel is in use." in verify(client, code_in(chat))
    assert chat.paths == ["/bot123456789:ABCdefGHIjklMNOpqrSTUvwxYZabcdefghi/sendMessage"]


def test_nothing_of_a_lead_leaves_unless_ops_allow_names(client, rina, chat):
    verified(client, chat)
    lead = make_lead(first_name="Dewi", company_name="Nusa <!channel> @here", phone="+6281234567890")
    details = {"label": lead.company_name}
    notify([rina.pk], kind="assigned", key="a", at=MORNING, lead_id=lead.pk, details=details)
    tick()
    assert "Nusa" not in chat.texts[0] and "Dewi" not in chat.texts[0]
    WordSettings.objects.create(pk=1, names_in_chat=True)
    notify([rina.pk], kind="assigned", key="b", at=MORNING, lead_id=lead.pk, details=details)
    tick()
    assert "Nusa !channel here is yours." in chat.texts[1] and "Dewi" not in chat.texts[1]


def test_guessing_a_code_ends_after_five_tries_also_with_the_right_one(client, rina, chat, time_machine):
    add(client)
    send_codes()
    right = code_in(chat)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    assert all("This is not the code." in verify(client, wrong) for _try in range(5))
    assert "Too many tries." in verify(client, right)
    assert Channel.objects.get().verified_at is None
    pk = Channel.objects.get().pk
    assert "A code was sent a moment ago." in client.post(f"{URL}{pk}/code/", follow=True).content.decode()
    time_machine.move_to(MORNING + MINUTE, tick=False)
    assert "A new code is on its way." in client.post(f"{URL}{pk}/code/", follow=True).content.decode()
    assert "There is no code that still works." in verify(client, right)
    send_codes()
    assert "The channel is in use." in verify(client, f" {code_in(chat)} ")


def test_a_code_works_for_ten_minutes(client, rina, chat, time_machine):
    add(client)
    send_codes()
    time_machine.move_to(MORNING + 10 * MINUTE + timedelta(seconds=1), tick=False)
    assert "There is no code that still works." in verify(client, code_in(chat))


def test_a_code_that_cannot_be_sent_says_so(client, rina, chat):
    chat.statuses = [404]
    add(client)
    send_codes()
    assert "The chat did not take it." in client.get("/profile/").content.decode()


def test_a_chat_that_answers_500_is_asked_again_and_mail_goes_on(client, rina, chat, mailoutbox):
    verified(client, chat)
    chat.statuses = [500]
    other = make_rep()
    notify([rina.pk, other.pk], kind="assigned", key="a", at=MORNING)
    tick()
    assert len(mailoutbox) == 1
    row = Delivery.objects.get(channel__kind="slack")
    assert (row.state, row.next_at, row.problem) == ("waiting", MORNING + MINUTE, "refused_by_chat")


def test_a_chat_that_hangs_is_unsure_and_holds_up_nobody(client, rina, chat, mailoutbox, monkeypatch):
    verified(client, chat)
    monkeypatch.setattr("config.reach.chat.READ", 0.5)
    monkeypatch.setattr("config.reach.chat.LIMITS", "cto=1&rto=0.5&redirect=no")
    answer = threading.Event()
    chat.before = lambda: answer.wait(PATIENCE)
    notify([rina.pk, make_rep().pk], kind="assigned", key="a", at=MORNING)
    tick()
    answer.set()
    assert (Delivery.objects.get(channel__kind="slack").state, len(mailoutbox)) == ("unsure", 1)


def test_an_own_gateway_gets_a_code_and_then_critical_messages(client, rina, monkeypatch):
    outside = Outside({PUBLIC: ok(b"{}")}, {"sms.example": [PUBLIC]})
    monkeypatch.setattr(gateway.send_to_gateway, "__kwdefaults__", {"network": outside.network})
    add(client, "gateway", "https://sms.example/send?key=secret")
    assert Channel.objects.get().label == "sms.example"
    send_codes()
    asked = outside.asked[-1].decode()
    assert asked.startswith("POST /send?key=secret HTTP/1.1") and outside.secured == ["sms.example"]
    code = re.search(r"is (\d{6})\.", asked).group(1)
    assert "The channel is in use." in verify(client, code)
    for kind in ("assigned", "contact_due"):
        notify([rina.pk], kind=kind, key=kind, at=MORNING)
    tick()
    assert list(Delivery.objects.values_list("notification__kind", "state")) == [("contact_due", "sent")]
    assert "First contact is overdue." in outside.asked[-1].decode()


@pytest.mark.parametrize(
    ("answer", "hosts", "came"),
    [
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", [PUBLIC], "retry"),
        (b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n", [PUBLIC], "dead"),
        (b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n", [PUBLIC], "refused"),
        (b"", [PUBLIC], "unsure"),
        (moved("https://10.0.0.1/"), [PUBLIC], "refused"),
        (ok(), ["10.0.0.1"], "dead"),
        (ok(), [OTHER], "retry"),
        (ok(), [], "retry"),
    ],
)
def test_what_a_gateway_answers_decides_what_happens_next(answer, hosts, came):
    outside = Outside({PUBLIC: answer}, {"sms.example": hosts})
    address = "https://sms.example/send"
    found = gateway.send_to_gateway(address, text="x", hand_over=HandOver(), network=outside.network)
    assert found.came == came


@pytest.mark.parametrize(
    ("kind", "address", "says"),
    [
        ("slack", "https://127.0.0.1/services/T0ABCDEFG/B0ABCDEFG/x", "Paste an address that begins with"),
        ("teams", "https://10.0.0.1/workflows/a", "its host ends in logic.azure.com"),
        ("telegram", "mailto://a:b@example.com", "Write the token, a slash"),
        ("slack", "", "Paste the address."),
        ("gateway", "http://sms.example/send", "begins with https:// and is on a public host"),
        ("gateway", "https://127.0.0.1/send", "begins with https:// and is on a public host"),
        ("gateway", "https://[::1]/send", "begins with https:// and is on a public host"),
        ("gateway", "https://localhost/send", "begins with https:// and is on a public host"),
        ("gateway", "https://a:b@sms.example/send", "begins with https:// and is on a public host"),
        ("sms", SLACK_HOOK, "Select a valid choice"),
    ],
)
def test_other_addresses_are_refused_with_what_to_do(client, rina, kind, address, says):
    answer = client.post(f"{URL}add/", {"kind": kind, "address": address})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert not Channel.objects.exists()


def test_a_person_has_ten_channels_at_most(client, rina):
    for _number in range(10):
        add(client)
    assert "You have ten channels." in add(client)
    assert Channel.objects.count() == 10


def test_the_channel_of_somebody_else_and_the_mail_of_the_account_are_not_there(client, rina):
    other = Channel.objects.create(user=make_rep(), kind="slack", address=seal("x"), made_at=MORNING)
    mail = Channel.objects.create(user=rina, kind="mail", made_at=MORNING, verified_at=MORNING)
    for pk in (other.pk, mail.pk):
        for act in ("code", "verify", "remove"):
            assert refusal(client.post(f"{URL}{pk}/{act}/")) == NOT_FOUND
    assert Channel.objects.count() == 2


def test_a_channel_is_removed_with_its_choices(client, rina, chat):
    channel = verified(client, chat)
    Preference.objects.create(channel=channel, kind="assigned", when="off")
    client.post(f"{URL}{channel.pk}/remove/")
    assert not Channel.objects.exists() and not Preference.objects.exists()


def test_keys_may_change_as_long_as_the_old_one_is_kept(settings):
    settings.SEALING_KEYS = ["old"]
    sealed = seal("slack://secret")
    settings.SEALING_KEYS = ["new", "old"]
    assert unseal(sealed) == "slack://secret" and unseal(seal("x")) == "x"
    settings.SEALING_KEYS = ["new"]
    with pytest.raises(NotReadable):
        unseal(sealed)
