"""Own fields through the endpoint: read by key and by the titles of their columns, and named when they are not (A9)."""

import pytest
from django.test import Client

from leads.models import Lead, OwnField

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fields():
    OwnField.objects.create(key="total_visits", name="Total visits", kind="number", titles=["TotalVisits"], style=",")
    OwnField.objects.create(key="budget", name="Budget", kind="choice", choices=["Small", "Large"])
    OwnField.objects.create(key="consent", name="Consent", kind="yes_no")


def test_own_fields_are_read_by_key_title_and_name(send):
    sent = {"email": "dewi@example.com", "TotalVisits": 2.125, "budget": "large", "Consent": True, "shoe": "42"}
    status, answer = send("leads", sent)
    assert (status, answer["problems"], answer["kept_as_extra"]) == (201, [], ["shoe"])
    assert Lead.objects.get().own == {
        "number:total_visits": 2.125,
        "choice:budget": "Large",
        "yes_no:consent": True,
    }


def test_what_cannot_be_read_is_named_and_kept(send):
    status, answer = send("leads", {"email": "dewi@example.com", "total_visits": "many", "consent": "Select"})
    assert (status, answer["kept_as_extra"]) == (201, ["total_visits"])
    assert [(each["field"], each["problem"]) for each in answer["problems"]] == [("total_visits", "invalid")]
    lead = Lead.objects.get()
    assert (lead.own, lead.extra["total_visits"]) == ({}, "many")


def test_a_batch_reads_each_of_its_leads(send):
    leads = [{"email": f"dewi{n}@example.com", "total_visits": n} for n in (3, 4)]
    assert [each["kept_as_extra"] for each in send("leads/batch", {"leads": leads})[1]["results"]] == [[], []]
    assert [lead.own["number:total_visits"] for lead in Lead.objects.order_by("pk")] == [3, 4]


def test_only_sales_ops_read_the_names_of_own_fields_on_the_page_of_the_endpoint(client: Client, as_ops):
    key = "<code>total_visits</code>"
    assert key in client.get("/api/docs").content.decode()
    assert key not in Client().get("/api/docs").content.decode()
