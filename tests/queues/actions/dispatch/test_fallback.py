"""Rotations that can give to nobody: empty, all away, or with somebody who was deactivated; leads wait, and the pages
say why (F6, F9, F11c)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from leads.actions.intake.capture import capture_lead
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Entry, EntryRule, Queue
from routing.actions.availability.time_off import plan_time_off
from routing.models import Assignment, Rotation, Turn
from tests.factories import MORNING, QueueFactory, TeamFactory, make_manager, make_ops, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def queue_of(rotation: Rotation, country: str = "") -> Queue:
    """The queue of this rotation, for leads of this country or for all."""
    queue = QueueFactory(name=f"Queue of {rotation.name}", dispatch="push", rotation=rotation)
    conditions = [{"field": "country", "operator": "is", "value": country}] if country else []
    EntryRule.objects.create(name=rotation.name, outcome="queue", queue=queue, conditions=conditions)
    return queue


def arrive(count: int, **fields: str) -> None:
    for number in range(count):
        capture_lead({"email": f"{number}@{fields.get('country', 'any')}.co.id"} | fields, channel="api", at=MORNING)


def test_an_empty_rotation_is_saved_with_a_warning_and_its_leads_wait(page_text, client: Client, as_ops):
    place = "/admin/routing/rotation/add/"
    answer = client.post(place, typed(form_of(client.get(place), "rotation_form"), name="SMB"), follow=True)
    assert "SMB has no members: its leads wait until you add some." in page_text(answer)
    rotation = Rotation.objects.get()
    queue_of(rotation)
    arrive(3)
    assert (Entry.objects.waiting().count(), Turn.objects.count()) == (3, 0)
    assert "Nobody is in it yet." in page_text(client.get(reverse("routing:rotation", args=[rotation.pk])))
    assert serve_waiting(at=MORNING + DAY) == 0


def test_where_all_are_away_leads_wait_until_the_first_is_back(client: Client, as_ops):
    people = [make_rep(), make_rep()]
    for number, user in enumerate(people, start=1):
        span = {"starts_at": MORNING, "ends_at": MORNING + number * DAY}
        plan_time_off(user.rep, kind="leave", note="", by=user, at=MORNING, **span)
    rotation = make_rotation(*people, name="SMB")
    queue_of(rotation)
    arrive(3)
    assert (Entry.objects.waiting().count(), Turn.objects.count()) == (3, 0)
    before = MORNING + DAY - timedelta(seconds=1)
    assert [serve_waiting(at=at) for at in (before, MORNING + DAY)] == [0, 3]
    assert set(Assignment.objects.values_list("holder", flat=True)) == {people[0].pk}


def test_somebody_deactivated_gets_no_lead_of_three_rotations_and_their_pages_say_so(page_text, client: Client):
    team = TeamFactory()
    gone, here = make_rep(team, first_name="Carlos", last_name="Diaz"), make_rep(team)
    ways = {"Hold": {}, "Anyway": {"when_nobody": "anyway"}, "Fallback": {"when_nobody": "fallback"}}
    rotations = {}
    for name, fields in ways.items():
        fields = fields | ({"fallback": gone.rep} if name == "Fallback" else {})
        rotations[name] = make_rotation(gone, here, name=name, **fields)
        queue_of(rotations[name], country={"Hold": "ID", "Anyway": "SG", "Fallback": "MY"}[name])
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for country in ("ID", "SG", "MY"):
        arrive(4, country=country)
    assert set(Assignment.objects.values_list("holder", flat=True)) == {here.pk}
    assert (Assignment.objects.count(), Turn.objects.filter(rep=here.rep).count()) == (12, 12)

    here.rep.is_available = False
    here.rep.save()
    for country in ("ID", "SG", "MY"):
        capture_lead({"email": f"late@{country}.example.com", "country": country}, channel="api", at=MORNING)
    given = list(Assignment.objects.order_by("-pk").values_list("holder", "turn__rotation__name")[:1])
    assert (given, Entry.objects.waiting().count()) == ([(here.pk, "Anyway")], 2)
    assert not Assignment.objects.filter(holder=gone).exists()

    for user in (make_manager(team), make_ops()):
        client.force_login(user)
        for rotation in rotations.values():
            page = page_text(client.get(reverse("routing:rotation", args=[rotation.pk])))
            assert "Carlos Diaz" in page
            assert "no longer active" in page
    told = page_text(client.get(reverse("admin:routing_rotation_change", args=[rotations["Fallback"].pk])))
    assert "Carlos Diaz, the fallback, is deactivated: when nobody is available, leads wait." in told
