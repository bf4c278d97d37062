"""Taking leads out of queues (C2, B8)."""

from datetime import timedelta

import pytest

from queues.actions.claims.guards import BatchOutsideLimits
from queues.actions.claims.take import (
    AlreadyTaken,
    NotPickable,
    NotYourQueue,
    QueueIsEmpty,
    pick,
    take_batch,
    take_next,
    take_next_of,
)
from queues.models import Entry
from queues.queries.counts import queue_counts
from routing.models import Assignment
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_rep

pytestmark = pytest.mark.django_db


def test_take_next_gives_the_head_with_its_receipt():
    queue = QueueFactory(name="MQL")
    make_entry(queue, score=60)
    hot = make_entry(queue, score=81, since=MORNING + timedelta(minutes=1))
    rep = make_rep()

    taken = take_next(queue, by=rep, at=MORNING + timedelta(minutes=5))

    assert taken.lead_id == hot.lead_id
    assert taken.holder == rep
    assert taken.contact_due_at == MORNING + timedelta(minutes=125)
    assert (taken.receipt["queue"], taken.receipt["place"], taken.receipt["of"]) == ("MQL", 1, 2)
    assert taken.receipt["reason"] == "hot"


def test_take_next_ends_the_stay_and_counts_it():
    queue = QueueFactory()
    entry = make_entry(queue)

    taken = take_next(queue, by=make_rep(), at=MORNING)

    entry.refresh_from_db()
    assert (entry.left_how, entry.left_at, entry.assignment) == ("claimed", MORNING, taken)
    assert entry.lead.stage == "held"
    assert queue_counts(queue, at=MORNING).waiting == 0


def test_take_next_on_an_empty_queue_says_so_and_writes_nothing():
    queue = QueueFactory()
    with pytest.raises(QueueIsEmpty):
        take_next(queue, by=make_rep(), at=MORNING)
    assert Assignment.objects.count() == 0


def test_take_next_refuses_another_teams_queue():
    queue = QueueFactory(team=TeamFactory())
    make_entry(queue)
    with pytest.raises(NotYourQueue):
        take_next(queue, by=make_rep(TeamFactory()), at=MORNING)
    assert Entry.objects.waiting().count() == 1


def test_take_next_of_all_queues_takes_the_head_whose_wait_runs_out_first():
    slow, fast = QueueFactory(wait_minutes=600), QueueFactory(wait_minutes=60)
    make_entry(slow)
    urgent = make_entry(fast, since=MORNING + timedelta(minutes=10))
    taken = take_next_of([slow, fast], by=make_rep(), at=MORNING + timedelta(minutes=20))
    assert taken.lead_id == urgent.lead_id


def test_take_next_of_all_queues_saves_what_can_be_saved_before_what_is_overdue():
    old, hot = QueueFactory(wait_minutes=60), QueueFactory(wait_minutes=600)
    make_entry(old)
    in_time = make_entry(hot)
    overdue = MORNING + timedelta(minutes=61)
    rep = make_rep()
    assert take_next_of([old, hot], by=rep, at=overdue).lead_id == in_time.lead_id
    assert take_next_of([old, hot], by=rep, at=overdue).entry.queue == old


def test_take_batch_gives_what_is_there():
    queue = QueueFactory(batch_size=5)
    entries = fill(queue, 3)
    taken = take_batch(queue, count=5, by=make_rep(), at=MORNING)
    assert [each.lead_id for each in taken] == [entry.lead_id for entry in entries]
    assert {each.how for each in taken} == {"batch"}


@pytest.mark.parametrize("count", [-1, 0, 3, 50])
def test_take_batch_refuses_a_size_outside_the_queues_limits(count: int):
    queue = QueueFactory(batch_size=2)
    fill(queue, 4)
    rep = make_rep()
    with nothing_changes(), pytest.raises(BatchOutsideLimits):
        take_batch(queue, count=count, by=rep, at=MORNING)
    assert len(take_batch(queue, count=2, by=rep, at=MORNING)) == 2


def test_pick_takes_only_from_the_first_places():
    queue = QueueFactory(picks_within=2)
    first, second, third = fill(queue, 3)
    rep = make_rep()
    with pytest.raises(NotPickable):
        pick(third, by=rep, at=MORNING)
    assert pick(second, by=rep, at=MORNING).lead_id == second.lead_id


def test_pick_is_refused_where_the_queue_gives_take_next_only():
    (entry,) = fill(QueueFactory(picks_within=0), 1)
    with pytest.raises(NotPickable):
        pick(entry, by=make_rep(), at=MORNING)


def test_pick_of_a_taken_lead_says_who_took_it():
    (entry,) = fill(QueueFactory(picks_within=1), 1)
    faster = make_rep()
    pick(entry, by=faster, at=MORNING)
    with pytest.raises(AlreadyTaken) as late:
        pick(entry, by=make_rep(), at=MORNING + timedelta(seconds=3))
    assert (late.value.assignment.holder, late.value.assignment.assigned_at) == (faster, MORNING)
