"""Send me a test: each channel in use gets a marked message at once, and its person reads what came of it (I1)."""

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from config.sealing import seal
from routing import tasks
from routing.models import Channel, ChannelTest, Delivery, Notification, Reach
from tests.chat_server import chat_server
from tests.factories import MORNING, make_rep
from tests.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
URL, RESULTS = "/profile/test/", "/profile/test/results/"
SLACK = "slack://T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx/?image=no&footer=no"


@pytest.fixture
def mails(settings):
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def chat(monkeypatch):
    with chat_server(monkeypatch) as server:
        yield server


@pytest.fixture
def rina(client, time_machine):
    time_machine.move_to(MORNING, tick=False)
    rep = make_rep(first_name="Rina", email="rina@example.com")
    client.force_login(rep)
    Channel.objects.create(
        user=rep, kind="slack", address=seal(SLACK), label="…uvwx", made_at=MORNING, verified_at=MORNING
    )
    return rep


def work() -> None:
    for test in ChannelTest.objects.order_by("pk"):
        tasks.send_channel_test(test.pk)


def test_each_channel_gets_one_at_once_whatever_the_hours_and_says_so(htmx, rina, mails, chat, page_text):
    Reach.objects.create(user=rina, quiet_from="00:00", quiet_to="23:59")
    htmx.force_login(rina)
    page = page_text(htmx.post(URL))
    assert page.count("On its way") == 2 and 'hx-trigger="every 2s"' in page and OrmQ.objects.count() == 2
    for _twice in range(2):
        work()
    page = page_text(htmx.get(RESULTS))
    assert page.count("Sent. It should be there by now.") == 2 and "every 2s" not in page
    assert "E-mail rina@example.com" in page and "Slack …uvwx" in page
    (mail,) = mails.mails
    assert (mail["Subject"], mail["To"]) == ("Test message from Alur", rina.email)
    assert chat.texts[0].startswith("Test message from Alur. This is the test that you asked for")
    assert (len(chat.texts), Notification.objects.count(), Delivery.objects.count()) == (1, 0, 0)


def test_what_fails_says_why_and_the_others_arrive(client, rina, mails, chat, page_text):
    mails.recipient, chat.statuses = ["550 no such user"], [404]
    client.post(URL)
    work()
    page = page_text(client.get("/profile/"))
    assert "Not sent. The mail server says that this address takes no mail." in page
    assert "Not sent. The chat did not take it." in page
    assert not Channel.objects.exclude(dead_since=None).exists()


def test_a_worker_that_stands_still_is_said(client, rina, time_machine, page_text):
    client.post(URL)
    time_machine.move_to(MORNING + timedelta(seconds=61), tick=False)
    assert page_text(client.get(RESULTS)).count("Not sent yet: background work is late.") == 2
    ChannelTest.objects.update(started_at=MORNING)
    assert page_text(client.get(RESULTS)).count("the process that sent it died.") == 2


def test_not_more_often_than_once_a_minute(client, rina, time_machine, page_text):
    client.post(URL)
    assert "A test was sent a moment ago." in page_text(client.post(URL, follow=True))
    assert OrmQ.objects.count() == 2
    time_machine.move_to(MORNING + timedelta(seconds=60), tick=False)
    assert "2 tests are on their way." in page_text(client.post(URL, follow=True))
    assert ChannelTest.objects.count() == 2


def test_dead_and_unverified_channels_and_those_of_others_get_none(client, rina, page_text):
    Channel.objects.update(dead_since=MORNING)
    Channel.objects.create(user=rina, kind="slack", address=seal(SLACK), made_at=MORNING)
    Channel.objects.create(user=make_rep(), kind="slack", address=seal(SLACK), made_at=MORNING, verified_at=MORNING)
    rina.email = ""
    rina.save()
    assert "There is no channel in use to test." in page_text(client.post(URL, follow=True))
    assert (ChannelTest.objects.count(), OrmQ.objects.count()) == (0, 0)
