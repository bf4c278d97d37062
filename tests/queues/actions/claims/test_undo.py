"""Undo within five minutes: place, turn, ledger and clocks are as before (C4b)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leads.models import Activity, Lead
from queues.actions.claims.take import pick, take_batch, take_next
from queues.actions.claims.undo import QueueIsGone, undo_assignment, undo_batch
from queues.actions.clocks.escalations import escalate, reassign_escalated
from queues.actions.dispatch.serve import serve
from queues.models import Entry, Escalation, Queue
from queues.queries.counts import queue_counts
from queues.queries.waiting import first_positions
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.contact import log_contact
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo
from routing.models import Assignment, Notification, Rotation, Turn
from tests.effort import examples
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_manager, make_rep, make_rotation

SOON = MORNING + timedelta(minutes=1)
LAST = MORNING + timedelta(minutes=5)
HOUR = timedelta(hours=1)


def rows(queue: Queue) -> list[dict]:
    """Everything that is known of the stays and their leads."""
    entries = list(Entry.objects.filter(queue=queue).order_by("pk").values())
    leads = list(Lead.objects.filter(entries__queue=queue).order_by("pk").values("pk", "stage", "stage_at"))
    return [*entries, *leads]


def line(queue: Queue, *, at=SOON) -> list[int]:
    return [position.entry.id for position in first_positions(queue, at=at, limit=50)]


def rotation_rows(rotation: Rotation) -> tuple:
    rotation.refresh_from_db()
    members = rotation.members.order_by("pk").values_list("rep", "turns_given", "owed")
    return rotation.pointer, list(members)


@pytest.mark.django_db
@pytest.mark.parametrize("at", [SOON, LAST], ids=["soon", "exactly five minutes later"])
def test_an_undone_claim_leaves_the_queue_as_it_was(at):
    queue, rep = QueueFactory(), make_rep()
    fill(queue, 3)
    before, order, counts = rows(queue), line(queue), queue_counts(queue, at=MORNING)
    taken = take_next(queue, by=rep, at=MORNING)

    undo_assignment(taken, by=rep, at=at)

    assert (rows(queue), line(queue), queue_counts(queue, at=MORNING)) == (before, order, counts)
    kept = Assignment.objects.get()
    assert (kept.ended_how, kept.ended_at, kept.ended_by) == ("undone", at, rep)
    told = Activity.objects.filter(lead=taken.lead).order_by("-pk").first()
    assert (told.kind, told.by, told.details["holder"]) == ("undone", rep, rep.pk)


@pytest.mark.django_db
def test_one_lead_of_a_batch_goes_back_by_itself_and_a_pick_too():
    queue, rep = QueueFactory(picks_within=5), make_rep()
    entries = fill(queue, 3)
    first, second = take_batch(queue, count=2, by=rep, at=MORNING)
    undo_assignment(second, by=rep, at=SOON)
    assert line(queue) == [entries[1].pk, entries[2].pk]
    undo_assignment(pick(Entry.objects.select_related("queue").get(pk=entries[2].pk), by=rep, at=SOON), by=rep, at=SOON)
    assert line(queue) == [entries[1].pk, entries[2].pk]
    assert list(Assignment.objects.open()) == [first]


@pytest.mark.django_db
def test_a_batch_goes_back_in_one_act_but_for_what_was_worked_on():
    queue, rep = QueueFactory(batch_size=4), make_rep()
    fill(queue, 6)
    alone, other = take_next(queue, by=rep, at=MORNING), make_rep()
    batch = take_batch(queue, count=4, by=rep, at=MORNING)
    log_contact(batch[1], kind="call", outcome="reached", note="", by=rep, at=MORNING)
    return_lead(batch[2], reason="no_skill", note="", by=rep, at=MORNING)
    take_batch(queue, count=1, by=other, at=MORNING)

    found = undo_batch(batch[3], by=rep, at=SOON)

    assert (found.undone, found.stayed) == ([batch[0], batch[3]], [batch[1]])
    assert list(Assignment.objects.open().filter(holder=rep).order_by("pk")) == [alone, batch[1]]
    assert undo_batch(batch[3], by=rep, at=SOON).undone == []
    with pytest.raises(TooLateToUndo):
        undo_batch(batch[1], by=rep, at=LAST + timedelta(microseconds=1))


@pytest.mark.django_db
def test_a_lead_that_waited_past_a_band_is_counted_there_again():
    queue, rep = QueueFactory(), make_rep()
    make_entry(queue, since=MORNING - 30 * HOUR, at=MORNING - 30 * HOUR)
    make_entry(queue)
    before = queue_counts(queue, at=MORNING)
    undo_assignment(take_next(queue, by=rep, at=MORNING), by=rep, at=SOON)
    assert queue_counts(queue, at=MORNING) == before
    assert (before.waiting, before.aged_first) == (2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["late", "contacted", "returned", "switched off"])
def test_what_cannot_be_undone_is_refused_and_nothing_changes(case):
    queue, rep = QueueFactory(), make_rep()
    make_entry(queue)
    taken, at, error = take_next(queue, by=rep, at=MORNING), SOON, None
    if case == "late":
        at, error = LAST + timedelta(microseconds=1), TooLateToUndo
    elif case == "contacted":
        log_contact(taken, kind="call", outcome="reached", note="", by=rep, at=MORNING)
        error = AlreadyWorkedOn
    elif case == "returned":
        make_rep()
        return_lead(taken, reason="no_skill", note="", by=rep, at=MORNING)
        error = NotTheHolder
    else:
        Queue.objects.update(is_active=False)
        error = QueueIsGone
    before = (rows(queue), list(Assignment.objects.values()), Activity.objects.count())
    with pytest.raises(error):
        undo_assignment(taken, by=rep, at=at)
    assert (rows(queue), list(Assignment.objects.values()), Activity.objects.count()) == before


@pytest.mark.django_db
def test_what_the_claim_had_settled_is_open_again():
    queue, rep = QueueFactory(), make_rep()
    entry = make_entry(queue)
    escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING - HOUR, at=MORNING - HOUR)
    before = Escalation.objects.values().get()
    undo_assignment(take_next(queue, by=rep, at=MORNING), by=rep, at=SOON)
    assert Escalation.objects.values().get() == before


@pytest.mark.django_db
def test_a_managers_reassignment_is_undone_to_the_rep_who_had_it():
    queue, rep, other, manager = QueueFactory(), make_rep(), make_rep(), make_manager()
    make_entry(queue)
    taken = take_next(queue, by=rep, at=MORNING - HOUR)
    held = Assignment.objects.values().get()
    escalation = escalate(taken.lead, queue=queue, kind="contact", broke_at=MORNING, at=MORNING)
    opened = Escalation.objects.values().get()
    given = reassign_escalated(escalation, to=other.rep, by=manager, at=MORNING)

    undo_assignment(given, by=manager, at=SOON)

    assert Assignment.objects.values().get(pk=taken.pk) == held
    assert Assignment.objects.open().get().holder == rep
    assert Escalation.objects.values().get() == opened
    assert Lead.objects.get().stage == "held"


@pytest.mark.django_db
def test_who_loses_a_lead_again_after_an_undo_is_told_again():
    queue, rep, other, manager = QueueFactory(), make_rep(), make_rep(), make_manager()
    make_entry(queue)
    taken = take_next(queue, by=rep, at=MORNING - HOUR)
    for minute in (0, 1):
        at = MORNING + timedelta(minutes=minute)
        escalate(taken.lead, queue=queue, kind="contact", broke_at=at, at=at)
        given = reassign_escalated(Escalation.objects.get(closed_at=None), to=other.rep, by=manager, at=at)
        if minute == 0:
            undo_assignment(given, by=manager, at=at + timedelta(seconds=10))
    told = Notification.objects.filter(kind="taken_away").order_by("pk")
    assert list(told.values_list("user", "details__how", "at")) == [
        (rep.pk, "reassigned", MORNING),
        (other.pk, "undone", MORNING + timedelta(seconds=10)),
        (rep.pk, "reassigned", MORNING + timedelta(minutes=1)),
    ]


@pytest.mark.django_db
def test_the_newest_turn_is_taken_back_whole_and_the_same_rep_is_next():
    one, two = make_rep(), make_rep()
    rotation = make_rotation(one, two)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    fill(queue, 2)
    (first,) = serve(queue, at=MORNING, limit=1)
    before = rotation_rows(rotation)
    (second,) = serve(queue, at=MORNING, limit=1)

    undo_assignment(second, by=make_manager(), at=SOON)

    assert rotation_rows(rotation) == before
    turns = Turn.objects.order_by("number").values_list("number", "assignment__ended_how", "assignment__ended_at")
    assert list(turns) == [(1, "", None), (2, "undone", SOON)]
    (again,) = serve(queue, at=SOON)
    assert (first.holder, again.holder, again.turn.number) == (one, two, 3)


@pytest.mark.django_db
def test_an_older_turn_is_made_good_ahead_of_the_line():
    one, two, three = make_rep(), make_rep(), make_rep()
    rotation = make_rotation(one, two, three)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    fill(queue, 2)
    first, _second = serve(queue, at=MORNING)

    undo_assignment(first, by=make_manager(), at=SOON)

    assert rotation_rows(rotation)[1] == [(one.rep.pk, 0, 1), (two.rep.pk, 1, 0), (three.rep.pk, 0, 0)]
    (again,) = serve(queue, at=SOON)
    assert again.holder == one
    assert rotation_rows(rotation)[1] == [(one.rep.pk, 1, 0), (two.rep.pk, 1, 0), (three.rep.pk, 0, 0)]


@pytest.mark.django_db
def test_two_turns_that_are_undone_one_after_the_other_leave_the_rotation_as_it_was():
    rotation = make_rotation(make_rep(), make_rep(), make_rep())
    queue = QueueFactory(dispatch="push", rotation=rotation)
    fill(queue, 2)
    before = rotation_rows(rotation)
    first, second = serve(queue, at=MORNING)
    for turned in (second, first):
        undo_assignment(turned, by=make_manager(), at=SOON)
    assert rotation_rows(rotation) == before


@pytest.mark.django_db
def test_a_turn_that_made_one_good_is_owed_again():
    one, two = make_rep(), make_rep()
    rotation = make_rotation(one, two)
    rotation.members.filter(rep=two.rep).update(owed=1)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    fill(queue, 1)
    before = rotation_rows(rotation)
    (given,) = serve(queue, at=MORNING)
    assert (given.holder, given.receipt["because"]) == (two, "owed")
    undo_assignment(given, by=make_manager(), at=SOON)
    assert rotation_rows(rotation) == before


class TestAsIfNeverMade(TestCase):
    @given(st.lists(st.booleans(), max_size=12), st.sampled_from(["fifo", "priority", "hybrid"]))
    @settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_claims_that_are_undone_change_neither_order_nor_counts(self, undone, order):
        """Two queues with the same leads: from one the claims that stand are taken, from the other those and more."""
        rep = make_rep()
        one, other = QueueFactory(order=order), QueueFactory(order=order)
        for number in range(8):
            for queue in (one, other):
                make_entry(queue, since=MORNING - number * 9 * HOUR, score=number * 37 % 101)
        first = {queue.pk: Entry.objects.filter(queue=queue).order_by("pk").first().pk for queue in (one, other)}
        for is_undone in undone[:8]:
            taken = take_next(one, by=rep, at=MORNING)
            if is_undone:
                undo_assignment(taken, by=rep, at=SOON)
            else:
                take_next(other, by=rep, at=MORNING)
        here, there = ([pk - first[queue.pk] for pk in line(queue)] for queue in (one, other))
        # make_entry took turns with the queues, so ids of both grow by the same steps
        assert here == there
        assert queue_counts(one, at=MORNING) == queue_counts(other, at=MORNING)
