"""Merges at the same moment as other things: one wins, nobody's work is lost, the other reads who was first (A3)."""

from collections import Counter
from datetime import timedelta

import pytest

from leads.actions.intake.capture import capture_lead
from leads.actions.merging import MergeRefused, SplitRefused
from leads.models import Activity, Identity, Lead, Merge
from queues.actions.claims.take import AlreadyTaken, QueueIsEmpty, take_next
from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import AlreadyDecided, approve
from queues.actions.review.merging import merge_on_desk, undo_merge
from queues.models import Entry, Queue, ReviewItem
from queues.queries.counts import queue_counts
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_ops, make_rep
from tests.factories.pairs import pair_rules
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MORNING + timedelta(minutes=1)
ROUNDS = 4


@pytest.fixture
def queue() -> Queue:
    return pair_rules(QueueFactory())


def twin(known: Lead) -> ReviewItem:
    lead = make_lead(resembles=known, resembles_percent=92)
    place_leads([lead], at=MORNING)
    return ReviewItem.objects.get(lead=lead)


def merge(item: ReviewItem, other: Lead, *, keeps_other: bool, by=None) -> Merge:
    return merge_on_desk(item, other=other, keeps_other=keeps_other, picks={}, by=by, at=LATER)


def assert_whole(queue: Queue) -> None:
    """Whatever happened: a merged lead waits nowhere and is nobody's, every identity leads to a lead that lives."""
    gone = Lead.objects.filter(stage="merged")
    assert not Entry.objects.waiting().filter(lead__in=gone).exists()
    assert not Assignment.objects.open().filter(lead__in=gone).exists()
    assert not ReviewItem.objects.filter(lead__in=gone, closed_at=None).exists()
    assert not Identity.objects.filter(lead__in=gone).exists()
    assert queue_counts(queue, at=LATER).waiting == Entry.objects.waiting().filter(queue=queue).count()
    for lead in Lead.objects.exclude(stage="merged"):
        places = Entry.objects.waiting().filter(lead=lead).count()
        places += ReviewItem.objects.filter(lead=lead, closed_at=None).count()
        places += Assignment.objects.open().filter(lead=lead).count()
        assert places == 1, (lead.pk, lead.stage)


def test_two_who_merge_a_pair_in_both_directions_make_one_merge(queue):
    people = [make_ops(), make_ops()]
    for _round in range(ROUNDS):
        known = make_entry(queue).lead
        item = twin(known)
        acts = [
            lambda item=item, known=known: merge(item, known, keeps_other=True, by=people[0]),
            lambda item=item, known=known: merge(item, known, keeps_other=False, by=people[1]),
        ]
        results = all_at_once(acts)
        assert Counter(type(result) for result in results) == {Merge: 1, AlreadyDecided: 1}
        made, late = sorted(results, key=lambda result: isinstance(result, AlreadyDecided))
        assert late.item.closed_by == made.by
    assert Merge.objects.count() == ROUNDS
    assert_whole(queue)


def test_a_chain_that_is_merged_from_both_ends_is_one_lead_or_two_but_never_a_ring(queue):
    for _round in range(ROUNDS):
        last = make_entry(queue).lead
        middle = twin(last)
        first = twin(middle.lead)
        results = all_at_once(
            [
                lambda first=first, middle=middle: merge(first, middle.lead, keeps_other=True),
                lambda middle=middle, last=last: merge(middle, last, keeps_other=True),
            ]
        )
        assert {type(result) for result in results} <= {Merge, MergeRefused}
        into = {lead.pk: lead.merged_into_id for lead in Lead.objects.all()}
        assert into[middle.lead_id] == last.pk
        assert into[first.lead_id] in (last.pk, None)
    assert_whole(queue)


def test_a_lead_is_taken_or_absorbed_and_never_both(queue):
    rep = make_rep()
    for _round in range(ROUNDS):
        known = make_entry(queue, since=MORNING).lead
        item = twin(known)
        acts = [
            lambda: take_next(queue, by=rep, at=LATER),
            lambda item=item, known=known: merge(item, known, keeps_other=False),
        ]
        taken, merged = all_at_once(acts)
        assert isinstance(taken, Assignment | QueueIsEmpty | AlreadyTaken)
        assert isinstance(merged, Merge | MergeRefused)
        assert_whole(queue)
        for left in ReviewItem.objects.filter(closed_at=None):
            approve(left, queue=queue, by=rep, at=LATER)


def test_what_arrives_during_a_merge_reaches_the_lead_that_stays(queue):
    for number in range(ROUNDS):
        known = make_entry(queue).lead
        item = twin(known)
        mail = item.lead.email
        results = all_at_once(
            [
                lambda item=item, known=known: merge(item, known, keeps_other=True),
                *[lambda mail=mail: capture_lead({"email": mail}, channel="api", at=LATER) for _arrival in range(3)],
            ]
        )
        assert [type(result).__name__ for result in results] == ["Merge", "Capture", "Capture", "Capture"]
        family = [known.pk, item.lead_id]
        told = Activity.objects.filter(lead__in=family, kind="re_engaged").count()
        assert (told, Lead.objects.count()) == (4, 2 * (number + 1))
    assert_whole(queue)


def test_a_merge_is_taken_back_once(queue):
    known = make_entry(queue).lead
    made = merge(twin(known), known, keeps_other=True)
    results = all_at_once([lambda: undo_merge(made, by=None, at=LATER) for _click in range(4)])
    assert Counter(type(result).__name__ for result in results) == {"UndoneMerge": 1, "SplitRefused": 3}
    assert {result.code for result in results if isinstance(result, SplitRefused)} == {"undone"}
    assert_whole(queue)
