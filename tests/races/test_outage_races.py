"""Several processes notice at the same moment that a way is down, or works again: people are told once (I1)."""

from datetime import timedelta

import pytest

from config.reach.outcome import Came, Outcome
from routing.actions.words.outages import note_outcome
from routing.models import Channel, Notification, Outage
from tests.factories import MORNING, make_ops, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MORNING + timedelta(minutes=5)
SILENCE, FINE = Outcome(Came.RETRY, "no_answer"), Outcome(Came.SENT)


@pytest.fixture
def channel():
    return Channel.objects.create(user=make_rep(), kind="mail", made_at=MORNING, verified_at=MORNING)


def note(channel, outcome: Outcome, at=LATER):
    return lambda: note_outcome(channel, outcome, at=at, known={"mail"})


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))


def test_the_beginning_and_the_end_are_told_once(channel):
    make_ops()
    assert all(all_at_once([note(channel, SILENCE, MORNING)] * 3))
    assert (told(), Outage.objects.count()) == ([], 1)
    assert all(all_at_once([note(channel, SILENCE)] * 3))
    assert told() == ["way_down"]
    all_at_once([note(channel, FINE)] * 3)
    assert (told(), Outage.objects.get().ended_at) == (["way_down", "way_back"], LATER)


def test_a_failure_beside_the_end_breaks_nothing(channel):
    make_ops()
    note(channel, SILENCE, MORNING)()
    note(channel, SILENCE)()
    all_at_once([note(channel, FINE), note(channel, SILENCE)] * 2)
    kinds = told()
    assert kinds.count("way_down") <= 2 and kinds[:1] == ["way_down"]
    assert Outage.objects.filter(ended_at=None).count() <= 1
