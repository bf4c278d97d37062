"""An entry that leaves its queue in any way is named to all who follow the queue, after the commit (C9, C10)."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from config.live.announcing import KEPT_ROWS, MAX_NAMED, announce_removed
from config.models import LiveTopic
from leads.actions.merging import merge_leads
from leads.actions.stages import close_lead
from leads.models import Lead
from queues.actions.claims.take import pick, take_batch, take_next, take_next_by_orm
from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.dispatch.assign_next import assign_next
from queues.actions.dispatch.serve import serve
from queues.actions.entries.leaving import undo_placement
from queues.actions.entries.moving import move_waiting
from queues.models import Queue
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_lead, make_ops, make_rep, make_rotation
from tests.hearing import hearing

pytestmark = pytest.mark.django_db(transaction=True)

SOON = MORNING + timedelta(minutes=1)


def closed(stage: str, **more):
    return lambda entry, rep: close_lead(entry.lead, stage=stage, by=rep, at=SOON, **more)


def served(entry, rep):
    Queue.objects.filter(pk=entry.queue_id).update(dispatch="push", rotation=make_rotation(rep))
    return serve(Queue.objects.get(pk=entry.queue_id), at=SOON)


WAYS = {
    "take next": lambda entry, rep: take_next(entry.queue, by=rep, at=SOON),
    "take next step by step": lambda entry, rep: take_next_by_orm(entry.queue, by=rep, at=SOON),
    "batch": lambda entry, rep: take_batch(entry.queue, count=1, by=rep, at=SOON),
    "pick": lambda entry, rep: pick(entry, by=rep, at=SOON),
    "assign next": lambda entry, rep: assign_next(entry.queue, by=make_ops(), at=SOON),
    "push": served,
    "disqualified": closed(Lead.Stage.DISQUALIFIED, reason="competitor"),
    "nurture": closed(Lead.Stage.NURTURE),
    "merged": lambda entry, rep: merge_leads(entry.lead, make_lead(), picks={}, by=make_ops(), at=SOON),
    "moved": lambda entry, rep: move_waiting(entry.queue, to=QueueFactory(), by=make_ops(), at=SOON),
    "stale": lambda entry, rep: clear_stale(at=MORNING + timedelta(days=8)),
    "never placed": lambda entry, rep: undo_placement(Lead.objects.get(pk=entry.lead_id), placed_at=entry.entered_at),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_leaves_a_queue_is_named(way):
    rep, entry = make_rep(), make_entry(QueueFactory(picks_within=5, batch_size=5))
    with hearing() as heard:
        WAYS[way](entry, rep)
        told = heard()
    assert [word for word in told if word.startswith(f"{entry.queue.topic}/")] == [f"{entry.queue.topic}/{entry.pk}"]


def test_what_stands_again_is_named_as_back():
    rep, entry = make_rep(), make_entry(QueueFactory())
    taken = take_next(entry.queue, by=rep, at=MORNING)
    with hearing() as heard:
        undo_assignment(taken, by=rep, at=SOON)
        assert f"{entry.queue.topic}/+{entry.pk}" in heard()


def test_a_claim_that_is_taken_back_whole_is_not_told():
    rep, entry = make_rep(), make_entry(QueueFactory())
    with hearing() as heard:
        with transaction.atomic():
            take_next(entry.queue, by=rep, at=SOON)
            transaction.set_rollback(True)
        assert heard() == []


def test_each_of_a_batch_is_named_and_of_a_crowd_only_the_queue():
    rep, queue = make_rep(), QueueFactory(batch_size=3)
    entries = fill(queue, 3)
    with hearing() as heard:
        take_batch(queue, count=3, by=rep, at=SOON)
        assert {f"{queue.topic}/{entry.pk}" for entry in entries} <= set(heard())
        with transaction.atomic():
            announce_removed(queue.topic, range(1, MAX_NAMED + 2))
        assert heard() == [queue.topic]


def test_the_news_takes_no_more_room_as_leads_leave():
    """SQLite keeps names of what left for a moment, PostgreSQL nothing; topics stay."""
    with transaction.atomic():
        announce_removed("queue-7", range(1, MAX_NAMED * 2))
        for start in range(1, KEPT_ROWS * 2, MAX_NAMED):
            announce_removed("queue-8", range(start, start + MAX_NAMED))
    kept = LiveTopic.objects.filter(name__startswith="queue-8/").count()
    assert kept == {"sqlite": KEPT_ROWS, "postgresql": 0}[connection.vendor]
    assert LiveTopic.objects.filter(name="queue-7").exists() == (connection.vendor == "sqlite")
