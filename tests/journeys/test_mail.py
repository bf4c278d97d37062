"""A message of the inbox becomes one mail, whatever the mail server says and whoever sends at the same time (I1)."""

import socket
import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from queues.actions.dispatch.serve import serve
from routing import tasks
from routing.actions.notifications import notify
from routing.decisions.word_times import GAPS
from routing.models import Channel, Delivery, Notification, Preference, Reach
from tests.factories import MORNING, QueueFactory, make_entry, make_ops, make_rep, make_rotation
from tests.mail_server import mail_server
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tick(time_machine):
    """The two tasks of the worker, at a moment. The first run of an installation was before."""

    def run(at: datetime) -> None:
        time_machine.move_to(at, tick=False)
        tasks.spread_words()
        tasks.send_words()

    run(MORNING - MINUTE)
    return run


@pytest.fixture
def mails(settings):
    with mail_server(settings) as server:
        yield server


def say(user, kind: str = "assigned", at: datetime = MORNING, number: int = 1, **details) -> None:
    notify([user.pk], kind=kind, key=f"{kind}-{number}", at=at, details=details)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_lead_that_is_given_by_a_rotation_is_told_by_mail_once(tick, mails, settings):
    settings.SITE_URL = "https://leads.example.com"
    rep = make_rep()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    entry = make_entry(queue, company_name="Nusa\r\nBcc: all@example.com", first_name="Dewi", phone="+6281234567890")
    serve(queue, at=MORNING)
    for minutes in range(3):
        tick(MORNING + minutes * MINUTE)
    (mail,) = mails.mails
    assert (mails.to, mail["To"], mail["Subject"], mail["Bcc"]) == ([rep.email], rep.email, "A lead is yours", None)
    (body,) = mails.bodies
    assert "Nusa Bcc: all@example.com is yours: your turn in Queue" in body and "Contact the lead, then log it." in body
    assert f"https://leads.example.com/leads/{entry.lead_id}/" in body
    assert "Dewi" not in body and "812" not in body
    assert states() == ["sent"]
    assert Delivery.objects.get().sent_at == MORNING


def test_what_was_said_before_the_first_run_is_never_mailed(time_machine, mails):
    say(make_rep())
    time_machine.move_to(MORNING, tick=False)
    for _run in range(2):
        tasks.spread_words()
        tasks.send_words()
    assert (mails.mails, states(), Notification.objects.get().is_spread) == ([], [], True)


def test_what_is_older_than_a_day_is_never_mailed(tick, mails):
    rep = make_rep()
    say(rep, at=MORNING - timedelta(days=1), number=1)
    say(rep, at=MORNING - timedelta(hours=23), number=2)
    tick(MORNING)
    assert (len(mails.mails), states()) == (1, ["sent"])


def test_what_is_rolled_back_was_never_said(tick, mails):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        say(make_rep())
        raise ZeroDivisionError
    tick(MORNING)
    assert (mails.mails, states()) == ([], [])


def test_a_kind_that_is_silent_for_the_role_is_no_mail(tick, mails):
    say(make_rep(), kind="import_done")
    tick(MORNING)
    assert (mails.mails, states()) == ([], [])


def test_a_server_that_is_busy_is_asked_again_with_growing_gaps(tick, mails):
    mails.recipient = ["451 later"]
    mails.data = ["451 later"]
    say(make_rep())
    tick(MORNING)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem, delivery.next_at) == ("waiting", "busy", MORNING + MINUTE)
    tick(MORNING + MINUTE / 2)
    assert mails.data == ["451 later"]  # not asked
    tick(MORNING + MINUTE)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_at) == ("waiting", MORNING + MINUTE + GAPS[1])
    tick(MORNING + MINUTE + GAPS[1])
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.problem, len(mails.mails)) == ("sent", 3, "", 1)


def test_after_a_day_the_channel_is_dead_and_its_person_and_ops_read_of_it(tick, mails):
    rep, ops = make_rep(), make_ops()
    mails.recipient = ["451 later"] * 99
    say(rep)
    moment = MORNING
    for gap in (timedelta(), *GAPS):
        moment += gap
        tick(moment)
    channel = Channel.objects.get(user=rep)
    ended = channel.dead_since, channel.problem, channel.deliveries.get().state
    assert ended == (MORNING + timedelta(days=1), "busy", "failed")
    told = Notification.objects.filter(kind="channel_dead").order_by("user")
    assert [row.user for row in told] == [rep, ops]
    say(rep, at=moment, number=2)
    tick(moment + MINUTE)  # work goes on: ops have their mail in the next digest, and nothing goes to the dead channel
    others = Delivery.objects.filter(notification__kind="channel_dead").exclude(channel=channel)
    assert list(others.values_list("channel__user", "state")) == [(ops.pk, "held")]
    assert Delivery.objects.filter(channel=channel).count() == 1


def test_an_address_that_bounces_is_dead_at_once_and_says_so(tick, mails, client):
    rep = make_rep()
    mails.recipient = ["550 no such user"]
    for number in range(2):
        say(rep, number=number)
    say(rep, kind="channel_dead", number=9, own=True, channel="mail", problem="busy")
    tick(MORNING)
    assert Channel.objects.get().problem == "bounced"
    client.force_login(rep)
    page = client.get("/inbox/").content.decode()
    assert "Nothing is sent to you by E-mail any more. The mail server says that this address takes no mail." in page


def test_a_message_that_is_refused_fails_alone(tick, mails):
    mails.data = ["554 spam"]
    rep = make_rep()
    say(rep)
    tick(MORNING)
    say(rep, at=MORNING, number=2)
    tick(MORNING + MINUTE)
    assert (states(), len(mails.mails), Channel.objects.get().dead_since) == (["failed", "sent"], 1, None)


def test_a_server_that_hangs_holds_up_nobody(tick, settings):
    """It takes the connection and says nothing: two texts try it, the others wait for the next run."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    for number in range(30):
        say(make_rep(), number=number)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        tick(MORNING)
    tried = Delivery.objects.filter(attempts=1, state="waiting", problem="no_answer").count()
    assert 2 <= tried <= 6
    assert Delivery.objects.filter(attempts=0, state="waiting").count() == 30 - tried


def test_a_server_that_answers_one_byte_a_second_is_left_alone(tick, settings, monkeypatch):
    """Each byte comes in time, so no timeout of a connection ends it."""
    monkeypatch.setattr("routing.actions.words.sending.SECONDS", 0.5)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    say(make_rep())
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:
        settings.EMAIL_HOST, settings.EMAIL_PORT = slow.getsockname()

        def drip():
            caller, _address = slow.accept()
            with caller:
                while not ended.wait(0.05):
                    caller.sendall(b"2")

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            tick(MORNING)
        finally:
            ended.set()
            dripping.join()
    assert list(Delivery.objects.values_list("state", "problem")) == [("waiting", "too_slow")]


def test_a_server_that_says_nothing_after_the_text_leaves_it_unsure(tick, mails, settings):
    """Perhaps the mail arrived, so it is not sent again by itself."""
    settings.EMAIL_TIMEOUT = 0.5
    answer = threading.Event()
    mails.on_data = lambda: answer.wait(PATIENCE)
    say(make_rep())
    tick(MORNING)
    answer.set()
    tick(MORNING + timedelta(hours=1))
    assert list(Delivery.objects.values_list("state", "problem", "attempts")) == [("unsure", "no_answer", 1)]


def test_somebody_without_an_address_or_switched_off_gets_no_mail(tick, mails):
    gone, bare = make_rep(is_active=False), make_rep(email="")
    for user in (gone, bare):
        say(user)
    tick(MORNING)
    assert (mails.mails, states()) == ([], [])


def test_choices_and_quiet_hours_hold_back_and_the_end_makes_one_mail_of_all(tick, mails):
    rep = make_rep()
    Reach.objects.create(user=rep, time_zone="Asia/Jakarta", quiet_from="07:00", quiet_to="11:00")
    tick(MORNING)
    for number in range(3):
        say(rep, number=number, at=MORNING)
    say(rep, kind="re_engaged", at=MORNING)
    tick(MORNING)
    ends = Delivery.objects.values_list("next_at", flat=True).distinct().get()
    assert (set(states()), mails.mails, ends) == ({"held"}, [], MORNING.replace(hour=4, minute=0))
    tick(ends)
    (mail,) = mails.mails
    assert (mail["Subject"], states()) == ("4 messages from Alur", ["sent", "merged", "merged", "merged"])
    assert "A lead is yours: 3" in mails.bodies[0] and "Your lead came back: 1" in mails.bodies[0]


def test_a_kind_that_is_off_stays_in_the_inbox_alone(tick, mails):
    rep = make_rep()
    say(rep)
    tick(MORNING)
    Preference.objects.create(channel=Channel.objects.get(), kind="assigned", when="off")
    say(rep, number=2)
    tick(MORNING + MINUTE)
    assert (len(mails.mails), Notification.objects.count()) == (1, 2)


def test_ten_of_one_kind_become_one_mail(tick, mails):
    rep = make_rep()
    for number in range(10):
        say(rep, number=number)
    say(rep, kind="re_engaged")
    tick(MORNING)
    assert sorted(mail["Subject"] for mail in mails.mails) == ["A lead is yours (10 times)", "Your lead came back"]
    assert sorted(states()) == ["merged"] * 9 + ["sent"] * 2


def test_the_tenth_within_five_minutes_waits_for_their_end(tick, mails):
    rep = make_rep()
    for number in range(12):
        say(rep, number=number)
        tick(MORNING + number * MINUTE / 4)
    assert states() == ["sent"] * 9 + ["held"] * 3
    tick(MORNING + 5 * MINUTE)
    assert states() == ["sent"] * 10 + ["merged"] * 2
    assert len(mails.mails) == 10
