"""The mail server is down for hours: told once, no channel is given up, and what waited leaves afterwards (I1)."""

import socket
from datetime import datetime, timedelta

import pytest

from config.sealing import seal
from routing import tasks
from routing.actions.notifications import notify
from routing.models import Channel, Delivery, Notification, Outage
from tests.chat_server import chat_server
from tests.factories import MORNING, make_ops, make_rep
from tests.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HALF = timedelta(seconds=30)


@pytest.fixture
def tick(time_machine):
    def run(at: datetime) -> None:
        time_machine.move_to(at, tick=False)
        tasks.spread_words()
        tasks.send_words()

    run(MORNING - MINUTE)
    return run


@pytest.fixture
def nobody_listens(settings):
    """The port of a server that was switched off."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_HOST, settings.EMAIL_PORT = free.getsockname()


def say(users, at: datetime = MORNING, number: int = 1, kind: str = "assigned") -> None:
    notify([user.pk for user in users], kind=kind, key=f"{kind}-{number}", at=at)


def told(ops) -> list[str]:
    return list(
        Notification.objects.filter(user=ops, kind__startswith="way_").order_by("pk").values_list("kind", flat=True)
    )


def states() -> list[tuple[str, int]]:
    names = list(Delivery.objects.exclude(notification__kind__startswith="way_").values_list("state", flat=True))
    return sorted((name, names.count(name)) for name in set(names))


def test_a_server_that_is_down_for_hours_kills_no_channel_and_is_told_once(tick, nobody_listens, settings, client):
    ops, reps = make_ops(email=""), [make_rep() for _number in range(10)]
    say(reps)
    for minutes in range(0, 12 * 60, 90):
        tick(MORNING + minutes * MINUTE)
    assert (told(ops), states()) == (["way_down"], [("waiting", 10)])
    assert not Channel.objects.exclude(dead_since=None).exists()
    client.force_login(ops)
    says = "No message leaves by E-mail since 10:42. The server gave no answer."
    assert says in client.get("/inbox/").content.decode() and says in client.get("/deliveries/").content.decode()
    with mail_server(settings) as mails:
        back = MORNING + 12 * HOUR
        for number in range(4):
            tick(back + number * HALF)
        assert (len(mails.mails), states()) == (10, [("sent", 10)])
    assert told(ops) == ["way_down", "way_back"]
    assert Outage.objects.get().ended_at == back
    assert "Messages leave by E-mail again; they did not since" in client.get("/inbox/").content.decode()
    assert says not in client.get("/deliveries/").content.decode()


def test_after_a_day_what_waited_fails_with_the_cause_and_the_channel_stays(tick, nobody_listens, settings):
    ops, reps = make_ops(email=""), [make_rep() for _number in range(3)]
    say(reps)
    tick(MORNING)
    for hours in range(1, 24):
        tick(MORNING + hours * HOUR)
    say(reps[:1], at=MORNING + 23 * HOUR, number=2)
    tick(MORNING + 24 * HOUR)
    tick(MORNING + 24 * HOUR + MINUTE)
    assert states() == [("failed", 3), ("waiting", 1)]
    assert set(Delivery.objects.filter(state="failed").values_list("problem", flat=True)) == {"no_answer"}
    assert not Channel.objects.exclude(dead_since=None).exists()
    with mail_server(settings) as mails:
        tick(MORNING + 25 * HOUR)
    assert (len(mails.mails), told(ops)) == (1, ["way_down", "way_back"])


def test_a_moment_without_an_answer_is_told_nobody(tick, nobody_listens, settings):
    ops, rep = make_ops(email=""), make_rep()
    say([rep])
    tick(MORNING)
    with mail_server(settings) as mails:
        tick(MORNING + 4 * MINUTE)
        tick(MORNING + 5 * MINUTE)
    assert (len(mails.mails), told(ops), Outage.objects.get().told_at) == (1, [], None)


def test_a_server_that_is_busy_is_no_outage(tick, settings):
    with mail_server(settings) as mails:
        mails.recipient = ["451 later"] * 9
        say([make_rep() for _number in range(3)])
        for minutes in range(8):
            tick(MORNING + minutes * MINUTE)
    assert not Outage.objects.exists()


@pytest.mark.parametrize(("people", "is_down"), [(2, False), (3, True)])
def test_a_chat_is_down_when_three_channels_fail_and_none_works(tick, monkeypatch, people, is_down):
    ops, reps = make_ops(email=""), [make_rep(email="") for _number in range(people)]
    way = seal("slack://T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx/?image=no&footer=no")
    for rep in reps:
        Channel.objects.create(user=rep, kind="slack", address=way, made_at=MORNING, verified_at=MORNING)
    say(reps)
    with chat_server(monkeypatch) as chat:
        chat.statuses = [503] * 99
        for minutes in range(0, 9):
            tick(MORNING + minutes * MINUTE)
        assert told(ops) == (["way_down"] if is_down else [])
        chat.statuses = []
        tick(MORNING + 3 * HOUR)
        tick(MORNING + 3 * HOUR + HALF)
        assert len(chat.texts) == people
    assert told(ops) == (["way_down", "way_back"] if is_down else [])


def test_a_test_that_arrives_ends_the_outage(tick, nobody_listens, settings, client):
    ops, rep = make_ops(email="bima@example.com"), make_rep()
    say([rep])
    for minutes in range(0, 10, 5):
        tick(MORNING + minutes * MINUTE)
    assert told(ops) == ["way_down"]
    client.force_login(ops)
    client.post("/profile/test/")
    with mail_server(settings) as mails:
        tasks.send_channel_test(Channel.objects.get(user=ops).test.pk)
        assert told(ops) == ["way_down", "way_back"]
        tick(MORNING + 10 * MINUTE)
        assert rep.email in mails.to
