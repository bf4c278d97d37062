"""A lead that comes back from nurture says so wherever it is shown, and starts a new clock (L9)."""

from datetime import timedelta

import pytest
import time_machine

from leads.actions.intake.capture import capture_lead
from queues import tasks
from queues.actions.claims.take import take_next
from queues.actions.clocks.giving_on import give_to_another
from queues.actions.entries.moving import move_waiting
from queues.models import Entry, EntryRule
from routing.models import Assignment
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SAYS = "back from nurture"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def queue(clock):
    queue = QueueFactory(team=TeamFactory(), slug="smb", picks_within=5)
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


def comes_back(stage: str = "nurture", email: str = "dewi@maju.example.com"):
    lead = make_lead(email=email, stage=stage, at=MORNING - 9 * DAY)
    capture_lead({"email": email}, channel="form", at=MORNING)
    return lead


@pytest.mark.parametrize("stage", ["nurture", "recycled"])
def test_a_lead_that_comes_back_is_recycled_and_starts_anew(queue, stage):
    entry = Entry.objects.waiting().get(lead=comes_back(stage))
    assert (entry.is_recycled, entry.since_at) == (True, MORNING)


def test_a_new_lead_and_one_that_was_lost_are_not(queue):
    make_lead(email="a@b.example.com", stage="lost", at=MORNING - DAY)
    capture_lead({"email": "a@b.example.com"}, channel="form", at=MORNING)
    capture_lead({"email": "new@b.example.com"}, channel="form", at=MORNING)
    assert set(Entry.objects.waiting().values_list("is_recycled", flat=True)) == {False}


def test_lists_and_receipts_say_so(queue, client):
    make_entry(queue, since=MORNING - HOUR)
    lead = comes_back()
    rep, manager = make_rep(queue.team), make_manager(queue.team)
    found = []
    for user, path in ((manager, "/queues/smb/"), (manager, "/queues/?open=smb"), (rep, "/desk/waiting/")):
        client.force_login(user)
        answer = client.get(path, follow=True)
        found.append((answer.status_code, answer.content.decode().count(SAYS) > 0))
    client.force_login(rep)
    client.post("/take-next/")
    client.post("/take-next/")
    client.force_login(manager)
    assert SAYS in client.get(f"/leads/{lead.pk}/").content.decode()
    assert found == [(200, True), (200, True), (200, True)]


def test_a_lead_that_was_parked_or_on_the_desk_is_still_recycled(queue, clock, client):
    queue.when_full, queue.depth_limit, queue.depth_lift = "park", 1, 0
    queue.save()
    make_entry(queue), make_entry(queue)
    lead = comes_back()
    assert not Entry.objects.filter(lead=lead).exists()
    queue.depth_limit, queue.depth_lift = 10, 5
    queue.save()
    clock.shift(HOUR)
    tasks.watch_intakes()
    assert Entry.objects.waiting().get(lead=lead).is_recycled


def test_it_stays_recycled_in_another_queue(queue, client):
    lead = comes_back()
    move_waiting(queue, to=QueueFactory(), by=make_ops(), at=MORNING + HOUR)
    assert Entry.objects.waiting().get(lead=lead).is_recycled


def test_the_receipt_says_so_right_after_the_claim_and_keeps_it(queue, client):
    """Whatever becomes of the entry, and also with the next holder."""
    lead = comes_back()
    ani, budi = make_rep(queue.team), make_rep(queue.team)
    client.force_login(ani)
    answer = client.post("/take-next/", follow=True)
    held = Assignment.objects.get(lead=lead)
    assert (SAYS in answer.content.decode(), held.receipt["recycled"]) == (True, True)
    assert give_to_another(held, at=MORNING + HOUR)
    new = Assignment.objects.open().get(lead=lead)
    assert (new.holder, new.receipt["recycled"]) == (budi, True)
    client.force_login(budi)
    assert "it came back from nurture" in client.get(f"/leads/{lead.pk}/").content.decode()


@pytest.mark.parametrize("dispatch", ["push", "hybrid"])
def test_the_receipt_of_a_turn_says_so(queue, dispatch):
    queue.dispatch, queue.rotation = dispatch, make_rotation(make_rep(queue.team))
    queue.save()
    comes_back()
    assert Assignment.objects.get().receipt["recycled"]


def test_the_receipt_of_another_lead_says_nothing_of_it(queue):
    make_entry(queue)
    assert "recycled" not in take_next(queue, by=make_rep(queue.team), at=MORNING).receipt
