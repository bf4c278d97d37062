"""Own fields in every list of leads: as columns, in the order, as a filter, in files and in saved views (A9, M8)."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Lead, OwnField, SavedView
from queues.actions.claims.take import take_next
from queues.models import ReviewItem
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_lead, make_manager, make_rep

pytestmark = pytest.mark.django_db

VALUES = [
    {"choice:quality": "Worst", "number:visits": 12.5, "yes_no:consent": True},
    {"choice:quality": "High", "number:visits": 3, "yes_no:consent": False},
    {},
]


@pytest.fixture(autouse=True)
def fields():
    OwnField.objects.create(key="quality", name="Lead Quality", kind="choice", choices=["High", "Worst"], position=1)
    OwnField.objects.create(key="visits", name="Visits", kind="number", position=2, is_open=True)
    OwnField.objects.create(key="consent", name="Consent", kind="yes_no", position=3, is_open=True)


@pytest.fixture
def queue():
    return QueueFactory(team=TeamFactory(), slug="line")


def rows_of(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.reader(StringIO(text.decode().removeprefix("\ufeff"))))


def names(client: Client, address: str) -> list[str]:
    """The first column of the file."""
    return [row[0] for row in rows_of(client.get(address))[1:]]


def of_companies(make, **more) -> None:
    for name, own in zip(("Alpha", "Beta", "Gamma"), VALUES, strict=True):
        make(company_name=name, own=own, **more)


def test_my_leads_show_sort_filter_and_save_own_fields(client, queue):
    rep = make_rep(queue.team)
    of_companies(lambda **given: make_entry(queue, **given))
    for _each in VALUES:
        take_next(queue, by=rep, at=MORNING)
    client.force_login(rep)
    page = client.get("/my-leads/?columns=company,own_quality,own_visits").content.decode()
    assert all(part in page for part in ("Lead Quality", "Worst", "12.5"))
    asked = "/my-leads/?columns=company,own_visits,own_consent&format=csv"
    assert rows_of(client.get(f"{asked}&sort=own_visits")) == [
        ["Company", "Visits", "Consent"],
        ["Beta", "3", "no"],
        ["Alpha", "12.5", "yes"],
        ["Gamma", "", ""],
    ]
    assert names(client, f"{asked}&sort=-own_visits") == ["Alpha", "Beta", "Gamma"]
    found = [names(client, f"{asked}&own={own}") for own in ("quality%3DHigh", "consent%3Dyes", "consent%3Dno")]
    assert found == [["Beta"], ["Alpha"], ["Beta"]]
    client.post(
        "/views/save/", {"list": "own_leads", "name": "Best", "query": "columns=own_quality&own=quality%3DHigh"}
    )
    assert SavedView.objects.get().query == "own=quality%3DHigh&columns=company,own_quality"


def test_a_choice_that_is_gone_is_left_out_with_a_word(client, queue):
    client.force_login(make_rep(queue.team))
    page = client.get("/my-leads/?own=quality%3DLow&columns=company,own_gone").content.decode()
    assert "“quality=Low” is not a choice of “own field” (any more), so it is left out." in page
    assert "This list has no column “own_gone”, so it is left out." in page


def test_search_shows_and_filters_own_fields(client, as_ops):
    of_companies(make_lead)
    asked = "/search/?q=example&columns=company,own_quality&format=csv"
    assert rows_of(client.get(f"{asked}&sort=own_quality"))[1:] == [["Beta", "High"], ["Alpha", "Worst"], ["Gamma", ""]]
    assert names(client, f"{asked}&own=consent%3Dyes") == ["Alpha"]


def test_the_review_desk_filters_and_shows_own_fields(client, as_ops):
    of_companies(make_lead, stage="review")
    for lead in Lead.objects.order_by("pk"):
        ReviewItem.objects.create(lead=lead, opened_at=MORNING, reasons=["no_rule"])
    asked = "/review/?columns=company,own_quality&own=quality%3DHigh"
    assert "Lead Quality: High" in client.get(asked).content.decode()
    assert rows_of(client.get(f"/review/csv/?{asked.partition('?')[2]}&format=csv"))[1:] == [["Beta", "High"]]


def test_a_line_of_waiting_leads_has_only_fields_that_are_shown_before_the_claim(client, queue):
    of_companies(lambda **given: make_entry(queue, **given))
    client.force_login(make_manager(queue.team))
    asked = "/queues/line/?columns=company,own_quality,own_visits"
    page = client.get(asked).content.decode()
    assert ("12.5" in page, "Worst" in page) == (True, False)
    offered = client.get("/queues/line/").content.decode()
    assert ('value="own_visits"' in offered, 'value="own_quality"' in offered) == (True, False)
    assert names(client, f"{asked}&sort=own_visits&format=csv") == ["Beta", "Alpha", "Gamma"]
    assert names(client, f"{asked}&own=consent%3Dyes&format=csv") == ["Alpha"]


def test_a_file_has_no_formula_of_an_own_field(client, as_ops):
    OwnField.objects.create(key="note", name="Note", kind="text")
    make_lead(company_name="Delta", own={"text:note": "=1+1"})
    assert rows_of(client.get("/search/?q=example&columns=company,own_note&format=csv"))[1:] == [["Delta", "'=1+1"]]


def test_own_fields_cost_one_statement_however_many_there_are(client, as_ops):
    of_companies(make_lead)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/?q=example&columns=company,own_quality,own_visits")
        return len(queries)

    first = statements()
    OwnField.objects.bulk_create(OwnField(key=f"f{n}", name=f"Field {n}", kind="number") for n in range(9))
    assert statements() == first
