"""Two reps never get the same lead, whatever happens at once (C2, F2)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from leads.actions.intake.capture import capture_lead
from queues.actions.claims.take import AlreadyTaken, QueueIsEmpty, pick, take_batch, take_next
from queues.actions.clocks.escalations import EscalationIsClosed, escalate, take_over
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Entry, EntryRule, Queue
from queues.queries.counts import queue_counts
from routing.actions.assignment import LeadHasHolder, return_lead
from routing.actions.availability.time_off import set_available
from routing.models import Assignment, RotationMember, Turn
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_manager, make_rep, make_rotation
from tests.races.crowd import all_at_once, processes

pytestmark = pytest.mark.django_db(transaction=True)


def reps(count: int) -> list[User]:
    return [make_rep() for _number in range(count)]


def test_fifty_threads_on_thirty_leads_take_each_once_and_twenty_hear_that_the_queue_is_empty():
    queue = QueueFactory()
    entries = fill(queue, 30)
    people = reps(50)

    results = all_at_once([lambda rep=rep: take_next(queue, by=rep, at=MORNING) for rep in people])

    taken = [result.lead_id for result in results if isinstance(result, Assignment)]
    assert sorted(taken) == sorted(entry.lead_id for entry in entries)
    assert Counter(type(result) for result in results) == {Assignment: 30, QueueIsEmpty: 20}
    assert Assignment.objects.open().count() == 30
    assert Entry.objects.waiting().count() == 0
    assert queue_counts(queue, at=MORNING).waiting == 0


def test_five_processes_take_each_lead_once(process_env):
    queue = QueueFactory()
    entries = fill(queue, 30)

    printed = processes("take_many.py", [(queue.pk, rep.pk, 10) for rep in reps(5)], process_env)

    lines = "".join(printed).split()
    assert sorted(int(line) for line in lines if line != "empty") == sorted(entry.lead_id for entry in entries)
    assert lines.count("empty") == 20
    assert queue_counts(queue, at=MORNING).waiting == 0


def test_batches_at_the_same_moment_share_out_the_queue():
    queue = QueueFactory(batch_size=5)
    entries = fill(queue, 18)

    results = all_at_once([lambda rep=rep: take_batch(queue, count=5, by=rep, at=MORNING) for rep in reps(4)])

    taken = [each.lead_id for batch in results for each in batch]
    assert sorted(taken) == sorted(entry.lead_id for entry in entries)
    assert max(len(batch) for batch in results) == 5


def test_one_lead_picked_by_two_goes_to_one_and_the_other_reads_who_took_it():
    queue = QueueFactory(picks_within=5)
    entry = make_entry(queue)
    people = reps(2)

    results = all_at_once([lambda rep=rep: pick(entry, by=rep, at=MORNING) for rep in people])

    (won,) = [result for result in results if isinstance(result, Assignment)]
    (lost,) = [result for result in results if isinstance(result, AlreadyTaken)]
    assert (lost.assignment, lost.assignment.holder_id) == (won, won.holder_id)


def test_a_claim_and_a_managers_take_over_at_once_leave_one_holder():
    queue = QueueFactory()
    entry = make_entry(queue)
    rep, manager = make_rep(), make_manager()
    escalation = escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING, at=MORNING)

    results = all_at_once(
        [
            lambda: take_next(queue, by=rep, at=MORNING),
            lambda: take_over(escalation, by=manager, at=MORNING),
        ]
    )

    assert Assignment.objects.open().filter(lead=entry.lead).count() == 1
    unexpected = [
        result
        for result in results
        if isinstance(result, Exception) and not isinstance(result, QueueIsEmpty | LeadHasHolder | EscalationIsClosed)
    ]
    assert unexpected == []
    assert queue_counts(queue, at=MORNING).waiting == 0


def push_queue(people: list[User]) -> Queue:
    queue = QueueFactory(dispatch="push", rotation=make_rotation(*people))
    EntryRule.objects.create(name="everything", outcome="queue", queue=queue)
    return queue


def test_two_hundred_intakes_in_threads_give_five_reps_forty_each():
    people = reps(5)
    push_queue(people)

    def bring(number: int) -> None:
        for step in range(10):
            capture_lead(
                {"email": f"t{number}-{step}@race.example.com"}, channel="api", at=MORNING + timedelta(seconds=step)
            )

    results = all_at_once([lambda number=number: bring(number) for number in range(20)])

    assert results == [None] * 20
    assert Counter(Assignment.objects.values_list("holder", flat=True)) == {rep.pk: 40 for rep in people}
    assert sorted(Turn.objects.values_list("number", flat=True)) == list(range(1, 201))
    assert set(RotationMember.objects.values_list("turns_given", flat=True)) == {40}


def test_two_hundred_intakes_in_processes_give_five_reps_forty_each(process_env):
    people = reps(5)
    push_queue(people)

    processes("capture_many.py", [(f"p{number}", 50) for number in range(4)], process_env)

    assert Counter(Assignment.objects.values_list("holder", flat=True)) == {rep.pk: 40 for rep in people}
    assert Entry.objects.waiting().count() == 0


def test_two_servers_hand_out_held_leads_once_when_people_come_back():
    people = reps(3)
    for rep in people:
        set_available(rep.rep, is_available=False, by=rep, at=MORNING)
    push_queue(people)
    for number in range(12):
        capture_lead({"email": f"held{number}@race.example.com"}, channel="api", at=MORNING)
    assert Entry.objects.waiting().count() == 12
    for rep in people:
        type(rep.rep).objects.filter(pk=rep.rep.pk).update(is_available=True)

    all_at_once([lambda: serve_waiting(at=MORNING)] * 4)

    assert Counter(Assignment.objects.values_list("holder", flat=True)) == {rep.pk: 4 for rep in people}


def test_one_mail_address_arriving_many_times_at_once_makes_one_lead():
    queue = QueueFactory()
    EntryRule.objects.create(name="everything", outcome="queue", queue=queue)

    results = all_at_once(
        [lambda: capture_lead({"email": "same@race.example.com"}, channel="api", at=MORNING) for _number in range(8)]
    )

    assert len({result.lead_id for result in results}) == 1
    assert Counter(result.state for result in results) == {"made": 1, "merged": 7}
    assert Entry.objects.waiting().count() == 1


def test_returns_that_give_owed_and_servers_never_wait_for_each_other():
    people = reps(3)
    queue = push_queue(people)
    for number in range(12):
        capture_lead({"email": f"back{number}@race.example.com"}, channel="api", at=MORNING)
    given = list(Assignment.objects.open().order_by("pk")[:8])

    acts = [
        lambda held=held: return_lead(held, reason="duplicate", note="", by=held.holder, at=MORNING) for held in given
    ]
    acts += [lambda: serve_waiting(at=MORNING)] * 4
    problems = [result for result in all_at_once(acts) if isinstance(result, Exception)]

    assert problems == []
    assert Assignment.objects.filter(ended_how="returned").count() == 8
    assert queue_counts(queue, at=MORNING).waiting == Entry.objects.waiting().count()
