"""A contact or a close is taken back beside another act on the same lead: one of them counts, nothing is lost (M7)."""

from collections import Counter
from datetime import timedelta

import pytest

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.claims.undo_close import NotClosed, undo_close
from queues.actions.clocks.escalations import escalate, take_over
from routing.actions.act_undo import ActIsUndone, undo_act
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
ROUNDS = 5


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results if isinstance(result, Exception))


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rep(team):
    return make_rep(team)


@pytest.fixture
def take(team, rep):
    queue = QueueFactory(team=team)

    def take() -> Assignment:
        make_entry(queue)
        return take_next(queue, by=rep, at=MORNING)

    return take


def log(held: Assignment) -> Activity:
    return log_contact(held, kind="call", outcome="reached", note="", by=held.holder, at=MORNING + MINUTE)


def test_four_undos_of_a_contact_at_once_undo_once(take, rep):
    held = take()
    act = log(held)
    results = all_at_once([lambda: undo_act(act, by=rep, at=MORNING + MINUTE)] * 4)
    assert kinds(results) == {ActIsUndone: 3}
    kept = Assignment.objects.get(pk=held.pk)
    assert (kept.first_contact_at, kept.contact_due_at) == (None, held.contact_due_at)


def test_an_undo_and_the_next_contact_at_once_count_the_next(take, rep):
    for _round in range(ROUNDS):
        held = take()
        act = log(held)
        later = lambda held=held: log_contact(  # noqa: E731
            held, kind="email", outcome="reached", note="", by=rep, at=MORNING + 2 * MINUTE
        )
        results = all_at_once([lambda act=act: undo_act(act, by=rep, at=MORNING + 2 * MINUTE), later])
        assert kinds(results) == {}
        kept = Assignment.objects.get(pk=held.pk)
        assert (kept.first_contact_at, kept.contact_due_at) == (MORNING + 2 * MINUTE, None)


def test_an_undo_and_a_return_or_a_manager_at_once(take, rep, team):
    manager = make_manager(team)
    for number in range(ROUNDS):
        held = take()
        act = log(held)
        case = escalate(held.lead, queue=None, kind="nobody", broke_at=MORNING, at=MORNING)
        acts = [
            lambda held=held: return_lead(held, reason="no_capacity", note="", by=rep, at=MORNING + MINUTE),
            lambda case=case: take_over(case, by=manager, at=MORNING + MINUTE),
        ]
        results = all_at_once([lambda act=act: undo_act(act, by=rep, at=MORNING + MINUTE), acts[number % 2]])
        kept = Assignment.objects.get(pk=held.pk)
        assert not kept.is_open
        assert kinds(results) == ({NotTheHolder: 1} if kept.first_contact_at else {})


def test_four_undos_of_a_close_at_once_open_it_once(take, rep):
    held = take()
    close_held_lead(held, stage="won", by=rep, at=MORNING + MINUTE)
    results = all_at_once([lambda: undo_close(held, by=rep, at=MORNING + MINUTE)] * 4)
    assert kinds(results) == {NotClosed: 3}
    assert Assignment.objects.open().get().pk == held.pk
    assert Activity.objects.filter(kind="undone").count() == 1
