"""Through the doors: by API, form and hand to the account's owner, and how sales ops say so (G1)."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.actions.api.keys import make_key
from leads.decisions.web_forms.token import issue_token
from leads.models import Account
from queues.actions.dispatch.serve import serve
from queues.models import Entry, EntryRule, Queue
from routing.models import Assignment
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
    make_web_form,
)
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def owner():
    return make_rep(first_name="Rina", last_name="Dewanti")


@pytest.fixture
def other():
    return make_rep(first_name="Dimas", last_name="Aditya")


@pytest.fixture
def queue(other):
    made = QueueFactory(name="Enterprise", dispatch="push", rotation=make_rotation(other), owner_match="name")
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=made)
    return made


def sign_in(client: Client, user):
    client.force_login(user)
    return user


def test_by_api_the_lead_is_with_its_owner_when_the_answer_comes(client, owner, queue):
    AccountFactory(name="Maju Jaya", domain="maju.co.id", owner=owner)
    secret = make_key("Website", per_minute=1000, by=None, at=MORNING)[1]
    answer = client.post(
        "/api/leads",
        json.dumps({"email": "dewi@maju.co.id", "score": 90}),
        content_type="application/json",
        headers={"X-API-Key": secret},
    )
    assert (answer.status_code, answer.json()["stage"]) == (201, "held")
    held = Assignment.objects.get()
    assert (held.holder, held.how, held.place_name) == (owner, "owner", "Enterprise")


def test_by_form_with_free_mail_the_company_is_found_by_its_name(client, owner, queue):
    AccountFactory(name="Maju Jaya Tbk", domain="maju.co.id", owner=owner)
    AccountFactory(name="Gmail", domain="gmail.com", owner=make_rep())
    form = make_web_form(asks={"name": "required", "email": "required", "company_name": "required"})
    token = issue_token(form.pk, nonce="once", at=timezone.now() - timedelta(minutes=1), key=settings.SECRET_KEY)
    sent = {"token": token, "name": "Dewi", "email": "dewi@gmail.com", "company_name": "PT. Maju Jaya"}
    assert client.post(f"/forms/{form.slug}/", sent).status_code == 303
    held = Assignment.objects.get()
    assert (held.holder, held.receipt["by"], held.receipt["percent"]) == (owner, "name", 100)


def test_an_account_that_ops_give_an_owner_in_the_admin_is_found_by_its_name(client, owner, queue):
    ops = sign_in(client, make_ops())
    account = AccountFactory(name="Maju Jaya Tbk", domain="maju.co.id")
    page = client.get(reverse("admin:leads_account_change", args=[account.pk]))
    client.post(page.request["PATH_INFO"], typed(form_of(page, "account_form"), owner=owner.pk))
    account.refresh_from_db()
    assert (account.owner, account.history.latest().history_user) == (owner, ops)
    make_entry(queue, company_name="PT Maju Jaya")
    assert Entry.objects.get().owner == owner


def test_an_account_that_loses_its_owner_is_found_no_more(client, owner, queue):
    sign_in(client, make_ops())
    account = AccountFactory(name="Maju Jaya Tbk", domain="maju.co.id", owner=owner)
    page = client.get(reverse("admin:leads_account_change", args=[account.pk]))
    client.post(page.request["PATH_INFO"], typed(form_of(page, "account_form"), owner=""))
    make_entry(queue, company_name="PT Maju Jaya")
    assert (Account.objects.get().owner, Entry.objects.get().owner) == (None, None)


def test_somebody_who_is_switched_off_cannot_be_chosen_as_owner_but_can_stay(client, owner):
    sign_in(client, make_ops())
    account = AccountFactory(name="Maju Jaya")
    gone = make_rep(first_name="Putu", last_name="Ayu", is_active=False)
    address = reverse("admin:leads_account_change", args=[account.pk])
    answer = client.post(address, typed(form_of(client.get(address), "account_form"), owner=gone.pk))
    errors = answer.context["adminform"].form.errors
    assert errors["owner"] == ["Putu Ayu is switched off and gets no leads."]
    Account.objects.update(owner=gone)
    client.post(address, typed(form_of(client.get(address), "account_form"), city="Bogor"))
    account.refresh_from_db()
    assert (account.owner, account.city) == (gone, "Bogor")
    shown = client.get(reverse("admin:leads_account_changelist")).content.decode()
    assert "Putu Ayu (switched off)" in shown


def test_ops_say_on_the_queue_how_owners_are_asked_and_read_it_as_a_sentence(client, queue):
    sign_in(client, make_ops())
    Queue.objects.update(owner_match="off")
    address = reverse("admin:queues_queue_change", args=[queue.pk])
    page = client.get(address)
    assert "Every lead → SMB rotation" in page.content.decode()
    client.post(address, typed(form_of(page, "queue_form"), owner_match="name", owner_alike=88, owner_away="wait"))
    queue.refresh_from_db()
    assert (queue.owner_match, queue.owner_alike, queue.owner_away) == ("name", 88, "wait")
    assert "at least 88 % similar" in client.get(address).content.decode()


@pytest.mark.parametrize("percent", ["69", "101", "many", "-1"])
def test_a_threshold_that_means_nothing_is_refused(client, queue, percent):
    sign_in(client, make_ops())
    address = reverse("admin:queues_queue_change", args=[queue.pk])
    answer = client.post(address, typed(form_of(client.get(address), "queue_form"), owner_alike=percent))
    assert list(answer.context["adminform"].form.errors) == ["owner_alike"]
    queue.refresh_from_db()
    assert queue.owner_alike == 92


def test_no_lead_waits_for_an_owner_where_reps_take_leads_themselves(client):
    sign_in(client, make_ops())
    pulled = QueueFactory()
    address = reverse("admin:queues_queue_change", args=[pulled.pk])
    sent = typed(form_of(client.get(address), "queue_form"), owner_match="domain", owner_away="wait")
    assert list(client.post(address, sent).context["adminform"].form.errors) == ["owner_away"]
    pulled.refresh_from_db()
    assert pulled.owner_match == "off"


def test_a_stand_in_is_chosen_on_the_reps_page_and_is_somebody_else(client, owner, other):
    sign_in(client, make_ops())
    address = reverse("admin:routing_rep_change", args=[owner.rep.pk])
    client.post(address, typed(form_of(client.get(address), "rep_form"), delegate=other.rep.pk))
    owner.rep.refresh_from_db()
    assert owner.rep.delegate == other.rep
    answer = client.post(address, typed(form_of(client.get(address), "rep_form"), delegate=owner.rep.pk))
    assert answer.context["adminform"].form.errors["delegate"] == ["Nobody can be their own stand-in."]


def test_who_switches_an_owner_off_reads_how_many_accounts_are_left_without(client, owner):
    sign_in(client, make_ops())
    AccountFactory(owner=owner)
    AccountFactory(owner=owner)
    page = client.get(reverse("admin:routing_rep_deactivate", args=[owner.rep.pk])).content.decode()
    assert "2 accounts name this person as owner" in page


def test_the_owner_reads_why_the_lead_is_theirs(client, owner, queue):
    AccountFactory(name="Maju Jaya Tbk", domain="maju.co.id", owner=owner)
    entry = make_entry(queue, company_name="PT Maju Jya", company_domain="")
    serve(queue, at=MORNING)
    sign_in(client, owner)
    text = " ".join(client.get(f"/leads/{entry.lead_id}/").content.decode().split())
    assert "Given to the owner of the account Maju Jaya Tbk." in text
    assert "Matched “PT Maju Jya” with the account “Maju Jaya Tbk”, 94 of 100." in text


@pytest.mark.parametrize("make", [make_rep, make_manager])
def test_accounts_and_their_owners_are_for_sales_ops(client, make):
    account = AccountFactory(owner=make_rep())
    sign_in(client, make())
    pages = [("changelist", []), ("change", [account.pk])]
    answers = {client.get(reverse(f"admin:leads_account_{page}", args=args)).status_code for page, args in pages}
    assert answers <= {302, 403}


def test_a_lead_that_its_owner_already_holds_comes_back_to_the_same_owner(client, owner, queue):
    """The account's owner is asked once: a lead that somebody holds stays with its holder (A3)."""
    AccountFactory(name="Maju Jaya", domain="maju.co.id", owner=owner)
    secret = make_key("Website", per_minute=1000, by=None, at=MORNING)[1]
    for _time in range(2):
        client.post(
            "/api/leads",
            json.dumps({"email": "dewi@maju.co.id"}),
            content_type="application/json",
            headers={"X-API-Key": secret},
        )
    assert Assignment.objects.get().holder == owner
