"""What the clocks of a queue count, in its form: what is refused, and what is said (D3, L12)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from queues.actions.claims.take import take_next
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.waits import expire_waits
from queues.models import Breach, Queue
from routing.queries.work_time import calendar_of_team
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def sent(queue: Queue, **changes: object) -> dict[str, object]:
    """What the form of this queue sends, with some fields changed."""
    kept = {name: value for name, value in model_to_dict(queue).items() if value is not None and value is not False}
    kept.pop("position", None)
    kept |= changes
    return {name: value for name, value in kept.items() if value is not None}


def change(client: Client, queue: Queue, **changes: object):
    return client.post(reverse("admin:queues_queue_change", args=[queue.pk]), sent(queue, **changes))


def errors(answer) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def test_ops_choose_what_each_clock_counts(client: Client, as_ops):
    team = TeamFactory(working_hours={"mon": [["09:00", "17:00"]]})
    queue = QueueFactory(team=team)
    answer = change(client, queue, wait_counts="team", contact_counts="holder", remind_percent=75, wait_minutes=30)
    queue.refresh_from_db()
    assert (queue.wait_counts, queue.contact_counts, queue.remind_percent) == ("team", "holder", 75)
    assert [str(message) for message in get_messages(answer.wsgi_request)][1:] == []
    assert calendar_of_team(team.pk) is not None


@pytest.mark.parametrize(
    ("field", "typed", "refusal"),
    [
        ("wait_minutes", 0, "Ensure this value is greater than or equal to 1."),
        ("contact_minutes", 0, "Ensure this value is greater than or equal to 1."),
        ("contact_minutes", -5, "Ensure this value is greater than or equal to"),
        ("contact_minutes", "two", "Enter a whole number."),
        ("contact_minutes", 10**9, "Ensure this value is less than or equal to 43200."),
        ("contact_counts", "moon", "Select a valid choice."),
        ("wait_counts", "holder", "Select a valid choice."),
        ("remind_percent", 100, "Ensure this value is less than or equal to 99."),
    ],
)
def test_clocks_that_cannot_be_are_refused_at_the_field(client: Client, as_ops, field, typed, refusal):
    queue = QueueFactory()
    answer = change(client, queue, **{field: typed})
    assert errors(answer)[field][0].startswith(refusal)
    assert Queue.objects.filter(pk=queue.pk, wait_minutes=None, contact_minutes=None, contact_counts="wall").exists()


@pytest.mark.parametrize("counts", ["wait_counts", "contact_counts"])
def test_team_hours_without_a_team_or_hours_say_that_all_hours_count(client: Client, as_ops, counts):
    answer = change(client, QueueFactory(), **{counts: "team"})
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told[-2].startswith("This queue has no team, so its clocks count all hours (wall time).")
    answer = change(client, QueueFactory(team=TeamFactory(name="Night")), **{counts: "team"})
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert (
        told[-2]
        == "Night has no working hours, so the clocks of this queue count all hours (wall time) until they are set."
    )


def test_own_hours_name_how_many_reps_have_none(client: Client, as_ops):
    team = TeamFactory()
    make_rep(team), make_rep(team)
    answer = change(client, QueueFactory(team=team), contact_counts="holder")
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told[-2].startswith("2 reps of this queue have no working hours.")


def test_a_queue_with_open_breaches_is_not_deleted_and_its_clocks_go_on(client: Client, as_ops):
    queue = QueueFactory(wait_minutes=30)
    make_entry(queue)
    held = take_next(queue, by=make_rep(), at=MORNING)
    escalate_overdue(at=MORNING + 3 * HOUR)
    address = reverse("admin:queues_queue_delete", args=[queue.pk])
    answer = client.post(address, {"post": "yes"}, follow=True)
    told = "Leads have been in this queue, and their history refers to it. Switch it off instead."
    assert [str(message) for message in answer.context["messages"]] == [told]
    assert escalate_overdue(at=MORNING + 5 * HOUR) == 1
    make_entry(queue, since=MORNING)
    expire_waits(at=MORNING + HOUR)
    answer = client.post(address, {"post": "yes"}, follow=True)
    assert str(next(iter(answer.context["messages"]))).startswith("1 lead waits here.")
    assert list(Breach.objects.order_by("clock", "number").values_list("clock", "number")) == [
        ("contact", 1),
        ("contact", 2),
        ("wait", 1),
    ]
    held.refresh_from_db()
    assert (Queue.objects.count(), held.breaches, held.contact_due_at) == (1, 2, MORNING + 6 * HOUR)
