"""The search: only leads that the person may see, never too many (C9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.jobs.run import run_job
from config.models import BackgroundJob
from leads.actions.corrections import correct_lead
from leads.actions.intake.capture import capture_lead
from leads.decisions.search_words import FILL
from leads.models import Lead, LeadAlias, SearchWord
from leads.queries import search
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


@pytest.mark.parametrize("text", ["yilmaz", "AYŞE YILMAZ", "Yılmaz", "lukasiewicz", "0049 171 123"])
def test_search_finds_a_name_without_its_letters_and_a_number_dialled_from_abroad(client: Client, text: str):
    capture_lead(
        {"name": "Ayşe Yılmaz", "company_name": "Łukasiewicz", "phone": "0049 171 1234567"}, channel="form", at=MORNING
    )
    assert "Łukasiewicz" in found(client, make_ops(), text)


def test_search_finds_by_everything_that_ever_arrived(client: Client):
    """Another phone, a second e-mail and a second name come later, by other channels."""
    first = {"name": "Sari Ayu", "email": "sari@nila.co.id", "company_name": "Hotel Nila"}
    capture_lead(first, channel="form", at=MORNING)
    capture_lead(
        {"name": "Sari Wulandari", "email": "sari@nila.co.id", "phone": "0812-3456-7890"}, channel="api", at=MORNING
    )
    capture_lead(
        {"phone": "+62 812 3456 7890", "email": "sari.ayu@gmail.com", "external_id": "HS-77"}, channel="csv", at=MORNING
    )
    ops = make_ops()
    assert Lead.objects.count() == 1
    for text in ("ayu", "wulandari", "sari@nila", "sari.ayu@gmail.com", "hs-77", "(0812) 3456-7890", "6281234567890"):
        assert ("Hotel Nila" in found(client, ops, text), text) == (True, text)


def test_a_corrected_value_finds_the_lead_as_the_old_one_does(client: Client):
    lead = make_lead(company_name="Acme", email="old@acme.example.com")
    correct_lead(lead, {"email": "new@acme.example.com", "last_name": "Wijaya"}, by=None, at=MORNING)
    ops = make_ops()
    assert ["Acme" in found(client, ops, text) for text in ("old@acme", "new@acme", "wijaya")] == [True] * 3


def test_leads_of_the_release_before_get_their_words_from_a_job(client: Client):
    lead = make_lead(company_name="Acme", phone="+6281234567890")
    LeadAlias.objects.create(lead=lead, kind="name", value="Dewi Sartika", folded="dewi sartika", first_seen_at=MORNING)
    SearchWord.objects.all().delete()
    ops = make_ops()
    assert "Acme" not in found(client, ops, "acme")
    job = BackgroundJob.objects.create(kind=FILL, subject="leads", total=1, is_large=True, created_at=MORNING)
    assert "Search learns the leads of the earlier release: 0 % are done." in found(client, ops, "acme")
    run_job(job.pk, clock=lambda: MORNING)
    assert "Search learns" not in found(client, ops, "acme")
    assert ["Acme" in found(client, ops, text) for text in ("acme", "sartika", "0812 3456")] == [True] * 3


def test_a_frequent_word_finds_the_newest_and_another_narrows_it(client: Client, monkeypatch):
    monkeypatch.setattr(search, "MOST_CANDIDATES", 2)
    for number in range(5):
        make_lead(company_name=f"Acme {number}", first_name="Dewi", at=MORNING + timedelta(minutes=number))
    ops = make_ops()
    shown = found(client, ops, "acme dewi")
    assert [shown.find(f"Acme {number}") > 0 for number in range(5)] == [True] * 5
    assert shown.find("Acme 4") < shown.find("Acme 0")
    narrowed = found(client, ops, "acme 3")
    assert [number for number in range(5) if f"Acme {number}" in narrowed] == [3]


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
