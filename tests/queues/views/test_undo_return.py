"""A lead that was returned by mistake is taken back by the button in the message (M7)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import take_next
from queues.actions.clocks.waits import expire_waits
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Decline, Entry, Escalation, Queue
from queues.queries.counts import queue_counts
from routing.models import Assignment, LedgerLine
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep, make_rotation

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NOW = MORNING + 30 * MINUTE


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rep(team, client: Client):
    made = make_rep(team, first_name="Rina", last_name="Hartono")
    client.force_login(made)
    return made


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team, name="MQL")


@pytest.fixture
def held(queue, rep) -> Assignment:
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=MORNING)


def give_back(client: Client, held: Assignment, reason: str = "no_capacity") -> str:
    """The address that undoes it, as the message has it."""
    answer = client.post(f"/leads/{held.lead_id}/return/", {"reason": reason})
    (message,) = get_messages(answer.wsgi_request)._queued_messages
    return message.extra_tags


def undo(client: Client, address: str) -> list[str]:
    answer = client.post(address)
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)._queued_messages]


def state(held: Assignment) -> list:
    return [
        *Assignment.objects.filter(pk=held.pk).values(),
        *type(held.lead).objects.filter(pk=held.lead_id).values("stage", "stage_at"),
        *Entry.objects.order_by("pk").values("pk", "left_at", "assignment"),
        *Decline.objects.values(),
    ]


def test_holder_clock_and_queue_are_as_before(client, held, queue):
    before = state(held)
    address = give_back(client, held)
    assert state(held) != before
    assert undo(client, address) == ["Undone: you hold Acme Widgets again."]
    assert state(held) == before
    assert queue_counts(queue, at=NOW).waiting == 0
    assert "You took the return back" in client.get(f"/leads/{held.lead_id}/").content.decode()


def test_a_second_press_says_nothing(client, held):
    address = give_back(client, held)
    undo(client, address)
    with nothing_changes():
        assert undo(client, address) == []


def test_after_five_minutes_it_stays(client, held, now):
    address = give_back(client, held)
    now.move_to(NOW + 5 * MINUTE + timedelta(seconds=1), tick=False)
    before = state(held)
    assert undo(client, address) == ["Five minutes are over, so the return of Acme Widgets cannot be undone."]
    assert state(held) == before


def test_who_took_it_keeps_it(client, held, queue, team):
    address = give_back(client, held)
    take_next(queue, by=make_rep(team, first_name="Sari", last_name="Dewi"), at=NOW)
    with nothing_changes():
        assert undo(client, address) == ["Sari Dewi has Acme Widgets by now, so the return cannot be undone."]


def test_who_looks_at_it_may_finish(client, held, queue, team, now):
    Queue.objects.update(is_reserving=True, picks_within=5)
    address = give_back(client, held)
    sari = make_rep(team, first_name="Sari", last_name="Dewi")
    reserve(Entry.objects.waiting().get(), by=sari, at=NOW)
    with nothing_changes():
        assert undo(client, address) == ["Sari Dewi is looking at Acme Widgets at this moment. Try again in a minute."]
    now.move_to(NOW + 61 * timedelta(seconds=1), tick=False)
    assert undo(client, address) == ["Undone: you hold Acme Widgets again."]


def test_a_manager_may_and_a_stranger_reads_nothing(client, held, team):
    address = give_back(client, held)
    for stranger in (make_rep(team), make_manager(TeamFactory())):
        client.force_login(stranger)
        with nothing_changes():
            assert client.post(address).status_code == 404
    client.force_login(make_manager(team))
    assert undo(client, address) == ["Undone: Acme Widgets is with Rina Hartono again."]


def test_an_earlier_return_of_the_same_lead_counts_again(client, held, queue, rep, now):
    give_back(client, held, "no_skill")
    again = take_next(queue, by=rep, at=NOW)
    now.move_to(NOW + MINUTE, tick=False)
    address = give_back(client, again)
    undo(client, address)
    assert list(Decline.objects.values_list("reason", "at")) == [("no_skill", NOW)]


def test_the_case_that_everybody_declined_is_settled(client, held):
    address = give_back(client, held)
    case = Escalation.objects.get()
    assert (case.kind, case.closed_at) == ("declined", None)
    undo(client, address)
    case.refresh_from_db()
    assert (case.closed_at, case.closed_how) == (NOW, "taken")


def test_a_wait_that_ran_out_at_once_does_not_hinder_it(client, held, now):
    Entry.objects.update(since_at=MORNING - timedelta(days=4))
    address = give_back(client, held)
    now.move_to(NOW + MINUTE, tick=False)
    assert expire_waits(at=NOW + MINUTE) == 1
    assert undo(client, address) == ["Undone: you hold Acme Widgets again."]


def test_a_turn_that_came_back_is_spent_again(client, queue, rep):
    queue.dispatch, queue.rotation = "push", make_rotation(rep)
    queue.save()
    make_entry(queue)
    serve_waiting(at=MORNING, queue_ids=[queue.pk])
    held = Assignment.objects.get()
    address = give_back(client, held, "competitor")
    assert sum(LedgerLine.objects.values_list("owed", flat=True)) == 1
    undo(client, address)
    assert sum(LedgerLine.objects.values_list("owed", flat=True)) == 0
