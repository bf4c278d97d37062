"""Leads in the admin: added by hand through the intake, corrected by an action, never lost."""

import pytest
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from leads.forms.leads import LeadForm
from leads.models import Activity, Capture, Lead
from queues.models import Entry, EntryRule, Queue, ReviewItem
from routing.models import Assignment
from tests.factories import QueueFactory, SourceFactory, make_entry, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db

ADD = "/admin/leads/lead/add/"


def by_hand(client: Client, **typed: object):
    source = SourceFactory(slug="fair", name="Trade fair")
    return client.post(ADD, {"source": source.pk, **typed})


def correct(client: Client, lead: Lead, **typed: object):
    kept = model_to_dict(lead, fields=LeadForm.Meta.fields)
    kept = {name: value for name, value in (kept | typed).items() if value is not None}
    return client.post(reverse("admin:leads_lead_change", args=[lead.pk]), kept)


def test_a_lead_by_hand_goes_through_rules_and_rotation(client: Client, as_ops):
    rep = make_rep()
    queue = QueueFactory(dispatch=Queue.Dispatch.PUSH, rotation=make_rotation(rep))
    rule = [{"field": "channel", "operator": "is", "value": "hand"}]
    EntryRule.objects.create(name="By hand", outcome="queue", queue=queue, conditions=rule)
    by_hand(client, first_name="Sari", email="Sari@Hotel-Nila.example.com", phone="0812 3456 7890", score=90)
    lead = Lead.objects.get()
    assert (lead.email, lead.phone, lead.source.name, lead.score) == (
        "sari@hotel-nila.example.com",
        "+6281234567890",
        "Trade fair",
        90,
    )
    assert (lead.stage, Assignment.objects.get().holder, Capture.objects.get().channel) == ("held", rep, "hand")
    assert lead.activities.get(kind=Activity.Kind.CAPTURED).by == as_ops


def test_a_lead_by_hand_without_a_rule_stands_on_the_review_desk(client: Client, as_ops):
    by_hand(client, email="sari@hotel-nila.example.com")
    assert ReviewItem.objects.get().reasons == ["no_rule"]


def test_a_known_person_joins_the_known_lead(client: Client, as_ops):
    lead = make_lead(email="sari@hotel-nila.example.com")
    answer = client.post(ADD, {"source": lead.source_id, "email": "sari@hotel-nila.example.com"}, follow=True)
    texts = [str(message) for message in answer.context["messages"]]
    assert Lead.objects.count() == 1
    assert texts == [f"{lead.label} is known already and was updated. Captured."]


def test_after_adding_a_lead_the_message_says_where_it_went(client: Client, as_ops):
    queue = QueueFactory(name="Hot inbound")
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    answer = by_hand(client, email="sari@hotel-nila.example.com", company_name="Hotel Nila")
    texts = [str(message) for message in client.get(answer["Location"]).context["messages"]]
    assert texts == ["Hotel Nila was added. Waits in Hot inbound."]


def test_adding_a_possible_duplicate_shows_a_warning(client: Client, as_ops):
    known = make_lead(first_name="Sari", last_name="Wulandari", company_name="Hotel Nila")
    answer = by_hand(
        client, first_name="Sari", last_name="Wulandari", company_name="Hotel Nila", email="s@nila.example.com"
    )
    here, warned = [str(message) for message in client.get(answer["Location"]).context["messages"]]
    place = reverse("admin:leads_lead_change", args=[known.pk])
    assert here == "Hotel Nila was added. On the review desk: No rule matches."
    assert warned == f'It may be the same as <a href="{place}">Hotel Nila (#{known.pk})</a>: 100 % alike.'


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"email": "a@b.example.com", "country": "Atlantis"}, "country"),
        ({"email": "a@b.example.com", "score": "101"}, "score"),
        ({"email": "a@b.example.com", "company_size": "-1"}, "company_size"),
        ({"first_name": "Sari"}, "__all__"),
        ({"email": "a@b.example.com", "source": ""}, "source"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_stored(client: Client, as_ops, typed, field):
    answer = by_hand(client, **typed)
    assert (list(answer.context["form"].errors), Capture.objects.count()) == ([field], 0)


def test_a_corrected_score_moves_the_lead_at_once(client: Client, as_ops):
    queue = QueueFactory(hot_score=80)
    first, second = make_entry(queue, score=50), make_entry(queue, score=50)
    correct(client, second.lead, score=95)
    second.lead.refresh_from_db()
    assert list(Entry.objects.waiting().filter(queue=queue).in_base_order()) == [second, first]
    assert second.lead.score_parts == {"given": [95, 100]}


def test_a_correction_is_an_activity_without_personal_data(client: Client, as_ops):
    lead = make_lead(score=50)
    correct(client, lead, score=60, email="new@company.example.com")
    activity = lead.activities.get(kind=Activity.Kind.CORRECTED)
    assert (activity.by, activity.details) == (
        as_ops,
        {
            "fields": ["email", "score"],
            "from": {"score": 50},
            "to": {"score": 60},
            "score_from": 50,
            "score_to": 60,
        },
    )


def test_the_corrected_address_recognises_the_lead(client: Client, as_ops):
    lead = make_lead(email="old@company.example.com")
    correct(client, lead, email="New@Company.example.com")
    emails = lead.identities.filter(kind="email").values_list("value", flat=True)
    assert list(emails) == ["new@company.example.com"]


def test_an_address_of_another_lead_is_refused_at_its_field(client: Client, as_ops):
    other, lead = make_lead(email="sari@hotel-nila.example.com"), make_lead()
    answer = correct(client, lead, email="sari@hotel-nila.example.com")
    texts = answer.context["adminform"].form.errors["email"][0]
    lead.refresh_from_db()
    assert (texts.startswith(other.label), lead.email == other.email) == (True, False)


def test_saving_without_a_change_writes_nothing(client: Client, as_ops):
    lead = make_lead()
    answer = correct(client, lead)
    assert (answer.status_code, lead.activities.count()) == (302, 0)


def test_a_lead_is_not_deleted(client: Client, as_ops):
    lead = make_lead()
    answer = client.post(reverse("admin:leads_lead_delete", args=[lead.pk]), {"post": "yes"})
    assert (answer.status_code, Lead.objects.count()) == (403, 1)


@pytest.mark.parametrize("search", ["sari@hotel-nila.example.com", "SARI@hotel-nila.example.com", "crm-77"])
def test_leads_are_found_by_what_identifies_them(client: Client, as_ops, search):
    make_lead()
    lead = make_lead(email="sari@hotel-nila.example.com", external_id="crm-77")
    found = client.get("/admin/leads/lead/", {"q": search}).context["cl"].result_list
    assert list(found) == [lead]
