"""Push queues and rotations (B2, F1, F6)."""

from datetime import timedelta

import pytest

from queues.actions.dispatch.serve import serve, serve_waiting
from queues.models import Entry
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import plan_time_off, set_available
from routing.models import Assignment, Rotation, Turn
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_rep, make_rotation

pytestmark = pytest.mark.django_db


def holders() -> list[int]:
    return list(Assignment.objects.order_by("pk").values_list("holder", flat=True))


def test_turns_go_round_and_the_pointer_is_stored():
    people = [make_rep() for _number in range(3)]
    queue = QueueFactory(dispatch="push", rotation=make_rotation(*people))
    fill(queue, 4)
    serve(queue, at=MORNING)
    fill(queue, 3)
    serve(queue, at=MORNING)
    assert holders() == [person.pk for person in [*people, *people, people[0]]]
    rotation = Rotation.objects.get()
    assert (rotation.pointer, rotation.turns_taken) == (0, 7)


def test_people_on_leave_are_passed_over_and_the_receipt_says_why():
    away, here = make_rep(first_name="Carlos", last_name="Diaz"), make_rep()
    plan_time_off(
        away.rep,
        kind="leave",
        starts_at=MORNING - timedelta(hours=1),
        ends_at=MORNING + timedelta(days=1),
        note="private",
        by=away,
        at=MORNING - timedelta(days=1),
    )
    queue = QueueFactory(dispatch="push", rotation=make_rotation(away, here))
    make_entry(queue)
    (given,) = serve(queue, at=MORNING)
    assert given.holder == here
    assert [(look["name"], look["reason"]) for look in given.receipt["skipped"]] == [("Carlos Diaz", "on_leave")]
    assert (given.turn.position, given.receipt["version"]) == (1, 1)


def test_a_deactivated_user_never_gets_a_lead():
    gone, here = make_rep(is_active=False), make_rep()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(gone, here, when_nobody="anyway"))
    fill(queue, 2)
    serve(queue, at=MORNING)
    assert holders() == [here.pk, here.pk]


def test_with_nobody_available_the_lead_waits_and_is_served_when_somebody_comes_back():
    rep = make_rep()
    set_available(rep.rep, is_available=False, by=rep, at=MORNING)
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    older, newer = make_entry(queue), make_entry(queue, since=MORNING + timedelta(minutes=1))
    assert serve(queue, at=MORNING) == []
    assert (Entry.objects.waiting().count(), Turn.objects.count()) == (2, 0)

    set_available(rep.rep, is_available=True, by=rep, at=MORNING + timedelta(hours=1))

    assert list(Assignment.objects.order_by("pk").values_list("lead", flat=True)) == [older.lead_id, newer.lead_id]


def test_the_fallback_person_gets_what_nobody_can_take_and_no_turn_moves():
    rep, fallback = make_rep(is_active=False), make_rep()
    rotation = make_rotation(rep, when_nobody="fallback", fallback=fallback.rep)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    make_entry(queue)
    (given,) = serve(queue, at=MORNING)
    rotation.refresh_from_db()
    assert (given.holder, given.receipt["because"], rotation.pointer) == (fallback, "fallback", None)


def test_assign_anyway_gives_turns_to_the_absent():
    people = [make_rep(), make_rep()]
    for person in people:
        set_available(person.rep, is_available=False, by=person, at=MORNING)
    queue = QueueFactory(dispatch="push", rotation=make_rotation(*people, when_nobody="anyway"))
    fill(queue, 3)
    serve(queue, at=MORNING)
    assert holders() == [people[0].pk, people[1].pk, people[0].pk]


def test_a_rotation_that_is_off_lets_its_leads_wait():
    queue = QueueFactory(dispatch="push", rotation=make_rotation(make_rep(), is_active=False))
    make_entry(queue)
    assert serve_waiting(at=MORNING) == 0
    assert Entry.objects.waiting().count() == 1


def test_a_returned_lead_goes_to_the_next_who_did_not_decline_it():
    first, second = make_rep(), make_rep()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(first, second))
    make_entry(queue)
    (given,) = serve(queue, at=MORNING)
    return_lead(given, reason="no_skill", note="", by=first, at=MORNING + timedelta(minutes=5))
    assert holders() == [first.pk, second.pk]


def test_a_turn_given_back_comes_before_the_line_and_leaves_the_pointer():
    first, second, third = (make_rep() for _number in range(3))
    rotation = make_rotation(first, second, third)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    make_entry(queue)
    (spent,) = serve(queue, at=MORNING)
    return_lead(spent, reason="duplicate", note="", by=first, at=MORNING)
    fill(queue, 2)
    serve(queue, at=MORNING)
    assert holders() == [first.pk, second.pk, first.pk, third.pk]
    assert Assignment.objects.order_by("pk")[2].receipt["because"] == "owed"
    assert rotation.members.get(rep=first.rep).owed == 0


def test_a_long_line_that_nobody_can_take_from_is_not_read(django_assert_max_num_queries):
    away = make_rep()
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    queue = QueueFactory(dispatch="push", rotation=make_rotation(away))
    fill(queue, 30)
    with django_assert_max_num_queries(10):
        assert serve(queue, at=MORNING) == []


def test_a_long_line_is_served_when_one_person_has_room():
    rep = make_rep()
    rep.rep.capacity = 1
    rep.rep.save()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rep, skips_over_capacity=True))
    entries = fill(queue, 9)
    assert [each.lead_id for each in serve(queue, at=MORNING)] == [entry.lead_id for entry in entries[:2]]
    assert serve(queue, at=MORNING) == []
