"""A return is undone while somebody takes the lead, or twice: one person holds it, and the counts stay right (M7)."""

from collections import Counter

import pytest

from queues.actions.claims.take import QueueIsEmpty, take_next
from queues.actions.claims.undo_return import NotReturned, ReturnStands, undo_return
from queues.models import Entry
from queues.queries.counts import queue_counts
from routing.actions.assignment import return_lead
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, make_entry, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


@pytest.fixture
def queue():
    return QueueFactory()


@pytest.fixture
def returned(queue):
    rep = make_rep()

    def make() -> Assignment:
        make_entry(queue)
        held = take_next(queue, by=rep, at=MORNING)
        return_lead(held, reason="no_capacity", note="", by=rep, at=MORNING)
        return held

    return make


def test_a_claim_and_the_undo_at_once_leave_one_holder(queue, returned):
    colleague = make_rep()
    for _round in range(ROUNDS):
        one = returned()
        results = all_at_once(
            [
                lambda one=one: undo_return(one, by=one.holder, at=MORNING),
                lambda: take_next(queue, by=colleague, at=MORNING),
            ]
        )
        assert Counter(type(result) for result in results) in (
            {Assignment: 1, ReturnStands: 1},
            {Assignment: 1, QueueIsEmpty: 1},
        )
        assert Assignment.objects.open().filter(lead=one.lead).count() == 1
        assert not Entry.objects.waiting().exists()
        assert queue_counts(queue, at=MORNING).waiting == 0


def test_four_undos_at_once_undo_once(queue, returned):
    one = returned()
    results = all_at_once([lambda: undo_return(one, by=one.holder, at=MORNING)] * 4)
    assert Counter(type(result) for result in results) == {Assignment: 1, NotReturned: 3}
    assert queue_counts(queue, at=MORNING).waiting == 0
