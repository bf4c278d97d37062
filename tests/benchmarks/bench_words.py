"""Messages that leave the inbox: how many are decided about and how many are sent in a second (I1)."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from routing.actions.notifications import Message, notify_each
from routing.actions.words.sending import send_words
from routing.actions.words.spreading import spread_words
from routing.models import Delivery
from routing.presenters.words import compose
from tests.benchmarks.measure import report
from tests.factories import make_rep
from tests.mail_server import mail_server

PEOPLE, EACH = 200, int(os.environ.get("MESSAGES_EACH", "25"))
BAR = "spreading at least 500/s, sending at least 10/s"


@pytest.mark.django_db(transaction=True)
def test_spreading_and_sending(settings):
    at = timezone.now()
    spread_words(at=at - timedelta(minutes=1))
    people = [make_rep() for _person in range(PEOPLE)]
    kinds = ("assigned", "re_engaged", "contact_due", "contact_soon", "taken_away")
    messages = [
        Message(
            person.pk, kinds[number % len(kinds)], f"{kinds[number % len(kinds)]}-{number}", details={"label": "Nusa"}
        )
        for person in people
        for number in range(EACH)
    ]
    notify_each(messages, at=at)
    begun = time.perf_counter()
    while spread_words(at=at):
        pass
    spreading = len(messages) / (time.perf_counter() - begun)
    assert Delivery.objects.count() == len(messages)
    with mail_server(settings) as server:
        begun, sent = time.perf_counter(), send_words(at=at, compose=compose)
        sending = sent / (time.perf_counter() - begun)
        assert len(server.mails) == sent > 0
    figures = {"messages": len(messages), "spread/s": spreading, "sent in one run": sent, "sent/s": sending}
    report("messages that leave the inbox", figures, bar=BAR)
