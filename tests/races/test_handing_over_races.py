"""A lead is handed over twice at once, or while its holder returns it: one person holds it, or it waits (M7)."""

from collections import Counter

import pytest

from queues.actions.claims.handing_over import hand_over
from queues.actions.claims.take import take_next
from queues.models import Entry
from routing.actions.assignment import NotTheHolder, return_lead
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def test_one_of_two_acts_counts():
    team = TeamFactory(reps_hand_over=True)
    queue, rep, others = QueueFactory(team=team), make_rep(team), [make_rep(team), make_rep(team)]
    for number in range(ROUNDS):
        make_entry(queue)
        held = take_next(queue, by=rep, at=MORNING)

        def give(to, held=held):
            return hand_over(held, to=to.rep, reason="no_capacity", note="", anyway=True, by=rep, at=MORNING)

        def give_back(held=held):
            return return_lead(held, reason="no_capacity", note="", by=rep, at=MORNING)

        second = give_back if number % 2 else lambda give=give: give(others[1])
        results = all_at_once([lambda give=give: give(others[0]), second])
        assert Counter(type(result) for result in results) == {Assignment: 1, NotTheHolder: 1}
        open_ones = Assignment.objects.open().filter(lead=held.lead).count()
        waiting = Entry.objects.waiting().filter(lead=held.lead).count()
        assert open_ones + waiting == 1
        Entry.objects.waiting().update(left_at=MORNING, left_how="closed")
