"""Waiting leads move into another queue with their age; what fired stays fired (L9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Activity, Lead
from queues.actions.claims.take import take_next
from queues.actions.clocks.escalations import escalate
from queues.actions.clocks.waits import expire_waits
from queues.actions.entries.moving import SameQueue, move_chunk, move_waiting
from queues.actions.entries.placement import QueueIsOff
from queues.models import Breach, Entry, Escalation
from queues.queries.counts import queue_counts
from queues.queries.waiting import first_positions
from routing.actions.assignment import return_lead
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = MORNING + 30 * HOUR


@pytest.fixture
def queues():
    return QueueFactory(name="SMB"), QueueFactory(name="MQL")


def test_moved_leads_keep_their_age_and_their_place_follows(queues):
    smb, mql = queues
    young, old = make_entry(mql, since=MORNING + 2 * HOUR), make_entry(smb, since=MORNING, at=NOW)
    by = make_ops()
    job = move_waiting(smb, to=mql, by=by, at=NOW)
    assert (job.done, job.state) == (1, "done")
    old.refresh_from_db()
    new = Entry.objects.waiting().get(lead=old.lead)
    assert (old.left_how, old.left_at, new.queue, new.since_at, new.entered_at) == ("moved", NOW, mql, MORNING, NOW)
    assert [position.entry.id for position in first_positions(mql, at=NOW, limit=5)] == [new.pk, young.pk]
    assert [(t.waiting, t.aged_first) for t in (queue_counts(smb, at=NOW), queue_counts(mql, at=NOW))] == [
        (0, 0),
        (2, 2),
    ]


def test_each_lead_says_who_moved_it_from_where(queues):
    smb, mql = queues
    entry, by = make_entry(smb), make_ops()
    move_waiting(smb, to=mql, by=by, at=NOW)
    told = Activity.objects.filter(lead=entry.lead).order_by("-pk").first()
    assert (told.kind, told.by, told.details["from"], told.details["queue"]) == ("queued", by, "SMB", "MQL")


def test_a_clock_that_ran_out_does_not_run_out_again(queues):
    smb, mql = queues
    entry = make_entry(smb, lead_type="hot_inbound")
    expire_waits(at=NOW)
    move_waiting(smb, to=mql, by=make_ops(), at=NOW)
    expire_waits(at=NOW + HOUR)
    assert Breach.objects.filter(lead=entry.lead, clock="wait").count() == 1


def test_an_open_escalation_goes_along(queues):
    smb, mql = queues
    entry = make_entry(smb)
    escalate(entry.lead, queue=smb, kind="wait", broke_at=MORNING, at=MORNING)
    move_waiting(smb, to=mql, by=make_ops(), at=NOW)
    assert (Escalation.objects.get().queue, Escalation.objects.get().closed_at) == (mql, None)


def test_a_front_place_is_kept(queues):
    smb, mql = queues
    first, fronted = make_entry(mql), make_entry(smb, since=MORNING + HOUR)
    Entry.objects.filter(pk=fronted.pk).update(is_front=True, key1=-1, key2=0, key3=0)
    move_waiting(smb, to=mql, by=make_ops(), at=MORNING + 2 * HOUR)
    line = list(Entry.objects.waiting().in_base_order().values_list("lead", flat=True))
    assert line == [fronted.lead_id, first.lead_id]


@pytest.mark.parametrize("is_alone", [True, False])
def test_who_gave_a_lead_back_is_asked_again_only_when_alone(queues, is_alone):
    smb, mql = queues
    make_entry(smb)
    rep, other = make_rep(), make_rep()
    return_lead(take_next(smb, by=rep, at=MORNING), reason="not_my_type", note="", by=rep, at=MORNING + HOUR)
    other.is_active = not is_alone
    other.save()
    move_waiting(smb, to=mql, by=make_ops(), at=NOW)
    assert Entry.objects.waiting().get().is_open_to_decliners is is_alone


def test_a_queue_that_pushes_hands_moved_leads_out(queues, django_capture_on_commit_callbacks):
    rep = make_rep()
    push = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    fill(queues[0], 3)
    with django_capture_on_commit_callbacks(execute=True):
        move_waiting(queues[0], to=push, by=make_ops(), at=NOW)
    assert (Assignment.objects.filter(holder=rep).count(), Lead.objects.filter(stage="held").count()) == (3, 3)


def test_a_long_queue_is_moved_in_chunks_and_new_leads_stay(queues, monkeypatch):
    smb, mql = queues
    monkeypatch.setattr("queues.actions.entries.moving.CHUNK_SIZE", 2)
    fill(smb, 5)
    last = Entry.objects.waiting().order_by("-pk").values_list("pk", flat=True)[0]
    make_entry(smb)
    arguments, after, chunks = {"queue": smb.pk, "to": mql.pk, "up_to": last}, 0, []
    for _chunk in range(3):
        chunks.append(move_chunk(arguments, after=after, by=None, at=NOW))
        after = chunks[-1].last
    assert [(chunk.done, chunk.is_last) for chunk in chunks] == [(2, False), (2, False), (1, True)]
    assert Entry.objects.waiting().filter(queue=smb).count() == 1


def test_leads_go_neither_into_a_closed_queue_nor_into_their_own(queues):
    smb, _mql = queues
    make_entry(smb)
    with pytest.raises(QueueIsOff):
        move_waiting(smb, to=QueueFactory(is_active=False), by=None, at=NOW)
    with pytest.raises(SameQueue):
        move_waiting(smb, to=smb, by=None, at=NOW)
    assert Entry.objects.waiting().get().queue == smb


def test_moving_asks_as_often_for_three_leads_as_for_one(queues):
    smb, mql = queues

    def asked(count: int) -> int:
        fill(smb, count)
        with CaptureQueriesContext(connection) as queries:
            move_waiting(smb, to=mql, by=None, at=NOW)
        return len(queries)

    asked(1)  # makes the slots of the tally
    assert asked(3) == asked(1)
