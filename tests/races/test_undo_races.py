"""An undo and whatever else happens to the lead at the same moment: one of them counts, and nothing is lost (C4b)."""

from collections import Counter

import pytest

from queues.actions.claims.take import QueueIsEmpty, take_batch, take_next
from queues.actions.claims.undo import undo_assignment, undo_batch
from queues.models import Entry
from queues.queries.counts import queue_counts
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.contact import log_contact
from routing.actions.undo import AlreadyWorkedOn
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, fill, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results if isinstance(result, Exception))


def test_an_undo_and_a_contact_at_once_leave_one_of_them():
    queue, rep = QueueFactory(), make_rep()
    fill(queue, ROUNDS)
    held = take_batch(queue, count=queue.batch_size, by=rep, at=MORNING)
    held += [take_next(queue, by=rep, at=MORNING) for _left in range(ROUNDS - len(held))]
    for each in held:
        results = all_at_once(
            [
                lambda each=each: undo_assignment(each, by=rep, at=MORNING),
                lambda each=each: log_contact(each, kind="call", outcome="reached", note="", by=rep, at=MORNING),
            ]
        )
        kept = Assignment.objects.get(pk=each.pk)
        is_undone = kept.ended_how == "undone"
        assert kinds(results) == {NotTheHolder if is_undone else AlreadyWorkedOn: 1}
        assert (kept.first_contact_at is None, kept.is_open) == (is_undone, not is_undone)
        assert Entry.objects.waiting().filter(lead=each.lead).count() == int(is_undone)
    assert queue_counts(queue, at=MORNING).waiting == Entry.objects.waiting().count()


def test_four_undos_at_once_undo_once():
    queue, rep = QueueFactory(), make_rep()
    (entry,) = fill(queue, 1)
    taken = take_next(queue, by=rep, at=MORNING)

    results = all_at_once([lambda: undo_assignment(taken, by=rep, at=MORNING)] * 4)

    assert kinds(results) == {NotTheHolder: 3}
    assert list(Entry.objects.waiting()) == [entry]
    assert queue_counts(queue, at=MORNING).waiting == 1


def test_an_undo_and_a_return_at_once_put_the_lead_back_once():
    queue, rep, colleague = QueueFactory(), make_rep(), make_rep()
    for _round in range(ROUNDS):
        fill(queue, 1)
        taken = take_next(queue, by=rep, at=MORNING)
        results = all_at_once(
            [
                lambda taken=taken: undo_assignment(taken, by=rep, at=MORNING),
                lambda taken=taken: return_lead(taken, reason="no_skill", note="", by=rep, at=MORNING),
            ]
        )
        assert kinds(results) == {NotTheHolder: 1}
        assert list(Entry.objects.waiting().values_list("lead", flat=True)) == [taken.lead_id]
        assert queue_counts(queue, at=MORNING).waiting == 1
        take_next(queue, by=colleague, at=MORNING)


def test_two_undos_of_a_batch_and_a_colleagues_claims_at_once_share_out_the_leads():
    queue, rep, colleague = QueueFactory(batch_size=5), make_rep(), make_rep()
    entries = fill(queue, 5)
    first, *_rest = take_batch(queue, count=5, by=rep, at=MORNING)

    acts = [lambda: undo_batch(first, by=rep, at=MORNING)] * 2
    results = all_at_once([*acts, *[lambda: take_next(queue, by=colleague, at=MORNING)] * 3])

    undone = [each for result in results[:2] for each in result.undone]
    assert sorted(each.lead_id for each in undone) == [entry.lead_id for entry in entries]
    assert kinds(results).keys() <= {QueueIsEmpty}
    waiting, held = Entry.objects.waiting().count(), Assignment.objects.open().filter(holder=colleague).count()
    assert (waiting + held, queue_counts(queue, at=MORNING).waiting) == (5, waiting)
