"""Somebody comes back and brings everything along: who holds the lead reads all of it (A3)."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from leads.actions.api.keys import make_key
from leads.actions.intake.capture import capture_lead, capture_leads
from leads.models import Identity, Lead, LeadAlias
from queues.actions.claims.take import take_next
from queues.models import EntryRule, Queue
from routing.actions.availability.time_off import set_available
from routing.models import Assignment, Notification
from routing.presenters.inbox import message_sentence
from tests.factories import MORNING, QueueFactory, TeamFactory, make_manager, make_rep


def words_of(response: HttpResponse) -> str:
    """What a person reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


pytestmark = pytest.mark.django_db

YESTERDAY = MORNING - timedelta(days=1)
FIRST = {
    "email": "sari@nila.co.id",
    "name": "Sari Ayu",
    "phone": "0812 3456 7890",
    "company_name": "Hotel Nila",
    "city": "Bogor",
    "message": "Two rooms, please.",
}
AGAIN = {
    "email": "SARI@nila.co.id",
    "name": "Sari A.",
    "phone": "0813 9876 5432",
    "city": "Depok",
    "message": "Budget <b>approved</b>, call me today",
    "source": "Demo request",
    "utm_campaign": "Spring 2027",
    "title": "Owner",
    "Rooms": "40",
}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def queue() -> Queue:
    made = QueueFactory(team=TeamFactory())
    EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=made)
    return made


@pytest.fixture
def held(queue: Queue) -> Assignment:
    capture_lead(FIRST, channel="form", at=YESTERDAY)
    return take_next(queue, by=make_rep(queue.team, first_name="Rina", last_name="H"), at=YESTERDAY)


def by_program(**said: str) -> None:
    secret = make_key("Site", per_minute=100, by=None, at=MORNING)[1]
    answer = Client().post("/api/leads", json.dumps(said), "application/json", headers={"X-API-Key": secret})
    assert (answer.status_code, answer.json()["state"]) == (200, "joined")


def sentences(user) -> list[str]:
    rows = Notification.objects.filter(user=user, at=MORNING).order_by("pk")
    return [message_sentence(row, at=MORNING) for row in rows]


def test_the_timeline_tells_all_that_came(client: Client, held: Assignment):
    by_program(**AGAIN)
    client.force_login(held.holder)
    text = words_of(client.get(f"/leads/{held.lead_id}/"))
    for words in (
        "Wrote again: “Budget <b>approved</b>, call me today”",
        "Name: Sari A.",
        "New phone +62 813-9876-5432",
        "Source: Demo request",
        "Campaign: Spring 2027",
        "Job title: Owner",
        "City, also: Depok",
        "Rooms: 40",
    ):
        assert words in text, words
    lead = Lead.objects.get()
    assert (lead.message, lead.city, lead.title, lead.phone) == (
        "Two rooms, please.",
        "Bogor",
        "Owner",
        "+6281234567890",
    )
    assert lead.extra["Rooms"] == "40"


def test_the_second_number_is_an_identity_and_the_card_shows_it(client: Client, held: Assignment):
    by_program(**AGAIN)
    assert Identity.objects.get(value="+6281398765432").lead == held.lead
    assert LeadAlias.objects.get(kind="name").value == "Sari A."
    client.force_login(held.holder)
    text = words_of(client.get(f"/leads/{held.lead_id}/"))
    assert "Phone +62 813-9876-5432" in text
    assert "Also known as Sari A." in text


def test_the_card_says_that_a_number_is_shared(client: Client, held: Assignment):
    for name in ("Tom Becker", "Ani Wijaya"):
        by = {"name": name, "email": f"{name.split()[0].lower()}@maju.co.id", "phone": FIRST["phone"]}
        capture_lead(by, channel="form", at=MORNING)
    client.force_login(held.holder)
    text = words_of(client.get(f"/leads/{held.lead_id}/"))
    assert "Phone +62 812-3456-7890 shared by several people, so it joins nobody" in text


def test_the_holder_reads_the_message_itself(held: Assignment):
    by_program(**AGAIN)
    says = "Hotel Nila wrote again: “Budget <b>approved</b>, call me today” It is yours."
    assert sentences(held.holder) == [says]
    assert Notification.objects.filter(at=MORNING).count() == 1


def test_without_a_message_the_holder_reads_through_what_it_came(held: Assignment):
    by_program(email=FIRST["email"], source="Demo request")
    assert sentences(held.holder) == ["Hotel Nila showed interest again, through Demo request. It is yours."]


def test_a_long_message_is_cut_for_the_holder_and_whole_on_the_page(client: Client, held: Assignment):
    message = "Call me. " * 200
    by_program(email=FIRST["email"], message=message)
    (says,) = sentences(held.holder)
    assert (len(says) < 340, "…" in says) == (True, True)
    client.force_login(held.holder)
    assert message.strip() in words_of(client.get(f"/leads/{held.lead_id}/"))


@pytest.mark.parametrize("why", ["off", "deactivated"])
def test_managers_of_the_queue_hear_it_if_the_holder_is_away(held: Assignment, queue: Queue, why: str):
    manager, other = make_manager(queue.team), make_manager(TeamFactory())
    if why == "off":
        set_available(held.holder.rep, is_available=False, by=held.holder, at=YESTERDAY)
    else:
        held.holder.is_active = False
        held.holder.save()
    by_program(**AGAIN)
    says = "Hotel Nila wrote again: “Budget <b>approved</b>, call me today” Rina H, who has it, is away."
    assert (sentences(manager), sentences(other)) == ([says], [])
    assert len(sentences(held.holder)) == 1


def test_who_is_here_hears_it_alone(held: Assignment, queue: Queue):
    manager = make_manager(queue.team)
    by_program(**AGAIN)
    assert (len(sentences(held.holder)), sentences(manager)) == (1, [])


def test_a_file_that_joins_one_lead_three_times_is_one_message_with_all(held: Assignment):
    rows = [{"email": FIRST["email"], "message": text} for text in ("One", "Two", "Three")]
    capture_leads(rows, channel="csv", at=MORNING)
    assert sentences(held.holder) == ["Hotel Nila wrote again: “One Two Three” It is yours."]
