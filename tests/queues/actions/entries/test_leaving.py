"""Returning leads, and what ends a stay (C4, L9)."""

from datetime import timedelta

import pytest

from leads.actions.stages import close_lead
from queues.actions.claims.take import QueueIsEmpty, take_next
from queues.actions.dispatch.serve import serve
from queues.models import Decline, Entry, Escalation
from queues.queries.counts import queue_counts
from queues.queries.waiting import first_positions
from routing.actions.assignment import NotTheHolder, ReasonMissing, return_lead
from routing.models import RotationMember
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep, make_rotation

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(hours=3)


def taken_and_returned(queue, rep, reason="not_my_type"):
    taken = take_next(queue, by=rep, at=MORNING + timedelta(hours=1))
    return return_lead(taken, reason=reason, note="", by=rep, at=LATER)


def test_a_returned_lead_keeps_its_time_of_entry():
    queue = QueueFactory()
    entry = make_entry(queue)
    rep = make_rep()
    make_rep()

    taken_and_returned(queue, rep)

    again = Entry.objects.waiting().get()
    assert (again.lead, again.since_at, again.entered_at) == (entry.lead, MORNING, LATER)
    assert again.pk != entry.pk
    assert queue_counts(queue, at=LATER).waiting == 1
    assert Decline.objects.get().user == rep


def test_a_returned_lead_is_not_offered_to_the_same_rep_again():
    queue = QueueFactory()
    make_entry(queue)
    rep, other = make_rep(), make_rep()
    taken_and_returned(queue, rep)
    with pytest.raises(QueueIsEmpty):
        take_next(queue, by=rep, at=LATER)
    assert take_next(queue, by=other, at=LATER).holder == other


def test_when_nobody_else_is_left_it_is_offered_again():
    team = TeamFactory()
    queue = QueueFactory(team=team)
    make_entry(queue)
    rep = make_rep(team)
    taken_and_returned(queue, rep)
    assert take_next(queue, by=rep, at=LATER).holder == rep


def test_when_everybody_available_declined_it_goes_to_the_manager():
    team = TeamFactory()
    queue = QueueFactory(team=team)
    make_entry(queue)
    first, second = make_rep(team), make_rep(team)
    taken_and_returned(queue, first)
    assert Escalation.objects.count() == 0
    taken = take_next(queue, by=second, at=LATER)
    return_lead(taken, reason="no_skill", note="", by=second, at=LATER)
    assert Escalation.objects.get().kind == "declined"


def test_a_return_needs_one_of_the_reasons_and_changes_nothing_without():
    queue = QueueFactory()
    make_entry(queue)
    rep = make_rep()
    taken = take_next(queue, by=rep, at=MORNING)
    with pytest.raises(ReasonMissing):
        return_lead(taken, reason="because", note="", by=rep, at=LATER)
    taken.refresh_from_db()
    assert taken.is_open


def test_a_lead_goes_back_once():
    queue = QueueFactory()
    make_entry(queue)
    rep = make_rep()
    make_rep()
    taken = take_next(queue, by=rep, at=MORNING)
    return_lead(taken, reason="no_skill", note="", by=rep, at=LATER)
    with pytest.raises(NotTheHolder):
        return_lead(taken, reason="no_skill", note="", by=rep, at=LATER)
    assert Entry.objects.waiting().count() == 1


@pytest.mark.parametrize(("reason", "owed"), [("duplicate", 1), ("competitor", 1), ("student", 1), ("not_my_type", 0)])
def test_only_leads_that_were_none_give_the_turn_back(reason, owed):
    first, second = make_rep(), make_rep()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(first, second))
    make_entry(queue)
    (given,) = serve(queue, at=MORNING)
    return_lead(given, reason=reason, note="", by=first, at=LATER)
    assert RotationMember.objects.get(rep=first.rep).owed == owed


def test_a_lead_that_closes_leaves_its_queue():
    queue = QueueFactory()
    entry = make_entry(queue)
    close_lead(entry.lead, stage="nurture", by=None, at=LATER)
    entry.refresh_from_db()
    assert (entry.left_how, entry.left_at) == ("nurtured", LATER)
    assert queue_counts(queue, at=LATER).waiting == 0
    assert first_positions(queue, at=LATER, limit=5) == []
