"""Segments in the admin, their sentences and warnings, and a lead that is only tried (G2, G3, F7, F11c)."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from queues.models import EntryRule, Segment
from queues.presenters.routing_trail import plan_sentences, segment_warnings
from tests.clients import FORBIDDEN, refusal
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    make_entry,
    make_manager,
    make_rep,
    make_rotation,
)
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def queue():
    return QueueFactory(name="Inbound", dispatch="push", rotation=make_rotation(make_rep(), name="Everybody"))


def band(queue, name, operator, value, place=1):
    rotation = make_rotation(make_rep(), name=name)
    rows = [{"field": "score", "operator": operator, "value": value}]
    return Segment.objects.create(queue=queue, name=name, position=place, conditions=rows, rotation=rotation)


def test_ops_make_a_segment_and_the_leads_that_wait_follow(
    client: Client, as_ops, queue, django_capture_on_commit_callbacks
):
    queue.rotation.members.update(is_paused=True)
    entry = make_entry(queue, score=90)
    seniors = make_rotation(make_rep(), name="Seniors")
    address = reverse("admin:queues_segment_add")
    sent = typed(
        form_of(client.get(f"{address}?queue={queue.pk}"), "segment_form"),
        name="Hot",
        rotation=seniors.pk,
        **{"conditions-0-field": "score", "conditions-0-operator": "more_than", "conditions-0-value": "80"},
    )
    assert sent["queue"] == [str(queue.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, sent)
    made = Segment.objects.get()
    assert (made.queue, made.history.get().history_user) == (queue, as_ops)
    entry.refresh_from_db()
    assert entry.assignment.turn.rotation == seniors


def test_deleting_it_sends_the_leads_that_wait_to_the_queues_own(
    client: Client, as_ops, queue, django_capture_on_commit_callbacks
):
    made = band(queue, "Hot", "more_than", 80)
    made.rotation.members.update(is_paused=True)
    entry = make_entry(queue, score=90)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:queues_segment_delete", args=[made.pk]), {"post": "yes"})
    entry.refresh_from_db()
    assert (Segment.objects.count(), entry.assignment.turn.rotation) == (0, queue.rotation)


def test_dragging_changes_who_is_asked_first(client: Client, as_ops, queue, django_capture_on_commit_callbacks):
    first, second = band(queue, "Above 50", "more_than", 50), band(queue, "Above 80", "more_than", 80, place=2)
    for each in (first, second):
        each.rotation.members.update(is_paused=True)
    entry = make_entry(queue, score=90)
    assert entry.rotation == first.rotation
    address = reverse("admin:queues_segment_changelist")
    sent = form_of(client.get(address), "changelist-form")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, typed(sent, **{"form-0-position": "2", "form-1-position": "1", "_save": "Save"}))
    entry.refresh_from_db()
    assert (list(Segment.objects.values_list("name", flat=True)), entry.rotation) == (
        ["Above 80", "Above 50"],
        second.rotation,
    )


def test_a_segment_of_a_queue_without_a_rotation_is_refused(client: Client, as_ops):
    pulled = QueueFactory()
    address = reverse("admin:queues_segment_add")
    sent = typed(form_of(client.get(address), "segment_form"), name="Hot", queue=pulled.pk, rotation=make_rotation().pk)
    answer = client.post(address, sent)
    assert (list(answer.context["adminform"].form.errors), Segment.objects.count()) == (["queue"], 0)


def test_gaps_overlaps_and_shadows_are_told(queue):
    band(queue, "Senior", "more_than", 80)
    band(queue, "Standard", "between", [40, 70], place=2)
    band(queue, "Low", "less_than", 50, place=3)
    band(queue, "Never asked", "more_than", 90, place=4)
    told = segment_warnings(queue)
    assert any("from 71 to 80; they go to Everybody" in text for text in told)
    assert any("both match score from 40 to 49" in text for text in told)
    assert "“Never asked” never takes a lead: “Senior” above it takes the same leads first." in told


def test_bands_that_fit_are_not_warned_about(queue):
    band(queue, "Senior", "more_than", 80)
    band(queue, "Standard", "between", [50, 80], place=2)
    band(queue, "SDRs", "less_than", 50, place=3)
    assert segment_warnings(queue) == []


def test_the_queues_page_tells_the_whole_way_in_order(client: Client, as_ops, queue):
    band(queue, "Senior", "more_than", 80)
    queue.owner_match = "domain"
    queue.save(update_fields=["owner_match"])
    assert plan_sentences(queue)[1:] == ["Senior: Score is more than 80 → Senior", "All other leads → Everybody"]
    page = client.get(reverse("admin:queues_queue_change", args=[queue.pk])).content.decode()
    texts = ("belongs to a known account goes", "Score is more than 80", "All other leads")
    places = [page.index(text) for text in texts]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("lead", "says"),
    [
        (
            {"score": "90"},
            [
                "The company is not a known account.",
                "Segment “Senior”: matches.",
                "The rotation Senior takes the turn.",
            ],
        ),
        (
            {"score": "60", "company_name": "PT Maju Jaya"},
            ["Matched “PT Maju Jaya” with the account “Maju Jaya Tbk”, 100 of 100. Its owner is Rina Dewanti."],
        ),
        (
            {"score": "60", "email": "a@else.co.id"},
            [
                "The company is not a known account.",
                "Segment “Senior”: not met: Score is more than 80.",
                "The rotation Everybody takes the turn.",
            ],
        ),
    ],
)
def test_a_lead_that_is_tried_is_told_the_whole_way(client: Client, as_ops, queue, lead, says):
    band(queue, "Senior", "more_than", 80)
    queue.owner_match = "name"
    queue.save(update_fields=["owner_match"])
    AccountFactory(name="Maju Jaya Tbk", owner=make_rep(first_name="Rina", last_name="Dewanti"))
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    answer = client.get("/rules/", {"try": "1", **lead})
    assert answer.context["verdict"].way == says
    assert all(each.split("“")[0] in answer.content.decode() for each in says)


def test_a_rotation_of_a_segment_is_kept_and_names_where_it_is_used(client: Client, as_ops, queue):
    made = band(queue, "Senior", "more_than", 80)
    answer = client.post(
        reverse("admin:routing_rotation_delete", args=[made.rotation_id]), {"post": "yes"}, follow=True
    )
    told = [str(message) for message in answer.context["messages"]]
    assert told == ["Inbound, Senior gives its leads to this rotation. Choose another rotation there first."]
    assert "Inbound: Senior" in client.get(reverse("admin:routing_rotation_changelist")).content.decode()


def test_segments_are_for_sales_ops(client: Client, queue):
    made = band(queue, "Senior", "more_than", 80)
    for user in (make_rep(), make_manager()):
        client.force_login(user)
        assert refusal(client.get(reverse("admin:queues_segment_change", args=[made.pk]), follow=True)) == FORBIDDEN
