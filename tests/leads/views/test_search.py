"""The search: only leads that the person may see, never too many (C9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_lead, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db

SEARCH = "/search/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(hours=1), tick=False)


def found(client: Client, user, text: str) -> str:
    client.force_login(user)
    answer = client.get(SEARCH, {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("text", ["acme", "Lestari", "dewi@acme", "acme dewi", "CRM-17"])
def test_search_finds_by_company_name_and_address(client: Client, text: str):
    person = {"first_name": "Dewi", "last_name": "Lestari", "email": "dewi@acme.example.com"}
    make_lead(company_name="Acme Widgets", external_id="CRM-17", **person)
    assert "Acme Widgets" in found(client, make_ops(), text)


def test_search_of_a_rep_finds_only_his_or_her_leads(client: Client):
    team = TeamFactory()
    rep, colleague, queue = make_rep(team), make_rep(team), QueueFactory(team=team)
    for number in range(3):
        make_entry(queue, company_name=f"Acme {number}")
    take_next(queue, by=rep, at=MORNING), take_next(queue, by=colleague, at=MORNING)
    shown = found(client, rep, "acme")
    assert [number for number in range(3) if f"Acme {number}" in shown] == [0]
    assert [number for number in range(3) if f"Acme {number}" in found(client, make_manager(team), "acme")] == [0, 1, 2]
    assert "Acme 0" not in found(client, make_manager(TeamFactory()), "acme")


@pytest.mark.parametrize("text", ["", "a", " a "])
def test_search_asks_for_two_letters(client: Client, text: str):
    make_lead(company_name="Acme")
    shown = found(client, make_ops(), text)
    assert ("at least two letters" in shown, "Acme" in shown) == (True, False)


@pytest.mark.parametrize("text", ["%", "_", "'; drop table", "<script>", "a" * 5000, "%%", "\\"])
def test_search_takes_any_text(client: Client, text: str):
    make_lead(company_name="Acme")
    shown = found(client, make_ops(), text)
    assert ("<script>" in shown.split("<main", 1)[1], "Acme" in shown) == (False, False)


def test_search_shows_fifty_and_says_that_there_are_more(client: Client):
    for number in range(51):
        make_lead(company_name=f"Acme {number}")
    shown = found(client, make_ops(), "acme")
    assert (shown.count('scope="row"'), "Write more to find others" in shown) == (50, True)


def test_search_says_when_nothing_is_found(client: Client):
    assert "Nothing found for “acme”" in found(client, make_ops(), "acme")


def test_search_asks_as_much_for_three_leads_as_for_one(client: Client):
    ops, counts = make_ops(), []
    client.force_login(ops)
    for number in range(3):
        make_lead(company_name=f"Acme {number}")
        with CaptureQueriesContext(connection) as asked:
            client.get(SEARCH, {"q": "acme"})
        counts.append(len(asked))
    assert counts[0] == counts[2]
