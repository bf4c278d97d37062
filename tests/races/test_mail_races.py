"""Several processes send mail at the same time, and one dies in the midst of it: each mail leaves once (I1)."""

from datetime import timedelta

import pytest

from routing.actions.notifications import notify
from routing.actions.words.leasing import LEASE, send_again
from routing.actions.words.sending import send_words
from routing.actions.words.spreading import spread_words
from routing.models import Delivery, Preference
from routing.presenters.words import compose
from tests.factories import MORNING, make_rep
from tests.mail_server import mail_server
from tests.races.crowd import all_at_once, killed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MORNING + LEASE + timedelta(minutes=1)


@pytest.fixture
def mails(settings):
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def people():
    spread_words(at=MORNING - timedelta(minutes=1))
    return [make_rep() for _person in range(6)]


def say(users, numbers: int = 4) -> None:
    for number in range(numbers):
        notify([user.pk for user in users], kind="assigned", key=f"assigned-{number}", at=MORNING)


def send(at=MORNING) -> int:
    return send_words(at=at, compose=compose)


def test_three_that_spread_and_send_at_once_send_each_mail_once(mails, people):
    say(people)
    assert sum(all_at_once([lambda: spread_words(at=MORNING)] * 3)) == 24
    assert sum(all_at_once([send] * 3)) + send() == 24
    assert (len(mails.mails), Delivery.objects.filter(state="sent").count()) == (24, 24)
    assert sorted(mails.to) == sorted([user.email for user in people] * 4)


def test_two_at_once_make_one_digest(mails, people):
    say(people, numbers=1)
    spread_words(at=MORNING)
    send()
    for channel in {row.channel for row in Delivery.objects.select_related("channel")}:
        Preference.objects.create(channel=channel, kind="re_engaged", when="hourly")
    for number in range(5):
        notify([user.pk for user in people], kind="re_engaged", key=f"{number}", at=MORNING)
    spread_words(at=MORNING)
    hour = MORNING.replace(hour=4, minute=0)
    all_at_once([lambda: send(hour)] * 3)
    send(hour)
    assert len(mails.mails) == 12
    assert Delivery.objects.filter(state="merged").count() == 24


def test_who_dies_between_sending_and_recording_sent_once_and_ops_may_send_again(mails, people, process_env, settings):
    say(people[:1], numbers=1)
    spread_words(at=MORNING)
    env = process_env | {"EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}"}
    killed("die_while_sending.py", [MORNING.isoformat()], env)
    assert len(mails.mails) == 1
    send(MORNING + LEASE / 2)
    assert Delivery.objects.get().state == "sending"
    send(LATER)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem, len(mails.mails)) == ("unsure", "died", 1)
    assert send_again(delivery, at=LATER)
    assert not send_again(delivery, at=LATER)
    send(LATER)
    assert (Delivery.objects.get().state, len(mails.mails)) == ("sent", 2)
