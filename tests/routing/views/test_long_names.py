"""A name of any 80 characters stands on every page that names the rotation; a longer one is refused (J3)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from leads.actions.intake.capture import capture_lead
from queues.models import EntryRule
from routing.models import Assignment, Rotation
from tests.factories import MORNING, QueueFactory, TeamFactory, make_manager, make_ops, make_rep
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db
ADD = "/admin/routing/rotation/add/"
NAMES = {
    "foxes": "🦊" * 80,
    "marks": "<b>&amp;'\"{{ name }}%(n)s{0}" + "é" * 52,
    "families": "👩‍👩‍👧‍👦" * 5 + "حصة" * 13 + "W" * 6,  # also from right to left, and a word
}


def enter(client: Client, name: str):
    """Type it as the name of a new rotation."""
    client.force_login(make_ops())
    return client.post(ADD, typed(form_of(client.get(ADD), "rotation_form"), name=name))


@pytest.mark.parametrize("name", ["Rotation 🦊 " * 25 + "🦊" * 6, "🦊" * 81, "W" * 10_000], ids=["256", "81", "10000"])
def test_a_longer_name_is_refused_and_says_how_long_it_may_be(client: Client, name):
    answer = enter(client, name)
    assert (answer.status_code, Rotation.objects.count()) == (200, 0)
    assert answer.context["adminform"].form.errors == {
        "name": [f"Ensure this value has at most 80 characters (it has {len(name)})."]
    }


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_of_eighty_signs_stands_on_every_page_that_names_it(client: Client, name):
    assert len(name) == 80
    assert enter(client, name).status_code == 302
    rotation, team = Rotation.objects.get(), TeamFactory()
    assert rotation.name == name
    people = [make_rep(team) for _rep in range(2)]
    for user in people:
        rotation.members.create(rep=user.rep, position=user.pk)
    queue = QueueFactory(name=name, team=team, dispatch="push", rotation=rotation)
    EntryRule.objects.create(name="Everybody", outcome="queue", queue=queue)
    capture_lead({"email": "dewi@maju.co.id"}, channel="api", at=MORNING)
    held = Assignment.objects.select_related("holder").get()
    own = f"/leads/{held.lead_id}/"
    admin = [reverse(f"admin:routing_rotation_{page}", args=[rotation.pk]) for page in ("change", "history", "try_it")]
    every = ["/rotations/", f"/rotations/{rotation.pk}/", "/fairness/", f"/fairness/{rotation.pk}/"]
    reach = {
        held.holder: [f"/rotations/mine/{rotation.pk}/", "/desk/", own, "/inbox/"],
        make_manager(team): every,
        make_ops(): [*every, *admin, "/admin/routing/rotation/", reverse("admin:queues_queue_change", args=[queue.pk])],
    }
    for user, pages in reach.items():
        client.force_login(user)
        for page in pages:
            answer = client.get(page)
            assert (page, answer.status_code) == (page, 200)
            shown = answer.content.decode()
            assert (page, escape(name) in shown) == (page, True)
            assert "<b>&amp;" not in shown
    assert client.get(f"/fairness/{rotation.pk}/?csv=1").status_code == 200
