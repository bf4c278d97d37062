"""Queues that push first and open for pull later (B2, L1)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import QueueIsEmpty, take_batch, take_next
from queues.actions.dispatch.serve import serve
from queues.models import Entry
from queues.queries.counts import queue_counts
from queues.queries.waiting import first_positions
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import set_available
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, fill_line, make_entry, make_rep, make_rotation

pytestmark = pytest.mark.django_db

MINUTE, MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)


@pytest.fixture
def member():
    """The only member of the rotation is away."""
    member = make_rep()
    set_available(member.rep, is_available=False, by=member, at=MORNING)
    return member


@pytest.fixture
def queue(member):
    return QueueFactory(dispatch="hybrid", rotation=make_rotation(member), opens_after_minutes=10)


def test_a_hybrid_queue_opens_exactly_after_its_minutes(queue):
    entry = make_entry(queue)
    serve(queue, at=MORNING)
    with pytest.raises(QueueIsEmpty):
        take_next(queue, by=make_rep(), at=MORNING + 10 * MINUTE - MICROSECOND)
    taken = take_next(queue, by=make_rep(), at=MORNING + 10 * MINUTE)
    assert (taken.lead_id, taken.how, taken.entry.queue) == (entry.lead_id, "take_next", queue)


def test_its_rotation_still_gets_an_open_lead_when_somebody_becomes_available(queue, member):
    entry = make_entry(queue)
    set_available(member.rep, is_available=True, by=member, at=MORNING + 30 * MINUTE)
    held = Assignment.objects.get()
    assert (held.lead_id, held.holder, held.how) == (entry.lead_id, member, "rotation")


def test_the_open_ones_are_taken_past_those_that_the_rotation_still_has(queue):
    """The hot one came a minute ago and stands first; the place told is that of the whole line."""
    hot = make_entry(queue, score=95, since=MORNING + 14 * MINUTE)
    cool = make_entry(queue, score=40)
    taken = take_next(queue, by=make_rep(), at=MORNING + 15 * MINUTE)
    assert (taken.lead_id, taken.receipt["place"], taken.receipt["of"]) == (cool.lead_id, 2, 2)
    assert Entry.objects.waiting().get() == hot


def test_a_lead_that_came_back_is_the_rotations_again_and_keeps_its_age(queue):
    make_entry(queue)
    rep, other = make_rep(), make_rep()
    back = MORNING + 40 * MINUTE
    return_lead(take_next(queue, by=rep, at=MORNING + 20 * MINUTE), reason="no_skill", note="", by=rep, at=back)
    assert first_positions(queue, at=back, limit=1)[0].entry.since_at == MORNING
    with pytest.raises(QueueIsEmpty):
        take_next(queue, by=other, at=back + 10 * MINUTE - MICROSECOND)
    assert take_next(queue, by=other, at=back + 10 * MINUTE).holder == other


def test_a_batch_passes_over_what_is_not_open_yet(queue):
    line = fill_line(queue, [(MORNING + n * MICROSECOND, {}) for n in range(5)])
    came_back = [line[0].pk, line[2].pk, line[4].pk]
    Entry.objects.filter(pk__in=came_back).update(entered_at=MORNING + 9 * MINUTE)
    taken = take_batch(queue, count=5, by=make_rep(), at=MORNING + 12 * MINUTE)
    assert [each.receipt["place"] for each in taken] == [2, 4]
    assert queue_counts(queue, at=MORNING).waiting == 3


@pytest.mark.parametrize("others", [3, 60])
def test_what_is_not_open_costs_no_queries_more_however_deep_the_line(queue, others):
    fill_line(queue, [(MORNING + n * MICROSECOND, {}) for n in range(others)])
    rep = make_rep()
    with CaptureQueriesContext(connection) as asked:
        assert first_positions(queue, at=MORNING + 5 * MINUTE, limit=2, for_rep=rep) == []
    assert len(asked) == 3  # the counts with what crossed an age, the head, and that nothing is open
