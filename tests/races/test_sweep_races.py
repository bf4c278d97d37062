"""Sweeps of contact clocks beside each other, beside people, and killed half-way: each step once (D2)."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.contrib.auth.models import User

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.clocks.contact import escalate_overdue
from queues.models import Breach, Queue
from routing.actions.contact import log_contact
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_manager, make_rep, make_rotation
from tests.races.crowd import all_at_once, killed

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
LATE = MORNING + 7 * HOUR
LEADS = 8


@pytest.fixture
def team():
    team = TeamFactory()
    make_manager(team)
    return team


@pytest.fixture
def reps(team) -> list[User]:
    return [make_rep(team, first_name=name) for name in ("Ani", "Budi", "Citra")]


@pytest.fixture(params=["pull", "push"])
def queue(request, team, reps) -> Queue:
    more = {"dispatch": "push", "rotation": make_rotation(*reps)} if request.param == "push" else {}
    return QueueFactory(team=team, **more)


@pytest.fixture
def held(queue, reps) -> list[Assignment]:
    """All with Ani since the morning."""
    fill(queue, LEADS)
    Queue.objects.filter(pk=queue.pk).update(dispatch="pull")
    queue.refresh_from_db()
    found = [take_next(queue, by=reps[0], at=MORNING) for _lead in range(LEADS)]
    if queue.rotation is not None:
        Queue.objects.filter(pk=queue.pk).update(dispatch="push")
    return found


def all_steps() -> list[tuple[int, int, timedelta]]:
    rows = Breach.objects.order_by("assignment", "number").values_list("assignment", "number", "due_at")
    return [(pk, number, due_at - MORNING) for pk, number, due_at in rows]


def steps(held: list[Assignment], *numbers: int) -> list[tuple[int, int, timedelta]]:
    return [(each.pk, number, number * 2 * HOUR) for each in held for number in numbers]


def check_all_given_on_once(held: list[Assignment], reps: list[User]) -> None:
    """As one undisturbed sweep leaves it."""
    assert all_steps() == steps(held, 1, 2, 3)
    assert Activity.objects.filter(kind="breached").count() == 3 * len(held)
    now = Assignment.objects.open()
    assert sorted(now.values_list("lead", flat=True)) == sorted(each.lead_id for each in held)
    assert not now.filter(holder=reps[0]).exists()
    assert Assignment.objects.count() == 2 * len(held)
    assert Notification.objects.filter(user=reps[0], kind="taken_away").count() == len(held)
    assert Notification.objects.filter(kind="assigned").count() == len(held)


def test_three_sweeps_at_once_take_each_step_once(held, reps):
    results = all_at_once([lambda: escalate_overdue(at=LATE)] * 3)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert sum(results) == 3 * LEADS
    check_all_given_on_once(held, reps)


def test_who_makes_contact_beside_a_sweep_keeps_the_lead_or_lost_it(held, reps):
    def call(each: Assignment) -> str:
        try:
            log_contact(each, kind="call", outcome="reached", note="", by=reps[0], at=LATE)
        except Exception:
            return "lost"
        return "kept"

    calls = [lambda each=each: call(each) for each in held]
    results = all_at_once([*calls, lambda: escalate_overdue(at=LATE)])
    kept = [each for each, result in zip(held, results[:-1], strict=True) if result == "kept"]
    assert not isinstance(results[-1], Exception)
    for each in held:
        now = Assignment.objects.open().get(lead=each.lead_id)
        assert (now.pk == each.pk) == (each in kept)
        assert (now.first_contact_at is not None) == (each in kept)


@pytest.mark.parametrize("point", ["recorded", "carried out", "committed"])
def test_sweeps_that_are_killed_half_way_leave_nothing_undone_and_nothing_twice(held, reps, process_env, point):
    rows = Random(13).sample(range(1, 5), 2)
    for row in rows:
        killed("die_in_a_sweep.py", [LATE.isoformat(), point, row], process_env)
        done = all_steps()
        assert len(done) % 3 == 0  # a lead is whole or untouched
    assert len(done) // 3 == sum(rows) - (0 if point == "committed" else len(rows))
    escalate_overdue(at=LATE)
    check_all_given_on_once(held, reps)
    assert escalate_overdue(at=LATE) == 0


def test_sweeps_killed_while_the_clock_runs_on_record_the_true_times(held, reps, process_env):
    now: datetime = MORNING + 3 * HOUR
    killed("die_in_a_sweep.py", [now.isoformat(), "recorded", 3], process_env)
    assert all_steps() == steps(held[:2], 1)
    killed("die_in_a_sweep.py", [(now + 2 * HOUR).isoformat(), "committed", 5], process_env)
    escalate_overdue(at=LATE)
    check_all_given_on_once(held, reps)
