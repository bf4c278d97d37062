"""Assign next: the first lead in order goes to an available rep, with its receipt (C3, C6, B8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import QueueIsEmpty, take_batch, take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.dispatch.assign_next import NobodyToAssign, assign_next
from queues.models import Entry, Queue
from queues.queries.counts import queue_counts
from queues.queries.waiting import first_positions
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import set_available
from routing.models import Assignment, Rep, Turn
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_rep, make_rotation

pytestmark = pytest.mark.django_db
SOON = MORNING + timedelta(minutes=1)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def manager(team):
    return make_manager(team, first_name="Ayu", last_name="Kusuma")


def test_the_first_in_order_goes_to_whom_has_the_fewest_open_leads(team, manager):
    queue = QueueFactory(name="MQL", team=team)
    busy, free = make_rep(team), make_rep(team)
    make_entry(queue)
    take_next(queue, by=busy, at=MORNING)
    make_entry(queue, score=60)
    hot = make_entry(queue, score=95, since=SOON)

    given = assign_next(queue, by=manager, at=SOON)

    assert (given.lead_id, given.holder, given.how, given.assigned_by) == (hot.lead_id, free, "assign_next", manager)
    hot.refresh_from_db()
    assert (hot.left_how, hot.assignment, hot.lead.stage) == ("assigned", given, "held")
    assert queue_counts(queue, at=SOON).waiting == 1
    told = given.receipt
    assert (told["kind"], told["queue"], told["place"], told["of"], told["reason"], told["by"]) == (
        "assign_next", "MQL", 1, 2, "hot", "Ayu Kusuma",
    )  # fmt: skip
    assert [(each["rep"], each["outcome"], each["open"]) for each in told["candidates"]] == [
        (free.rep.pk, "chosen", 0),
        (busy.rep.pk, "behind", 1),
    ]


def test_a_receipt_says_of_everybody_why_not(team, manager):
    queue = QueueFactory(team=team, uncontacted_limit=1)
    away, full, silent, free, turned_down = people = [make_rep(team) for _number in range(5)]
    make_rep(TeamFactory())
    for minutes in (3, 2, 1):
        make_entry(queue, since=MORNING - timedelta(minutes=minutes))
    take_next(queue, by=silent, at=MORNING)
    return_lead(take_next(queue, by=turned_down, at=MORNING), reason="no_skill", note="", by=turned_down, at=MORNING)
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    Rep.objects.filter(user=full).update(capacity=0)
    assert Entry.objects.waiting().count() == 2

    given = assign_next(queue, by=manager, at=SOON)

    assert given.holder == free
    told = {each["rep"]: (each["outcome"], each["reason"]) for each in given.receipt["candidates"]}
    assert told == {
        free.rep.pk: ("chosen", ""),
        away.rep.pk: ("skipped", "switched_off"),
        full.rep.pk: ("skipped", "at_capacity"),
        silent.rep.pk: ("skipped", "contact_first"),
        turned_down.rep.pk: ("skipped", "declined"),
    }
    assert given.receipt["of_candidates"] == len(people)


def test_leads_go_round_among_those_who_are_equally_loaded(team, manager):
    queue, people = QueueFactory(team=team), [make_rep(team) for _number in range(3)]
    fill(queue, 6)
    holders = [assign_next(queue, by=manager, at=MORNING + timedelta(minutes=n)).holder for n in range(6)]
    assert holders == [*people, *people]


@pytest.mark.parametrize("order", ["fifo", "priority", "hybrid"])
def test_it_follows_the_one_order(team, manager, order):
    queue = QueueFactory(team=team, order=order)
    make_rep(team)
    for number in range(6):
        make_entry(queue, since=MORNING - timedelta(hours=number * 13), score=number * 37 % 101)
    for _time in range(6):
        (first,) = first_positions(queue, at=MORNING, limit=1)
        given = assign_next(queue, by=manager, at=MORNING)
        assert (given.entry.pk, given.receipt["reason"]) == (first.entry.id, first.reason)


@pytest.mark.parametrize("dispatch", ["push", "hybrid"])
def test_a_queue_that_pushes_gives_by_its_rotation(team, manager, dispatch):
    one, two = make_rep(team), make_rep(team)
    queue = QueueFactory(team=team, dispatch=dispatch, rotation=make_rotation(one, two))
    fill(queue, 3)
    given = [assign_next(queue, by=manager, at=MORNING) for _time in range(3)]
    assert [each.holder for each in given] == [one, two, one]
    assert [(each.how, each.turn.number, each.assigned_by) for each in given][1] == ("assign_next", 2, manager)
    undo_assignment(given[2], by=manager, at=SOON)
    assert assign_next(queue, by=manager, at=SOON).holder == one


def test_what_somebody_looks_at_is_passed_over(team, manager):
    queue, rep = QueueFactory(team=team, picks_within=3, is_reserving=True), make_rep(team)
    first, second = fill(queue, 2)
    reserve(first, by=rep, at=MORNING)
    given = assign_next(queue, by=manager, at=MORNING)
    assert (given.lead_id, given.receipt["place"]) == (second.lead_id, 2)
    with pytest.raises(QueueIsEmpty):
        assign_next(queue, by=manager, at=MORNING)


@pytest.mark.parametrize("dispatch", ["pull", "push"])
def test_a_lead_that_everybody_gave_back_does_not_hold_up_the_next(team, manager, dispatch):
    rep, away = make_rep(team), make_rep(team)
    fields = {"dispatch": dispatch, "rotation": make_rotation(rep, away)} if dispatch == "push" else {}
    queue = QueueFactory(team=team, **fields)
    first, second = fill(queue, 2)
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    return_lead(assign_next(queue, by=manager, at=MORNING), reason="no_skill", note="", by=rep, at=MORNING)
    waiting = Entry.objects.waiting().filter(lead=second.lead).exists()
    assert waiting is (dispatch == "pull")  # a rotation was served again by the return itself
    if dispatch == "pull":
        assert assign_next(queue, by=manager, at=SOON).lead_id == second.lead_id
    with pytest.raises(NobodyToAssign) as nobody:
        assign_next(queue, by=manager, at=SOON)
    assert dict(nobody.value.skipped) == {str(rep.rep): "declined", str(away.rep): "switched_off"}
    assert Entry.objects.waiting().get().lead == first.lead


def test_nobody_and_nothing_are_told_apart(team, manager):
    queue = QueueFactory(team=team)
    with pytest.raises(QueueIsEmpty):
        assign_next(queue, by=manager, at=MORNING)
    fill(queue, 1)
    with pytest.raises(NobodyToAssign) as nobody:
        assign_next(queue, by=manager, at=MORNING)
    assert nobody.value.skipped == ()
    push = QueueFactory(dispatch="push", rotation=make_rotation(make_rep(), is_active=False))
    fill(push, 1)
    with pytest.raises(NobodyToAssign):
        assign_next(push, by=manager, at=MORNING)
    assert (Assignment.objects.count(), Turn.objects.count()) == (0, 0)


def test_an_assigned_lead_counts_for_the_guard_and_no_skip(team, manager):
    queue, rep = QueueFactory(team=team, uncontacted_limit=1, is_blind=True), make_rep(team)
    fill(queue, 2)
    given = assign_next(queue, by=manager, at=MORNING)
    assert (given.holder, given.is_skippable) == (rep, False)
    with pytest.raises(NobodyToAssign) as nobody:
        assign_next(queue, by=manager, at=MORNING)
    assert nobody.value.skipped == ((str(rep.rep), "contact_first"),)


def test_it_asks_as_much_for_many_people_as_for_one(team, manager):
    queue, counts = QueueFactory(team=team, batch_size=9), []
    for more in (1, 4):
        people = [make_rep(team) for _number in range(more)]
        fill(queue, 4)
        take_batch(queue, count=2, by=people[0], at=MORNING)
        with CaptureQueriesContext(connection) as asked:
            assign_next(Queue.objects.get(pk=queue.pk), by=manager, at=SOON)
        counts.append(len(asked))
    assert counts[0] == counts[1]
