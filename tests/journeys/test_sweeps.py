"""Sweeps of clocks that come late, twice, or over rows that cannot be handled (D1, D2)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db.models import QuerySet

from leads.models import Activity
from queues import tasks
from queues.actions.claims.take import take_next
from queues.actions.clocks import sweeping
from queues.actions.clocks.sweeping import run_due
from queues.models import Breach, Entry, Escalation, Queue
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team)


@pytest.fixture
def manager(team) -> User:
    return make_manager(team)


@pytest.fixture
def rep(team, manager) -> User:
    return make_rep(team, first_name="Ani")


def taken(queue: Queue, rep: User, *, at: datetime = MORNING) -> Assignment:
    make_entry(queue)
    return take_next(queue, by=rep, at=at)


def sweep(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return tasks.escalate_overdue()


def steps_of(held: Assignment) -> list[tuple[int, timedelta]]:
    """Each recorded step with the time from the claim at which it was due."""
    rows = Breach.objects.filter(assignment=held).order_by("number").values_list("number", "due_at")
    return [(number, due_at - held.assigned_at) for number, due_at in rows]


def kinds(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


TRUE_TIMES = [(1, 2 * HOUR), (2, 4 * HOUR), (3, 6 * HOUR)]


def test_after_a_standstill_each_step_has_its_true_time_and_each_person_one_word(queue, team, rep, manager):
    held = taken(queue, rep)
    colleague = make_rep(team, first_name="Budi")
    sweep(MORNING + 7 * HOUR)
    assert steps_of(held) == TRUE_TIMES
    assert Activity.objects.filter(lead=held.lead, kind="breached").count() == 3
    assert (kinds(rep), kinds(colleague), kinds(manager)) == (["taken_away"], ["assigned"], [])
    assert Escalation.objects.count() == 0


def test_after_a_standstill_with_nobody_else_the_holder_and_the_manager_hear_once(queue, rep, manager):
    held = taken(queue, rep)
    sweep(MORNING + 7 * HOUR)
    assert steps_of(held) == TRUE_TIMES
    assert (kinds(rep), kinds(manager)) == (["contact_due"], ["escalated"])
    assert Escalation.objects.get().kind == "nobody"


def test_of_three_hours_of_standstill_the_step_after_counts_from_the_one_that_was_missed(queue, rep, manager):
    held = taken(queue, rep)
    sweep(MORNING + 2 * HOUR)  # exactly in time (L7)
    assert steps_of(held) == []
    sweep(MORNING + 5 * HOUR)
    held.refresh_from_db()
    assert (steps_of(held), held.contact_due_at) == (TRUE_TIMES[:2], MORNING + 6 * HOUR)
    assert held.clock_from_at == MORNING + 4 * HOUR
    sweep(MORNING + 6 * HOUR + SECOND)
    assert steps_of(held) == TRUE_TIMES


def test_sweeps_on_time_record_the_same_rows_as_one_that_comes_late(queue, team, rep, manager):
    first, second = taken(queue, rep), taken(queue, rep, at=MORNING + 12 * HOUR)
    for minute in range(0, 7 * 60, 10):
        sweep(MORNING + timedelta(minutes=minute))
    sweep(MORNING + 19 * HOUR)
    assert steps_of(first) == steps_of(second) == TRUE_TIMES


def test_the_same_sweep_twice_does_nothing_the_second_time(queue, rep, manager):
    taken(queue, rep)
    at = MORNING + 5 * HOUR
    assert sweep(at) == 2
    before = (kinds(rep), kinds(manager), Breach.objects.count(), Activity.objects.count())
    assert sweep(at) == 0
    assert (kinds(rep), kinds(manager), Breach.objects.count(), Activity.objects.count()) == before


def test_a_sweep_goes_on_until_nothing_is_due(queue, rep, manager, monkeypatch):
    monkeypatch.setattr(sweeping, "CHUNK_SIZE", 2)
    held = [taken(queue, rep, at=MORNING + (number // 3) * SECOND) for number in range(7)]
    assert sweep(MORNING + 3 * HOUR) == 7
    assert [steps_of(each) for each in held] == [[(1, 2 * HOUR)]] * 7


def test_one_row_that_fails_stops_nothing_and_is_tried_again(queue, rep, manager, monkeypatch, caplog):
    monkeypatch.setattr(sweeping, "CHUNK_SIZE", 2)
    held = [taken(queue, rep, at=MORNING + number * SECOND) for number in range(5)]
    bad = held[1]
    row = Breach.objects.create(  # not possible by any action, so the sweep cannot write its own
        clock="contact", number=1, lead=bad.lead, assignment=bad, due_at=MORNING, at=MORNING, act="remind"
    )
    assert sweep(MORNING + 3 * HOUR) == 4
    assert [steps_of(each) for each in held if each != bad] == [[(1, 2 * HOUR)]] * 4
    assert [each.levelname for each in caplog.records].count("ERROR") == 1
    assert f"row {bad.pk}" in caplog.text
    row.delete()
    assert sweep(MORNING + 3 * HOUR) == 1
    assert steps_of(bad) == [(1, 2 * HOUR)]


@pytest.mark.parametrize(
    ("task", "clock", "hours"),
    [(tasks.expire_waits, "wait", 71), (tasks.lift_aged, "age", 73)],
)
def test_waits_and_ages_too_are_done_to_the_last_and_once(queue, manager, monkeypatch, task, clock, hours):
    monkeypatch.setattr(sweeping, "CHUNK_SIZE", 2)
    fill(queue, 5)
    with time_machine.travel(MORNING + hours * HOUR, tick=False):
        task()
        task()
    assert Breach.objects.filter(clock=clock).count() == 5
    assert Escalation.objects.count() == 5
    assert kinds(manager) == ["escalated"] * 5


def in_order(rows: QuerySet[Entry]) -> list[int]:
    return list(rows.order_by("since_at", "pk").values_list("pk", flat=True))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_rows_with_one_due_time_are_all_visited_once(queue, monkeypatch, size):
    monkeypatch.setattr(sweeping, "CHUNK_SIZE", size)
    fill(queue, 3)
    make_entry(queue, since=MORNING - HOUR)
    fill(queue, 2)
    seen: list[int] = []
    run_due(Entry.objects.waiting(), lambda pk: seen.append(pk) or 1, order="since_at")
    assert seen == in_order(Entry.objects.waiting())


def test_a_sweep_stops_when_its_time_is_up(queue):
    fill(queue, 5)
    ticks = iter(range(100))
    seen: list[int] = []
    done = run_due(
        Entry.objects.waiting(),
        lambda pk: seen.append(pk) or 1,
        order="since_at",
        budget=3 * SECOND,
        clock=lambda: next(ticks),
    )
    assert (done, seen) == (3, in_order(Entry.objects.waiting())[:3])


def test_who_is_reminded_before_the_limit_hears_it_once_and_the_clock_stays(queue, rep, manager):
    held = taken(queue, rep)
    Assignment.objects.update(remind_at=MORNING + 1.5 * HOUR)
    sweep(MORNING + 1.5 * HOUR - SECOND)
    assert kinds(rep) == []
    for _twice in range(2):
        sweep(MORNING + 1.5 * HOUR)
    held.refresh_from_db()
    assert kinds(rep) == ["contact_soon"]
    assert (held.remind_at, held.contact_due_at, steps_of(held)) == (None, MORNING + 2 * HOUR, [])


def test_a_reminder_that_comes_after_the_limit_is_not_sent(queue, rep, manager):
    taken(queue, rep)
    Assignment.objects.update(remind_at=MORNING + 1.5 * HOUR)
    sweep(MORNING + 3 * HOUR)
    assert kinds(rep) == ["contact_due"]
    assert Assignment.objects.get().remind_at is None


def test_a_queue_with_open_breaches_is_not_deleted_and_its_steps_go_on(client, queue, rep, manager):
    """Switched off, it gives no more leads, and what came from it is still due."""
    held = taken(queue, rep)
    sweep(MORNING + 4 * HOUR + SECOND)
    client.force_login(make_ops())
    answer = client.post(f"/admin/queues/queue/{queue.pk}/delete/", {"post": "yes"}, follow=True)
    assert "Leads have been in this queue" in str([*answer.context["messages"]][0])
    assert (Queue.objects.count(), Breach.objects.count(), Escalation.objects.count()) == (1, 2, 1)
    Queue.objects.update(is_active=False)
    sweep(MORNING + 6 * HOUR + SECOND)
    assert steps_of(held) == TRUE_TIMES
    assert Escalation.objects.get().kind == "nobody"
