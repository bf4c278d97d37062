"""Settings in our own words: headings, messages, and what a long form shows first (M6)."""

import pytest
from django.test import Client

from queues.models import Queue
from routing.models import Rotation
from tests.factories import QueueFactory, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


def says(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def heading(client: Client, path: str) -> str:
    return client.get(path).context["title"]


def test_headings_name_the_thing(client, as_ops):
    queue = QueueFactory(name="Hot inbound")

    assert heading(client, "/admin/queues/queue/add/") == "New queue"
    assert '<h2 class="al-form-heading">New queue</h2>' in client.get("/admin/queues/queue/add/").content.decode()
    assert heading(client, f"/admin/queues/queue/{queue.pk}/change/") == "Queue: Hot inbound"
    assert heading(client, "/admin/routing/rotation/add/") == "New rotation"


def test_saving_and_deleting_are_said_in_our_words(client, as_ops):
    team = {"name": "Jakarta", "time_zone": "Asia/Jakarta"}

    assert says(client.post("/admin/routing/team/add/", team, follow=True)) == ["“Jakarta” is saved."]
    queue = QueueFactory(name="Old")
    path = f"/admin/queues/queue/{queue.pk}/"
    sent = typed(form_of(client.get(path + "change/"), "queue_form"), name="Older")
    assert "“Older” is saved." in says(client.post(path + "change/", sent, follow=True))
    assert "“Older” is deleted." in says(client.post(path + "delete/", {"post": "yes"}, follow=True))
    assert not Queue.objects.exists()


class TestMore:
    def test_a_rotation_shows_its_name_and_members_first(self, client, as_ops):
        rotation = make_rotation(make_rep(), order=Rotation.Order.NAME)

        page = client.get(f"/admin/routing/rotation/{rotation.pk}/change/").content.decode()

        assert page.index('id="id_name"') < page.index('id="members-group"') < page.index("al-more")
        assert page.index("al-more") < page.index('id="id_cap_day"')
        assert '<details class="al-more">' in page

    def test_a_queue_shows_order_and_people_first(self, client, as_ops):
        page = client.get("/admin/queues/queue/add/").content.decode()

        for name in ("name", "team", "dispatch", "order"):
            assert page.index(f'id="id_{name}"') < page.index("al-more"), name
        assert page.index("al-more") < page.index('id="id_batch_size"')

    def test_it_is_open_where_something_was_chosen(self, client, as_ops):
        queue = QueueFactory(batch_size=3)

        assert (
            '<details class="al-more" open>' in client.get(f"/admin/queues/queue/{queue.pk}/change/").content.decode()
        )

    def test_it_is_open_where_something_is_wrong(self, client, as_ops):
        queue = QueueFactory()
        path = f"/admin/queues/queue/{queue.pk}/change/"
        sent = typed(form_of(client.get(path), "queue_form"), first_band_hours="99", second_band_hours="1")

        answer = client.post(path, sent)

        assert answer.context["errors"]
        assert '<details class="al-more" open>' in answer.content.decode()


def test_the_pages_of_people_lead_to_their_invitations(client, as_ops):
    groups = client.get("/admin/").context["sidebar_navigation"]

    (people,) = [group["items"] for group in groups if str(group.get("title", "")) == "People"]

    assert [(str(item["title"]), item["link"]) for item in people][:2] == [
        ("Reps", "/admin/routing/rep/"),
        ("Invitations", "/invitations/"),
    ]


def test_settings_are_in_the_order_of_need(client, as_ops):
    groups = [str(group["title"]) for group in client.get("/admin/").context["sidebar_navigation"] if "title" in group]

    assert [name for name in groups if name != "Records"][:7] == [
        *("Company", "People", "Queues", "Rotations", "Rules", "Doors", "Connections")
    ]
