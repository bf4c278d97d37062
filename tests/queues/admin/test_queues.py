"""Queues in the admin: messages at the field, and what follows a change."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from dashboards.presenters.queues import settings_text
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.models import Entry, EntryRule, IntakeState, Queue
from queues.queries.counts import queue_counts
from queues.queries.limits import TypeLimits
from tests.factories import MORNING, QueueFactory, make_entry, make_rep, make_rotation

pytestmark = pytest.mark.django_db


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


def test_saving_a_queue_changes_it_and_says_who(client: Client, as_ops):
    queue = QueueFactory()
    change(client, queue, name="Renamed")
    queue.refresh_from_db()
    assert (queue.name, queue.history.latest().history_user) == ("Renamed", as_ops)


def test_guards_are_off_until_somebody_switches_them_on_and_their_history_is_kept(client: Client, as_ops):
    queue = QueueFactory()
    assert (queue.uncontacted_limit, queue.is_blind, queue.is_reserving) == (0, False, False)
    change(client, queue, uncontacted_limit=3, picks_within=5, is_reserving=True)
    kept = queue.history.latest()
    assert (kept.uncontacted_limit, kept.is_reserving, kept.history_user) == (3, True, as_ops)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dispatch": "push"}, "rotation"),
        ({"dispatch": "hybrid"}, "rotation"),
        ({"first_band_hours": 48}, "second_band_hours"),
        ({"escalate_after_hours": 40}, "escalate_after_hours"),
        ({"second_band_percent": 40}, "first_band_percent"),
        ({"depth_red": 20}, "depth_red"),
        ({"depth_critical": 20}, "depth_critical"),
        ({"hot_score": 101}, "hot_score"),
        ({"is_blind": True, "picks_within": 3}, "is_blind"),
        ({"is_reserving": True}, "is_reserving"),
        ({"uncontacted_limit": -1}, "uncontacted_limit"),
        ({"batch_size": 0}, "batch_size"),
        ({"contact_minutes": 0}, "contact_minutes"),
        ({"contact_minutes": 43_201}, "contact_minutes"),
        ({"contact_minutes": "two"}, "contact_minutes"),
        ({"wait_minutes": 0}, "wait_minutes"),
        ({"wait_minutes": -5}, "wait_minutes"),
        ({"first_band_hours": ""}, "first_band_hours"),
        ({"escalate_after_hours": 2**60}, "escalate_after_hours"),
        ({"wait_minutes": 2**60}, "wait_minutes"),
        ({"nurture_after_days": 40_000}, "nurture_after_days"),
        ({"slug": "no address"}, "slug"),
        ({"team": 999_999}, "team"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client: Client, as_ops, changes, field):
    answer = change(client, QueueFactory(), **changes)
    assert (answer.status_code, list(errors(answer))) == (200, [field])


def test_clocks_and_limits_are_kept_by_the_form_and_in_the_history(client: Client, as_ops):
    """Until the form shows them, it neither changes nor forgets them."""
    target = QueueFactory()
    queue = QueueFactory(
        contact_counts="holder", remind_percent=75, when_full="overflow", overflow_queue=target, depth_limit=60,
        depth_lift=40, stale_is_on=False,
    )  # fmt: skip
    change(client, queue, name="Renamed", contact_minutes="")
    queue.refresh_from_db()
    for row in (queue, queue.history.latest()):
        assert (row.name, row.contact_minutes) == ("Renamed", None)
        assert (row.contact_counts, row.remind_percent) == ("holder", 75)
        assert (row.when_full, row.overflow_queue, row.depth_limit, row.depth_lift) == ("overflow", target, 60, 40)
        assert row.stale_is_on is False


def test_first_contact_may_be_left_to_the_lead_type(client: Client, as_ops):
    queue = QueueFactory(contact_minutes=None)
    make_entry(queue)
    taken = take_next(queue, by=make_rep(), at=MORNING)
    assert (taken.contact_minutes, taken.contact_due_at) == (120, MORNING + timedelta(hours=2))
    assert ("First contact", "2 h (usual)") in settings_text(queue, TypeLimits())


@pytest.mark.parametrize(
    "fields",
    [
        {"wait_minutes": 0},
        {"contact_minutes": 43_201},
        {"remind_percent": 100},
        {"depth_lift": 100},
        {"mean_age_lift_hours": 24},
        {"rate_lift": 80},
        {"when_full": "overflow"},
    ],
)
def test_the_database_refuses_limits_that_make_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueFactory(**fields)


def test_the_database_refuses_a_queue_that_takes_its_own_overflow():
    queue = QueueFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Queue.objects.filter(pk=queue.pk).update(when_full="overflow", overflow_queue=queue)


def test_a_queue_that_pushes_to_nobody_says_so(client: Client, as_ops):
    queue = QueueFactory()
    answer = client.post(
        reverse("admin:queues_queue_change", args=[queue.pk]),
        sent(queue, dispatch="push", rotation=make_rotation(name="SMB").pk),
        follow=True,
    )
    told = [str(message) for message in answer.context["messages"]]
    assert "SMB has no members: its leads wait until you add some." in told


def test_two_queues_cannot_have_one_name(client: Client, as_ops):
    taken = QueueFactory()
    assert list(errors(change(client, QueueFactory(), name=taken.name))) == ["name"]


def test_a_queue_in_which_leads_wait_is_not_switched_off(client: Client, as_ops):
    queue = QueueFactory()
    make_entry(queue), make_entry(queue)
    answer = change(client, queue, is_active=None)
    queue.refresh_from_db()
    assert (queue.is_active, errors(answer)["is_active"][0][:18]) == (True, "2 leads wait here.")


def test_a_queue_to_which_rules_lead_is_not_switched_off(client: Client, as_ops):
    queue = QueueFactory()
    EntryRule.objects.create(name="Demo requests", outcome="queue", queue=queue, conditions=[])
    answer = change(client, queue, is_active=None)
    assert errors(answer)["is_active"][0].startswith("Entry rules send leads here: <a href=")


def test_an_empty_queue_is_switched_off(client: Client, as_ops):
    queue = QueueFactory()
    change(client, queue, is_active=None)
    queue.refresh_from_db()
    assert queue.is_active is False


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_queue_in_which_leads_wait_is_not_deleted(client: Client, as_ops, method):
    queue = QueueFactory()
    make_entry(queue)
    address = reverse("admin:queues_queue_delete", args=[queue.pk])
    answer = getattr(client, method)(address, {"post": "yes"}, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert (answer.redirect_chain[0][0], told[0][:17], Queue.objects.count()) == (
        reverse("admin:queues_queue_change", args=[queue.pk]),
        "1 lead waits here",
        1,
    )


def test_an_unused_queue_is_deleted(client: Client, as_ops):
    queue = QueueFactory()
    client.post(reverse("admin:queues_queue_delete", args=[queue.pk]), {"post": "yes"})
    assert Queue.objects.count() == 0


def test_a_new_hot_score_reorders_at_once(client: Client, as_ops, django_capture_on_commit_callbacks):
    queue = QueueFactory(hot_score=80)
    first, second = make_entry(queue, score=50), make_entry(queue, since=MORNING + timedelta(hours=1), score=70)
    with django_capture_on_commit_callbacks(execute=True):
        change(client, queue, hot_score=60)
    order = list(Entry.objects.waiting().filter(queue=queue).in_base_order())
    assert order == [second, first]


def test_wider_bands_take_leads_back_and_the_counts_follow(client: Client, as_ops, django_capture_on_commit_callbacks):
    queue = QueueFactory()
    entry = make_entry(queue, since=MORNING, at=MORNING + timedelta(hours=30))
    assert (entry.band, queue_counts(queue, at=MORNING + timedelta(hours=30)).aged_first) == (1, 1)
    with time_machine.travel(MORNING + timedelta(hours=30)), django_capture_on_commit_callbacks(execute=True):
        change(client, queue, first_band_hours=40)
    entry.refresh_from_db()
    queue.refresh_from_db()
    assert (entry.band, queue_counts(queue, at=MORNING + timedelta(hours=30)).aged_first) == (0, 0)


def test_a_new_longest_wait_counts_for_those_who_wait(client: Client, as_ops, django_capture_on_commit_callbacks):
    queue = QueueFactory()
    entry = make_entry(queue, lead_type="warm")
    with time_machine.travel(MORNING + timedelta(minutes=1)), django_capture_on_commit_callbacks(execute=True):
        change(client, queue, wait_minutes=30)
    entry.refresh_from_db()
    assert entry.wait_due_at == MORNING + timedelta(minutes=30)


def test_a_queue_that_begins_to_push_hands_out_what_waits(client: Client, as_ops, django_capture_on_commit_callbacks):
    queue, rotation = QueueFactory(), make_rotation(make_rep())
    entry = make_entry(queue)
    with django_capture_on_commit_callbacks(execute=True):
        change(client, queue, dispatch="push", rotation=rotation.pk)
    assert Lead.objects.get(pk=entry.lead_id).stage == Lead.Stage.HELD


LIMITS_THAT_CANNOT_BE = [
    ({"depth_limit": 100, "depth_lift": 100}, "depth_limit", 'Must be more than "Open again below" (100).'),
    ({"depth_limit": 50, "depth_lift": 80}, "depth_limit", 'Must be more than "Open again below" (80).'),
    ({"mean_age_hours": 10, "mean_age_lift_hours": 20}, "mean_age_hours", None),
    ({"rate_low": 80, "rate_lift": 70}, "rate_lift", None),
    ({"depth_limit": 0, "depth_lift": 0}, "depth_limit", None),
    ({"depth_limit": -1}, "depth_limit", None),
    ({"depth_limit": "many"}, "depth_limit", "Enter a whole number."),
    ({"rate_lift": 101}, "rate_lift", None),
    ({"when_full": "overflow"}, "overflow_queue", "Choose the queue that gets the leads when this one is full."),
]


@pytest.mark.parametrize(("typed", "field", "says"), LIMITS_THAT_CANNOT_BE)
def test_limits_that_cannot_be_are_refused_at_the_field(client: Client, as_ops, typed, field, says):
    queue = QueueFactory()
    found = errors(change(client, queue, **typed))
    assert field in found
    assert says is None or says in found[field]
    queue.refresh_from_db()
    assert (queue.depth_limit, queue.depth_lift, queue.rate_lift, queue.when_full) == (100, 80, 85, "off")


def test_an_overflow_into_itself_or_in_a_circle_is_refused(client: Client, as_ops):
    queue = QueueFactory(name="A")
    other = QueueFactory(name="B", when_full="overflow", overflow_queue=queue)
    third = QueueFactory(name="C", when_full="overflow", overflow_queue=other)
    found = [
        errors(change(client, queue, when_full="overflow", overflow_queue=target.pk))["overflow_queue"]
        for target in (queue, other, third)
    ]
    assert found == [
        ["A queue cannot take its own overflow. Choose another one."],
        ["Leads would go in a circle: A > B > A. Choose another queue."],
        ["Leads would go in a circle: A > C > B > A. Choose another queue."],
    ]


def test_an_overflow_into_a_queue_that_is_off_is_refused(client: Client, as_ops):
    target = QueueFactory(name="Old", is_active=False)
    found = errors(change(client, QueueFactory(), when_full="overflow", overflow_queue=target.pk))
    assert found["overflow_queue"] == ["Old is switched off. Choose another one."]


def test_limits_are_saved(client: Client, as_ops):
    queue, target = QueueFactory(), QueueFactory()
    typed = {"when_full": "overflow", "overflow_queue": target.pk, "depth_limit": 40, "depth_lift": 30}
    change(client, queue, **typed)
    queue.refresh_from_db()
    found = (queue.when_full, queue.overflow_queue, queue.depth_limit, queue.depth_lift)
    assert found == ("overflow", target, 40, 30)


def test_the_form_says_what_the_intake_does(client: Client, as_ops):
    queue = QueueFactory(when_full="park")
    IntakeState.objects.create(queue=queue, full_since=MORNING)
    page = client.get(reverse("admin:queues_queue_change", args=[queue.pk])).content.decode()
    assert "more than 100 waited, so rules add no leads until fewer than 80 wait." in page
