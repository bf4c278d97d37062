"""The steps of a queue when first contact is late, in its form, and what they do (D2)."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User

from queues import tasks
from queues.actions.claims.take import take_next
from queues.models import Breach, ContactStep, Queue
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep
from tests.factories.pages import form_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
PREFIX = "contact_steps"


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team)


def address(queue: Queue) -> str:
    return f"/admin/queues/queue/{queue.pk}/change/"


def send(client, queue: Queue, *lines: tuple[object, str, object]):
    """Opens the queue's form and sends these lines: position, what happens, after how many minutes. Lines of before
    that are not sent are deleted."""
    sent = form_of(client.get(address(queue)), "queue_form")
    known = int(sent[f"{PREFIX}-INITIAL_FORMS"][0])
    sent[f"{PREFIX}-TOTAL_FORMS"] = [str(max(known, len(lines)))]
    for number, (position, act, after) in enumerate(lines):
        values = {"position": position, "act": act, "after_minutes": after}
        sent |= {f"{PREFIX}-{number}-{name}": [str(value)] for name, value in values.items()}
        sent.setdefault(f"{PREFIX}-{number}-id", [""])
        sent.setdefault(f"{PREFIX}-{number}-queue", [str(queue.pk)])
    for number in range(len(lines), known):
        sent[f"{PREFIX}-{number}-DELETE"] = ["on"]
    return client.post(address(queue), sent)


def errors(answer) -> list[dict]:
    assert answer.status_code == 200
    return [dict(form.errors) for form in answer.context["inline_admin_formsets"][0].formset.forms]


def steps(queue: Queue) -> list[tuple[int, str, int | None]]:
    rows = ContactStep.objects.filter(queue=queue).order_by("position")
    return list(rows.values_list("position", "act", "after_minutes"))


TWO = ((1, "tell_manager", ""), (2, "give_to_another", 30))


def test_ops_set_steps_and_the_history_says_who(client, as_ops, queue):
    assert send(client, queue, *TWO).status_code == 302
    assert steps(queue) == [(1, "tell_manager", None), (2, "give_to_another", 30)]
    assert set(ContactStep.history.values_list("history_user", flat=True)) == {as_ops.pk}


def test_steps_change_places_and_go(client, as_ops, queue):
    send(client, queue, (1, "remind", ""), (2, "tell_manager", 10), (3, "give_to_another", 20))
    assert send(client, queue, (2, "remind", 5), (1, "tell_manager", "")).status_code == 302
    assert steps(queue) == [(1, "tell_manager", None), (2, "remind", 5)]
    assert send(client, queue).status_code == 302
    assert steps(queue) == []


def test_a_save_that_changes_no_step_writes_no_history(client, as_ops, queue):
    send(client, queue, *TWO)
    before = ContactStep.history.count()
    assert send(client, queue, *TWO).status_code == 302
    assert ContactStep.history.count() == before


@pytest.mark.parametrize(
    ("lines", "number", "field", "says"),
    [
        ([(1, "give_to_another", ""), (2, "remind", 30)], 0, "act", "it must be the last"),
        ([(1, "remind", ""), (2, "give_to_another", 5), (3, "give_to_another", 5)], 1, "act", "it must be the last"),
        ([(2, "remind", ""), (1, "give_to_another", "")], 1, "act", "it must be the last"),
        ([(1, "remind", ""), (1, "tell_manager", "")], 1, "position", "Two steps have this position"),
        ([(0, "remind", "")], 0, "position", "Positions begin at 1"),
        ([(1, "remind", 10)], 0, "after_minutes", "contact limit"),
        ([(1, "remind", ""), (2, "tell_manager", 0)], 1, "after_minutes", "greater than or equal to 1"),
        ([(1, "remind", ""), (2, "tell_manager", -5)], 1, "after_minutes", "greater than or equal to"),
        ([(1, "remind", ""), (2, "tell_manager", "two")], 1, "after_minutes", "whole number"),
        ([(1, "remind", ""), (2, "tell_manager", 10**9)], 1, "after_minutes", "less than or equal to 43200"),
        ([(1, "shout", "")], 0, "act", "not one of the available choices"),
    ],
)
def test_bad_steps_are_refused_at_the_field_and_nothing_is_saved(client, as_ops, queue, lines, number, field, says):
    send(client, queue, *TWO)
    found = errors(send(client, queue, *lines))
    assert says in " ".join(found[number][field])
    assert [index for index, each in enumerate(found) if each] == [number]
    assert steps(queue) == [(1, "tell_manager", None), (2, "give_to_another", 30)]


def test_more_than_six_steps_are_refused(client, as_ops, queue):
    answer = send(client, queue, *[(number, "remind", "" if number == 1 else 5) for number in range(1, 8)])
    assert answer.status_code == 200
    assert "at most 6" in " ".join(answer.context["inline_admin_formsets"][0].formset.non_form_errors())
    assert steps(queue) == []


def sweep(at) -> None:
    with time_machine.travel(at, tick=False):
        tasks.escalate_overdue()


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_the_sweep_does_what_the_queue_says_when_it_says(client, as_ops, queue, team):
    send(client, queue, *TWO)
    ani, budi, manager = make_rep(team), make_rep(team), make_manager(team)
    make_entry(queue)
    held = take_next(queue, by=ani, at=MORNING)
    sweep(MORNING + 2 * HOUR + SECOND)
    assert (told(ani), "team_contact_due" in told(manager)) == ([], True)
    held.refresh_from_db()
    assert held.contact_due_at == MORNING + 2 * HOUR + 30 * MINUTE
    sweep(MORNING + 2 * HOUR + 30 * MINUTE)
    assert held.breach_rows.count() == 1
    sweep(MORNING + 2 * HOUR + 30 * MINUTE + SECOND)
    assert Assignment.objects.open().get().holder == budi
    rows = Breach.objects.order_by("number").values_list("act", "due_at")
    assert list(rows) == [
        ("tell_manager", MORNING + 2 * HOUR),
        ("give_to_another", MORNING + 2 * HOUR + 30 * MINUTE),
    ]


def test_a_queue_whose_last_step_is_to_tell_gives_no_lead_to_another(client, as_ops, queue, team):
    send(client, queue, (1, "remind", ""), (2, "tell_manager", 15))
    ani, _budi, _manager = make_rep(team), make_rep(team), make_manager(team)
    make_entry(queue)
    held = take_next(queue, by=ani, at=MORNING)
    for hours in (3, 9, 30):
        sweep(MORNING + hours * HOUR)
    held.refresh_from_db()
    assert (held.is_open, held.breaches, held.contact_due_at) == (True, 2, None)


def test_steps_that_ops_take_away_are_not_done(client, as_ops, queue, team):
    ani = make_rep(team)
    make_entry(queue)
    held = take_next(queue, by=ani, at=MORNING)
    sweep(MORNING + 3 * HOUR)
    send(client, queue, (1, "remind", ""))
    sweep(MORNING + 9 * HOUR)
    held.refresh_from_db()
    assert (held.is_open, held.breaches, held.contact_due_at) == (True, 1, None)


def set_percent(client, queue: Queue, percent: object):
    sent = form_of(client.get(address(queue)), "queue_form")
    return client.post(address(queue), sent | {"remind_percent": [str(percent)]})


def test_ops_switch_on_a_reminder_before_the_limit(client, as_ops, queue, team):
    assert set_percent(client, queue, 75).status_code == 302
    ani = make_rep(team)
    make_entry(queue)
    queue.refresh_from_db()
    held = take_next(queue, by=ani, at=MORNING)
    sweep(MORNING + 90 * MINUTE - SECOND)
    assert told(ani) == []
    sweep(MORNING + 90 * MINUTE)
    sweep(MORNING + 91 * MINUTE)
    assert told(ani) == ["contact_soon"]
    held.refresh_from_db()
    assert (held.breaches, held.contact_due_at) == (0, MORNING + 2 * HOUR)
    sweep(MORNING + 2 * HOUR + SECOND)
    assert told(ani) == ["contact_soon", "contact_due"]


@pytest.mark.parametrize("percent", [100, -1, "half", 10**9])
def test_a_reminder_after_the_limit_is_refused(client, as_ops, queue, percent):
    answer = set_percent(client, queue, percent)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["remind_percent"]
    queue.refresh_from_db()
    assert queue.remind_percent == 0
