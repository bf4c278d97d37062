"""Several CRMs at once: one that hangs holds up no other, and no more threads than allowed wait for such (I4)."""

from datetime import timedelta
from threading import Event

import pytest

from queues.actions.crm.wishes import read_wishes
from queues.actions.crm.writers import AT_ONCE, Writers
from queues.models import Connection, CrmLink
from tests.crm.outbound import connected, contact, give, linked, there
from tests.factories import MORNING, make_lead
from tests.factories.crm import make_remote_person
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)


@pytest.fixture
def answers():
    """A CRM that hangs answers after this."""
    event = Event()
    yield event
    event.set()


@pytest.fixture
def writers(answers):
    found = Writers()
    yield found
    answers.set()
    for thread in found.under_way.values():
        thread.join(PATIENCE)


def hanging(name, rina, answers):
    connection, crm = connected(name)
    make_remote_person(connection, rina, "u-rina")
    crm.before = lambda _call: answers.wait(PATIENCE)
    link = linked(connection, crm, make_lead(), owner="u-api")
    give(link.lead, rina)
    return crm, link


def test_one_that_hangs_holds_up_no_other(place, rina, answers, writers):
    slow, slow_link = hanging("slow", rina, answers)
    link = linked(*place, make_lead(), owner="u-api")
    held = give(link.lead, rina)
    read_wishes(at=MORNING)
    assert writers.work(clock=lambda: MORNING, seconds=0.01) + finished(writers, 1) == 1
    contact(held, MORNING + SECOND)
    read_wishes(at=MORNING + SECOND)
    assert writers.work(clock=lambda: MORNING + SECOND, seconds=PATIENCE) == 1
    assert (there(place[1], link), there(slow, slow_link)) == (("u-rina", "Working"), ("u-api", "New"))
    answers.set()
    assert finished(writers, 0) == 1
    assert there(slow, slow_link) == ("u-rina", "Open")
    assert not CrmLink.objects.exclude(next_at=None, leased_until=None).exists()
    assert not Connection.objects.exclude(writing_until=None).exists()


def test_no_more_than_so_many_are_waited_for(rina, answers, writers):
    for number in range(AT_ONCE + 1):
        hanging(f"slow{number}", rina, answers)
    read_wishes(at=MORNING)
    for _turn in range(2):
        writers.work(clock=lambda: MORNING, seconds=0)
    assert len(writers.under_way) == AT_ONCE
    answers.set()
    assert finished(writers, 0) == AT_ONCE
    assert writers.work(clock=lambda: MORNING + SECOND, seconds=PATIENCE) == 1


def test_one_whose_writer_fails_is_begun_again(place, rina, writers, caplog):
    link = linked(*place, make_lead(), owner="u-api")
    give(link.lead, rina)
    read_wishes(at=MORNING)

    def broken():
        raise RuntimeError("no clock")

    moments = iter([MORNING])
    assert writers.work(clock=lambda: next(moments, None) or broken(), seconds=PATIENCE) == 0
    assert "it is tried again" in caplog.text
    assert writers.work(clock=lambda: MORNING, seconds=PATIENCE) == 1
    assert there(place[1], link) == ("u-rina", "Open")


def finished(writers, left):
    """How many records those wrote that end until only so many are left."""
    written = 0
    while len(writers.under_way) > left:
        written += writers.ended(set(writers.under_way), seconds=0.05)
    return written
