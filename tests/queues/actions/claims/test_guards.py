"""Guards of a queue: leads not yet contacted, and blind queues with counted skips (C4c)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leads.models import Activity
from queues.actions.claims.guards import TakeNextOnly, TooManyUncontacted
from queues.actions.claims.take import QueueIsEmpty, pick, take_batch, take_next, take_next_of
from queues.actions.claims.undo import SkipInstead, undo_assignment
from queues.models import Entry, Queue
from queues.queries.guards import skips
from routing.actions.assignment import return_lead
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
SOON = MORNING + timedelta(minutes=1)


def contact(held: Assignment, outcome: str = "reached") -> None:
    log_contact(held, kind="call", outcome=outcome, note="", by=held.holder, at=SOON)


def test_a_rep_with_as_many_uncontacted_leads_as_allowed_gets_no_further_one():
    queue, rep = QueueFactory(uncontacted_limit=2, picks_within=9), make_rep()
    entries = fill(queue, 5)
    held = [take_next(queue, by=rep, at=MORNING), pick(entries[2], by=rep, at=SOON)]
    for claim in (
        lambda: take_next(queue, by=rep, at=SOON),
        lambda: take_batch(queue, count=2, by=rep, at=SOON),
        lambda: pick(entries[3], by=rep, at=SOON),
    ):
        with pytest.raises(TooManyUncontacted) as full:
            claim()
        assert (full.value.held, full.value.more) == (tuple(held), 1)
    assert Entry.objects.waiting().count() == 3
    assert take_next(queue, by=make_rep(), at=SOON).lead_id == entries[1].lead_id


@pytest.mark.parametrize(("outcome", "gets"), [("no_answer", True), ("wrong_number", False)])
def test_a_first_contact_opens_the_queue_again(outcome, gets):
    queue, rep = QueueFactory(uncontacted_limit=1), make_rep()
    fill(queue, 2)
    contact(take_next(queue, by=rep, at=MORNING), outcome)
    if gets:
        assert take_next(queue, by=rep, at=SOON).holder == rep
    else:
        with pytest.raises(TooManyUncontacted):
            take_next(queue, by=rep, at=SOON)


def test_a_batch_gives_as_many_as_the_limit_leaves():
    queue, rep = QueueFactory(uncontacted_limit=3, batch_size=5), make_rep()
    fill(queue, 6)
    take_next(queue, by=rep, at=MORNING)
    assert len(take_batch(queue, count=5, by=rep, at=SOON)) == 2
    assert Assignment.objects.uncontacted().filter(holder=rep).count() == 3


def test_only_own_claims_of_this_queue_count():
    rep = make_rep()
    queue, other = QueueFactory(uncontacted_limit=1), QueueFactory()
    fill(other, 1), fill(queue, 2)
    take_next(queue, by=rep, at=MORNING)
    Assignment.objects.update(how=Assignment.How.BY_HAND)  # as if somebody had decided to give it
    take_next(other, by=rep, at=MORNING)
    assert take_next(queue, by=rep, at=MORNING).holder == rep


def test_a_lowered_limit_asks_for_more_than_one_contact():
    queue, rep = QueueFactory(), make_rep()
    fill(queue, 5)
    take_batch(queue, count=4, by=rep, at=MORNING)
    Queue.objects.update(uncontacted_limit=2)
    queue.refresh_from_db()
    with pytest.raises(TooManyUncontacted) as full:
        take_next(queue, by=rep, at=SOON)
    assert (full.value.more, len(full.value.held)) == (3, 4)


def test_take_next_of_all_queues_passes_over_one_that_wants_contacts_first():
    urgent, other = QueueFactory(wait_minutes=60, uncontacted_limit=1), QueueFactory(wait_minutes=600)
    fill(urgent, 2), fill(other, 1)
    rep = make_rep()
    assert take_next_of([urgent, other], by=rep, at=MORNING).entry.queue == urgent
    assert take_next_of([urgent, other], by=rep, at=SOON).entry.queue == other
    with pytest.raises(TooManyUncontacted):
        take_next_of([urgent, other], by=rep, at=SOON)
    Entry.objects.waiting().delete()
    with pytest.raises(QueueIsEmpty):
        take_next_of([other], by=rep, at=SOON)


def test_a_blind_queue_gives_by_take_next_alone():
    queue, rep = QueueFactory(is_blind=True), make_rep()
    fill(queue, 3)
    with pytest.raises(TakeNextOnly):
        take_batch(queue, count=2, by=rep, at=MORNING)
    taken = take_next(queue, by=rep, at=MORNING)
    assert (taken.receipt["blind"], taken.is_skippable) == (True, True)


@pytest.mark.parametrize("fields", [{"is_blind": True, "picks_within": 3}, {"is_reserving": True}])
def test_guards_that_contradict_the_picking_cannot_be_stored(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueFactory(**fields)


def test_a_skipped_lead_keeps_its_place_and_goes_to_others_first():
    team = TeamFactory()
    queue, rep, colleague = QueueFactory(is_blind=True, team=team), make_rep(team), make_rep(team)
    first = make_entry(queue, since=MORNING - timedelta(hours=30))
    second = make_entry(queue)
    skipped = return_lead(take_next(queue, by=rep, at=MORNING), reason="not_my_type", note="", by=rep, at=SOON)
    told = Activity.objects.get(lead=first.lead, kind="returned")
    assert (told.details["skipped"], told.details["reason"]) == (True, "not_my_type")
    assert Entry.objects.waiting().get(lead=first.lead).since_at == first.since_at
    assert take_next(queue, by=rep, at=SOON).lead_id == second.lead_id
    again = take_next(queue, by=colleague, at=SOON)
    assert again.lead_id == skipped.lead_id
    return_lead(again, reason="no_skill", note="", by=colleague, at=SOON)
    assert take_next(queue, by=rep, at=SOON).lead_id == skipped.lead_id  # nobody else is left


def test_who_took_it_unseen_skips_instead_of_undoing_and_a_manager_undoes():
    team = TeamFactory()
    queue, rep = QueueFactory(is_blind=True, team=team), make_rep(team)
    fill(queue, 1)
    taken = take_next(queue, by=rep, at=MORNING)
    with pytest.raises(SkipInstead):
        undo_assignment(taken, by=rep, at=SOON)
    undo_assignment(taken, by=make_manager(team), at=SOON)
    assert Assignment.objects.get().ended_how == "undone"


def test_skips_are_counted_for_each_rep_and_queue_with_their_reasons(django_assert_num_queries):
    blind, other, seen = QueueFactory(is_blind=True), QueueFactory(is_blind=True), QueueFactory()
    rep, colleague = make_rep(), make_rep()
    fill(blind, 5), fill(other, 1), fill(seen, 1)

    def give_back(queue: Queue, by, reason: str, at=MORNING) -> None:
        return_lead(take_next(queue, by=by, at=at), reason=reason, note="", by=by, at=at)

    for reason in ("no_skill", "not_my_type", "not_my_type"):
        give_back(blind, rep, reason)
    give_back(blind, colleague, "no_skill", at=MORNING - timedelta(days=31))
    give_back(other, colleague, "no_capacity")
    give_back(seen, rep, "no_skill")
    contacted = take_next(blind, by=rep, at=MORNING)
    contact(contacted)
    return_lead(contacted, reason="no_skill", note="", by=rep, at=SOON)

    with django_assert_num_queries(1):
        found = skips([rep.pk, colleague.pk], since=MORNING - timedelta(days=29))

    assert [(each.user_id, each.queue, each.count, each.reasons) for each in found] == [
        (rep.pk, blind.name, 3, (("not_my_type", 2), ("no_skill", 1))),
        (colleague.pk, other.name, 1, (("no_capacity", 1),)),
    ]
    assert skips([rep.pk, colleague.pk], since=MORNING - timedelta(days=29), queue=other) == found[1:]
