"""Who may enter the admin, what it offers, and that records cannot be changed there."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from config.admin.base import RecordAdmin
from queues.models import (
    EntryRule,
)
from tests.factories import (
    QueueFactory,
    make_entry,
    make_manager,
    make_rep,
)
from tests.factories.records import make_one_of_each

pytestmark = pytest.mark.django_db

OPS_EDIT = {
    "leads_source",
    "leads_account",
    "leads_scorerule",
    "leads_ownfield",
    "leads_lead",
    "leads_apikey",
    "leads_webform",
    "routing_team",
    "routing_rep",
    "routing_timeoff",
    "routing_companyholiday",
    "routing_holidaykinds",
    "routing_rotation",
    "queues_queue",
    "queues_entryrule",
    "queues_prioritytier",
    "queues_segment",
    "queues_typelimit",
    "queues_partnerpool",
}
OPS_READ = {
    "leads_activity",
    "leads_capture",
    "leads_upload",
    "routing_turn",
    "routing_assignment",
    "queues_entry",
    "queues_breach",
    "queues_escalation",
    "queues_deadlinemove",
    "queues_loan",
    "queues_fastlane",
    "queues_sourcepause",
    "auth_user",
}


def places() -> dict[str, object]:
    return {f"{model._meta.app_label}_{model._meta.model_name}": each for model, each in admin.site._registry.items()}


@pytest.fixture
def one_of_each(as_ops: User) -> None:
    make_one_of_each(as_ops)


def test_admin_has_no_sign_in_of_its_own(client: Client):
    asked = ["/admin/", "/admin/queues/queue/?page=2"]
    ends = [client.get(address, follow=True).redirect_chain[-1][0] for address in asked]
    assert ends == ["/sign-in/?next=/admin/", "/sign-in/?next=/admin/queues/queue/%3Fpage%3D2"]


def test_admin_sign_in_leads_to_no_other_site(client: Client):
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == "/sign-in/?next=/admin/"


@pytest.mark.parametrize("make", [make_rep, make_manager])
def test_others_are_kept_out(client: Client, make):
    client.force_login(make())
    answers = {client.get(reverse(f"admin:{place}_changelist"), follow=True).status_code for place in places()}
    assert (client.get("/admin/", follow=True).status_code, answers) == (403, {403})


def test_signing_out_of_the_admin_ends_at_the_one_sign_in(client: Client, as_ops):
    assert client.post("/admin/logout/")["Location"] == reverse("routing:sign_in")


def test_ops_see_what_is_theirs_and_nothing_else(client: Client, one_of_each):
    seen = {place: client.get(reverse(f"admin:{place}_changelist")).status_code for place in places()}
    assert {place for place, status in seen.items() if status == 200} == OPS_EDIT | OPS_READ
    assert set(seen.values()) == {200, 403}


def test_ops_open_one_of_each(client: Client, one_of_each):
    answers = {}
    for place, model_admin in places().items():
        row = model_admin.model._default_manager.order_by("pk").first()
        if row is not None and place in OPS_EDIT | OPS_READ:
            answers[place] = client.get(reverse(f"admin:{place}_change", args=[row.pk])).status_code
    assert answers == dict.fromkeys(OPS_EDIT | OPS_READ, 200)


def test_ops_open_every_form_to_add(client: Client, one_of_each):
    adds = {place: client.get(reverse(f"admin:{place}_add")).status_code for place in OPS_EDIT | OPS_READ}
    assert adds == dict.fromkeys(OPS_EDIT, 200) | dict.fromkeys(OPS_READ, 403)


def test_histories_open(client: Client, one_of_each):
    with_history = OPS_EDIT - {"leads_lead"}
    answers = {}
    for place in with_history:
        row = places()[place].model._default_manager.order_by("pk").first()
        answers[place] = client.get(reverse(f"admin:{place}_history", args=[row.pk])).status_code
    assert answers == dict.fromkeys(with_history, 200)


def test_records_are_for_looking_only(client: Client, one_of_each):
    client.force_login(User.objects.create_superuser("root"))
    refused = {}
    for place, model_admin in places().items():
        row = model_admin.model._default_manager.order_by("pk").first()
        if isinstance(model_admin, RecordAdmin) and row is not None:
            addresses = [reverse(f"admin:{place}_{act}", args=[row.pk]) for act in ("change", "delete")]
            refused[place] = [client.post(address, {"post": "yes"}).status_code for address in addresses]
    assert set(map(tuple, refused.values())) == {(403, 403)}
    assert OPS_READ - {"auth_user"} <= refused.keys()


def test_every_page_of_the_machine_room_opens_for_administrators(client: Client, one_of_each):
    client.force_login(User.objects.create_superuser("root"))
    opened = {place: client.get(reverse(f"admin:{place}_changelist")).status_code for place in places()}
    assert opened == dict.fromkeys(places(), 200)


def test_nothing_is_deleted_in_bulk(client: Client, one_of_each):
    row = EntryRule.objects.get()
    sent = {"action": "delete_selected", "_selected_action": [row.pk], "index": 0, "post": "yes"}
    client.post(reverse("admin:queues_entryrule_changelist"), sent)
    assert EntryRule.objects.count() == 1


def test_the_start_page_offers_what_the_person_may_open(client: Client, as_ops):
    text = client.get("/admin/").content.decode()
    links = {place: f'href="{reverse(f"admin:{place}_changelist")}"' in text for place in places()}
    assert {place for place, is_there in links.items() if is_there} == OPS_EDIT | OPS_READ - {"auth_user"}


def test_a_long_list_is_not_counted(client: Client, as_ops, django_assert_max_num_queries):
    make_entry(QueueFactory())
    with django_assert_max_num_queries(12) as asked:
        client.get(reverse("admin:leads_activity_changelist"))
    assert [query["sql"] for query in asked if "COUNT(" in query["sql"].upper() and "activity" in query["sql"]] == []
