"""A lead that everybody available gave back stands with the manager and never goes round (C4, C7)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from queues.actions.claims.take import QueueIsEmpty, take_next
from queues.actions.clocks.escalations import dismiss_escalation, move_to_front
from queues.actions.clocks.stuck_rotations import alert_stuck_rotations
from queues.actions.dispatch.serve import serve, serve_waiting
from queues.models import Entry, Escalation, Queue
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import plan_time_off, set_available
from routing.models import Assignment, Notification
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def push_queue(*people: User, dispatch: str = "push", team=None, **fields) -> Queue:
    return QueueFactory(name="Hot", team=team, dispatch=dispatch, rotation=make_rotation(*people, **fields))


def give_back(client: Client) -> None:
    """The holder of the lead returns it through the page."""
    held = Assignment.objects.open().get()
    client.force_login(held.holder)
    answer = client.post(reverse("routing:return", args=[held.lead_id]), {"reason": "no_skill"})
    assert answer.status_code < 400
    held.refresh_from_db()
    assert held.ended_how == "returned"


def holders() -> list[int]:
    return list(Assignment.objects.order_by("pk").values_list("holder", flat=True))


@pytest.mark.parametrize("count", [1, 2])
def test_it_stands_with_the_manager_and_goes_to_nobody_again(count, client, morning, page_text):
    team = TeamFactory()
    people = [make_rep(team, first_name=f"Rep{n}") for n in range(count)]
    make_rep(team)  # who is not in the rotation does not count
    queue = push_queue(*people, team=team)
    entry = make_entry(queue, company_name="Graha Sehat")
    serve(queue, at=MORNING)
    for _person in people:
        give_back(client)

    for minute in range(10):
        serve_waiting(at=MORNING + minute * MINUTE)

    assert holders() == [person.pk for person in people]
    case = Escalation.objects.get()
    assert (case.lead_id, case.kind, case.closed_at) == (entry.lead_id, "declined", None)
    client.force_login(make_manager(team))
    assert "Graha Sehat" in page_text(client.get(reverse("dashboards:escalations")))


def test_who_comes_back_from_leave_and_has_not_given_it_back_gets_it():
    one, away = make_rep(), make_rep()
    queue = push_queue(one, away)
    span = {"starts_at": MORNING - MINUTE, "ends_at": MORNING + 60 * MINUTE}
    plan_time_off(away.rep, kind="leave", note="", by=away, at=MORNING - MINUTE, **span)
    make_entry(queue)
    (held,) = serve(queue, at=MORNING)
    return_lead(held, reason="no_skill", note="", by=one, at=MORNING)
    assert (Escalation.objects.get().closed_at, serve_waiting(at=MORNING + 59 * MINUTE)) == (None, 0)
    back = MORNING + 60 * MINUTE
    assert serve_waiting(at=back) == 1
    assert holders() == [one.pk, away.pk]
    assert (Escalation.objects.get().closed_how, Escalation.objects.get().closed_at) == ("taken", back)


def test_who_gave_it_back_and_was_away_does_not_get_it_again_and_the_manager_is_told_once():
    one, two = make_rep(), make_rep()
    manager = make_manager(TeamFactory())
    queue = push_queue(one, two)
    set_available(two.rep, is_available=False, by=two, at=MORNING)
    make_entry(queue)
    (held,) = serve(queue, at=MORNING)
    set_available(one.rep, is_available=False, by=one, at=MORNING)
    return_lead(held, reason="no_skill", note="", by=one, at=MORNING)
    assert Escalation.objects.count() == 0  # nobody is available, so the lead waits

    set_available(one.rep, is_available=True, by=one, at=MORNING + MINUTE)
    case = Escalation.objects.get()
    assert (case.kind, holders()) == ("declined", [one.pk])

    dismiss_escalation(case, by=manager, at=MORNING + 2 * MINUTE)
    serve_waiting(at=MORNING + 3 * MINUTE)
    assert (Escalation.objects.count(), holders()) == (1, [one.pk])


def test_a_manager_who_moves_it_to_the_front_offers_it_once_more():
    one, two = make_rep(), make_rep()
    manager = make_manager(TeamFactory())
    queue = push_queue(one, two)
    entry = make_entry(queue)
    (held,) = serve(queue, at=MORNING)
    return_lead(held, reason="no_skill", note="", by=one, at=MORNING)
    return_lead(Assignment.objects.open().get(), reason="no_skill", note="", by=two, at=MORNING)
    move_to_front(Escalation.objects.get(), by=manager, at=MORNING + MINUTE)
    assert serve_waiting(at=MORNING + MINUTE) == 1
    again = Assignment.objects.open().get()
    return_lead(again, reason="no_skill", note="", by=again.holder, at=MORNING + 2 * MINUTE)
    assert serve_waiting(at=MORNING + 3 * MINUTE) == 0
    assert len(holders()) == 3
    assert Escalation.objects.filter(closed_at__isnull=True, kind="declined", lead=entry.lead).count() == 1


def test_the_only_one_with_the_skill_is_everybody_available():
    plain, specialist = make_rep(), make_rep()
    specialist.rep.skills = ["Banking"]
    specialist.rep.save(update_fields=["skills"])
    queue = push_queue(plain, specialist, skill="industry")
    make_entry(queue, industry="Banking")
    (held,) = serve(queue, at=MORNING)
    return_lead(held, reason="no_capacity", note="", by=specialist, at=MORNING)
    assert (Escalation.objects.get().kind, holders()) == ("declined", [specialist.pk])


def test_in_a_hybrid_queue_take_next_still_offers_it_when_nobody_else_is_left():
    team = TeamFactory()
    alone = make_rep(team)
    queue = push_queue(alone, dispatch="hybrid", team=team, name="One")
    make_entry(queue)
    (held,) = serve(queue, at=MORNING)
    later = MORNING + 60 * MINUTE
    return_lead(held, reason="no_skill", note="", by=alone, at=MORNING)
    assert serve_waiting(at=later) == 0
    assert Escalation.objects.get().kind == "declined"
    assert take_next(queue, by=alone, at=later).holder == alone

    make_rep(team)
    return_lead(Assignment.objects.open().get(), reason="no_skill", note="", by=alone, at=later)
    with pytest.raises(QueueIsEmpty):
        take_next(queue, by=alone, at=later + 60 * MINUTE)
    assert Entry.objects.waiting().count() == 1


@pytest.mark.parametrize("how", ["leave", "off"])
def test_a_fallback_person_who_is_away_gets_nothing(how):
    member, fallback = make_rep(), make_rep()
    set_available(member.rep, is_available=False, by=member, at=MORNING)
    queue = push_queue(member, when_nobody="fallback", fallback=fallback.rep)
    if how == "leave":
        span = {"starts_at": MORNING - MINUTE, "ends_at": MORNING + 60 * MINUTE}
        plan_time_off(fallback.rep, kind="leave", note="", by=fallback, at=MORNING - MINUTE, **span)
    else:
        set_available(fallback.rep, is_available=False, by=fallback, at=MORNING)
    for _lead in range(7):
        make_entry(queue)
    ops = make_ops()
    assert serve_waiting(at=MORNING) == 0
    for _minute in range(3):
        alert_stuck_rotations(at=MORNING)
    assert list(Notification.objects.filter(kind="stuck").values_list("user", flat=True)) == [ops.pk]
    if how == "off":
        set_available(fallback.rep, is_available=True, by=fallback, at=MORNING + 60 * MINUTE)
    else:
        assert serve_waiting(at=MORNING + 60 * MINUTE) == 7
    assert set(holders()) == {fallback.pk}
    assert Entry.objects.waiting().count() == 0
