"""Guards hold when things happen at the same moment: looks, claims and limits (C4c)."""

from collections import Counter

import pytest

from queues.actions.claims.guards import LeadIsLocked, LeadIsReserved, TooManyUncontacted
from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import AlreadyTaken, QueueIsEmpty, pick, take_batch, take_next
from queues.actions.dispatch.assign_next import assign_next
from queues.models import Entry
from queues.queries.counts import queue_counts
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_manager, make_rep
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results)


def test_one_rep_pressing_everywhere_at_once_holds_no_more_uncontacted_leads_than_allowed():
    queue, rep = QueueFactory(uncontacted_limit=3, batch_size=2, picks_within=9), make_rep()
    entries = fill(queue, 9)
    acts = [lambda: take_next(queue, by=rep, at=MORNING)] * 4
    acts += [lambda: take_batch(queue, count=2, by=rep, at=MORNING), lambda: pick(entries[8], by=rep, at=MORNING)]

    results = all_at_once(acts)

    assert Assignment.objects.uncontacted().filter(holder=rep).count() == 3
    assert {type(each) for each in results if isinstance(each, Exception)} == {TooManyUncontacted}
    assert queue_counts(queue, at=MORNING).waiting == 6


def test_of_many_who_look_at_one_lead_one_keeps_it_and_nobody_takes_it():
    queue = QueueFactory(picks_within=3, is_reserving=True)
    first, second = fill(queue, 2)
    people = [make_rep() for _number in range(6)]

    results = all_at_once([lambda rep=rep: reserve(first, by=rep, at=MORNING) for rep in people])

    kept = Entry.objects.get(pk=first.pk)
    assert kinds(results)[Entry] == 1
    assert kinds(results).keys() <= {Entry, LeadIsReserved, LeadIsLocked}
    takers = [rep for rep in people if rep != kept.reserved_by]
    claims = all_at_once([lambda rep=rep: take_next(queue, by=rep, at=MORNING) for rep in takers])
    assert kinds(claims) == {Assignment: 1, QueueIsEmpty: len(takers) - 1}
    assert list(Entry.objects.waiting()) == [first]


def test_a_look_and_a_claim_at_once_leave_no_lead_that_is_both():
    queue = QueueFactory(picks_within=9, is_reserving=True)
    entries = fill(queue, 6)
    people = [make_rep() for _number in entries]

    acts = [lambda e=e, rep=rep: reserve(e, by=rep, at=MORNING) for e, rep in zip(entries, people, strict=True)]
    acts += [lambda rep=rep: take_next(queue, by=rep, at=MORNING) for rep in people]
    results = all_at_once(acts)

    assert kinds(results).keys() <= {Entry, Assignment, AlreadyTaken, LeadIsLocked, LeadIsReserved, QueueIsEmpty}
    taken = Entry.objects.filter(left_at__isnull=False)
    assert [entry.reserved_by for entry in taken if entry.reserved_by] == []
    assert taken.count() == kinds(results)[Assignment]


def test_managers_who_press_assign_next_at_once_give_to_each_rep_as_many():
    team = TeamFactory()
    queue, reps, managers = QueueFactory(team=team), [make_rep(team), make_rep(team)], [make_manager(team)] * 4
    fill(queue, 5)

    results = all_at_once([lambda by=by: assign_next(queue, by=by, at=MORNING) for by in managers])

    assert Counter(given.holder_id for given in results) == {rep.pk: 2 for rep in reps}
    assert queue_counts(queue, at=MORNING).waiting == 1


def test_two_who_change_places_never_wait_for_each_other():
    queue = QueueFactory(picks_within=3, is_reserving=True)
    left, right = fill(queue, 2)
    one, other = make_rep(), make_rep()
    for _round in range(8):
        Entry.objects.update(reserved_by=None, reserved_until=None)
        for entry, viewer in ((left, one), (right, other)):  # both have lapsed
            Entry.objects.filter(pk=entry.pk).update(reserved_by=viewer, reserved_until=MORNING)
        results = all_at_once(
            [
                lambda: reserve(right, by=one, at=MORNING),
                lambda: reserve(left, by=other, at=MORNING),
            ]
        )
        assert kinds(results).keys() <= {Entry, LeadIsLocked}


def test_one_rep_in_several_tabs_looks_at_one_lead():
    queue, rep = QueueFactory(picks_within=9, is_reserving=True), make_rep()
    entries = fill(queue, 4)

    results = all_at_once([lambda entry=entry: reserve(entry, by=rep, at=MORNING) for entry in entries])

    assert kinds(results) == {Entry: 4}
    assert Entry.objects.reserved(MORNING).count() == 1
