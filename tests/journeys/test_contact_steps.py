"""Nobody contacts a lead in time: who gets it next, with which clock, and what it costs whom (D2)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from queues import tasks
from queues.models import Breach, Escalation, Queue
from routing.actions.availability.time_off import set_available
from routing.models import Assignment, LedgerLine, Notification, Turn
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep, make_rotation

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
LIMIT = timedelta(hours=2)
THREE_LIMITS = 3 * LIMIT + SECOND


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def people(team) -> list[User]:
    return [make_rep(team, first_name=name) for name in ("Ani", "Budi", "Citra")]


@pytest.fixture
def manager(team) -> User:
    return make_manager(team)


def sweep(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return tasks.escalate_overdue()


def take(queue: Queue, user: User, *, at: datetime) -> Assignment:
    """Over the page, as a rep does."""
    client = Client()
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        client.post("/take-next/", {"queue": queue.slug})
    return Assignment.objects.open().get(holder=user)


def holders() -> list[str]:
    """Who had the lead, one after the other."""
    return list(Assignment.objects.order_by("pk").values_list("holder__first_name", flat=True))


def held_now() -> Assignment:
    return Assignment.objects.open().get()


def told(user: User, kind: str) -> int:
    return Notification.objects.filter(user=user, kind=kind).count()


@pytest.fixture
def pull(team, people) -> Queue:
    return QueueFactory(team=team)


@pytest.fixture
def push(team, people) -> Queue:
    return QueueFactory(team=team, dispatch="push", rotation=make_rotation(*people))


def given_to_ani(queue: Queue, people: list[User]) -> None:
    """The first lead of the queue, by hand or by rotation."""
    make_entry(queue)
    if queue.is_push:
        with time_machine.travel(MORNING, tick=False):
            tasks.serve_waiting()
    else:
        take(queue, people[0], at=MORNING)
    assert holders() == ["Ani"]


@pytest.mark.parametrize("kind", ["pull", "push"])
def test_who_let_it_breach_does_not_get_it_again_while_somebody_else_is_there(kind, request, people, manager):
    given_to_ani(request.getfixturevalue(kind), people)
    at = MORNING + THREE_LIMITS
    for expected in (["Ani", "Budi"], ["Ani", "Budi", "Citra"]):
        sweep(at)
        assert holders() == expected
        at += THREE_LIMITS


@pytest.mark.parametrize("kind", ["pull", "push"])
def test_when_all_let_it_breach_it_stays_and_is_the_managers(kind, request, people, manager):
    given_to_ani(request.getfixturevalue(kind), people)
    at = MORNING
    for _holder in people:
        at += THREE_LIMITS
        sweep(at)
    assert holders() == ["Ani", "Budi", "Citra"]
    assert (held_now().holder, held_now().breaches, held_now().contact_due_at) == (people[2], 3, None)
    assert Escalation.objects.get(closed_at=None).kind == "nobody"
    words = told(manager, "escalated")
    sweep(at + SECOND)
    assert (told(manager, "escalated"), holders()) == (words, ["Ani", "Budi", "Citra"])


@pytest.mark.parametrize("kind", ["pull", "push"])
def test_a_lead_that_nobody_could_have_goes_to_the_first_who_comes_and_let_nothing_breach(
    kind, request, team, people, manager
):
    ani, budi, citra = people
    given_to_ani(request.getfixturevalue(kind), people)
    for away in (budi, citra):
        set_available(away.rep, is_available=False, by=away, at=MORNING)
    at = MORNING + THREE_LIMITS
    sweep(at)
    assert (holders(), Escalation.objects.get(closed_at=None).kind) == (["Ani"], "nobody")

    set_available(citra.rep, is_available=True, by=citra, at=at)
    sweep(at + 60 * SECOND)

    assert holders() == ["Ani", "Citra"]
    assert Escalation.objects.filter(closed_at=None).count() == 0


@pytest.mark.parametrize("kind", ["pull", "push"])
def test_each_new_holder_has_the_whole_limit_that_the_queue_has_now(kind, request, people, manager):
    queue = request.getfixturevalue(kind)
    given_to_ani(queue, people)
    Queue.objects.filter(pk=queue.pk).update(contact_minutes=30)
    at = MORNING + THREE_LIMITS
    sweep(at)
    new = held_now()
    assert (new.holder, new.breaches, new.contact_minutes) == (people[1], 0, 30)
    assert (new.contact_due_at, new.first_due_at) == (at + timedelta(minutes=30), at + timedelta(minutes=30))
    assert new.place_id == queue.pk
    sweep(at + timedelta(minutes=30))
    assert Breach.objects.filter(assignment=new).count() == 0
    sweep(at + timedelta(minutes=30) + SECOND)
    assert Breach.objects.get(assignment=new).number == 1


def test_the_third_breach_gives_no_turn_back(push, people, manager):
    given_to_ani(push, people)
    sweep(MORNING + THREE_LIMITS)
    given = Turn.objects.order_by("number").values_list("rep__user__first_name", flat=True)
    assert list(given) == ["Ani", "Budi"]
    assert list(push.rotation.members.order_by("position").values_list("turns_given", "owed")) == [
        (1, 0),
        (1, 0),
        (0, 0),
    ]
    assert LedgerLine.objects.filter(kind__in=["credit", "undone", "catch_up"]).count() == 0
    make_entry(push)
    with time_machine.travel(MORNING + THREE_LIMITS, tick=False):
        tasks.serve_waiting()
    assert Assignment.objects.latest("pk").holder == people[2]


def test_the_turn_says_who_held_the_lead_before_and_who_gave_it_back(push, people, manager):
    """Nobody reads that they returned a lead which was taken from them."""
    given_to_ani(push, people)
    sweep(MORNING + THREE_LIMITS)
    budi = Client()
    budi.force_login(people[1])
    with time_machine.travel(MORNING + THREE_LIMITS + SECOND, tick=False):
        budi.post(f"/leads/{held_now().lead_id}/return/", {"reason": "not_my_type", "note": ""})
        tasks.serve_waiting()
    members = dict(push.rotation.members.values_list("rep__user__first_name", "pk"))
    assert holders()[:2] == ["Ani", "Budi"]
    assert [turn.barred for turn in Turn.objects.order_by("pk")] == [
        {},
        {str(members["Ani"]): "had_it"},
        {str(members["Budi"]): "declined"},
    ]
