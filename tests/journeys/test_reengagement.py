"""Somebody who is here shows up again, by file, by program and by hand: one lead, and whose it is (A3, B7, L9)."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from leads.actions.api.keys import make_key
from leads.actions.imports.run import run_import
from leads.models import Activity, Lead, Source
from queues.actions.claims.take import take_next
from queues.actions.entries.placement import place_leads
from queues.models import Entry, EntryRule, Queue, ReviewItem
from queues.queries.waiting import first_positions
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, SourceFactory, make_entry, make_lead, make_ops, make_rep
from tests.factories.files import csv_bytes, make_upload

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LONG_AGO = MORNING - 9 * HOUR
KNOWN = {"email": "dewi@maju.example.com", "phone": "+628123456789", "external_id": "A-1"}
Arrive = Callable[..., None]


@pytest.fixture(autouse=True)
def morning(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def queue() -> Queue:
    made = QueueFactory(name="MQL", hot_score=80)
    EntryRule.objects.create(name="Everybody", position=9, outcome="queue", queue=made)
    return made


def by_file(client: Client, **said: str) -> None:
    names = {"email": "E-mail", "phone": "Phone", "external_id": "Lead id", "score": "Score", "company_name": "Company"}
    header = [names[name] for name in said]
    run_import(make_upload(csv_bytes([*header, "Source"], [*said.values(), "Campaign"])).pk, clock=lambda: MORNING)


def by_program(client: Client, **said: str) -> None:
    secret = make_key("Site", per_minute=100, by=None, at=MORNING)[1]
    body = {name: int(value) if name == "score" else value for name, value in said.items()}
    answer = client.post("/api/leads", json.dumps(body), "application/json", headers={"X-API-Key": secret})
    assert (answer.status_code, answer.json()["state"]) == (200, "joined")


def by_hand(client: Client, **said: str) -> None:
    client.force_login(make_ops())
    source = Source.objects.get_or_create(slug="campaign", defaults={"name": "Campaign"})[0]
    answer = client.post(reverse("admin:leads_lead_add"), {"source": source.pk, **said}, follow=True)
    assert "is known already and was updated" in answer.content.decode()


@pytest.fixture(params=[by_file, by_program, by_hand])
def arrive(request, client: Client) -> Arrive:
    return lambda **said: request.param(client, **said)


def known(stage: str = "captured", **fields) -> Lead:
    return make_lead(stage=stage, at=LONG_AGO, **KNOWN, **fields)


def events(lead: Lead) -> list[str]:
    return list(lead.activities.filter(at=MORNING).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("identity", KNOWN)
def test_a_held_lead_stays_with_its_holder_who_alone_is_notified(arrive: Arrive, queue, identity: str):
    lead = known()
    place_leads([lead], at=LONG_AGO)
    rep = make_rep()
    make_rep()
    held = take_next(queue, by=rep, at=LONG_AGO)
    arrive(**{identity: KNOWN[identity]})
    assert (Lead.objects.count(), Assignment.objects.open().get(), Entry.objects.waiting().count()) == (1, held, 0)
    sent = Notification.objects.filter(at=MORNING).values_list("user", "kind", "lead")
    assert (list(sent), events(lead)) == ([(rep.pk, "re_engaged", lead.pk)], ["re_engaged"])


def test_a_waiting_lead_stays_with_its_age_and_moves_by_its_score(arrive: Arrive, queue):
    lead = known(score=50)
    place_leads([lead], at=LONG_AGO + HOUR)
    before = Entry.objects.get()
    ahead = make_entry(queue, since=LONG_AGO, score=50)
    assert [position.entry.id for position in first_positions(queue, at=MORNING, limit=2)] == [
        ahead.pk,
        before.pk,
    ]
    arrive(email=KNOWN["email"], score="95")
    entry = Entry.objects.waiting().get(lead=lead)
    assert (entry.pk, entry.since_at, entry.entered_at) == (before.pk, before.since_at, before.entered_at)
    assert [position.entry.id for position in first_positions(queue, at=MORNING, limit=2)] == [
        before.pk,
        ahead.pk,
    ]
    assert events(lead) == ["re_engaged"]


@pytest.mark.parametrize("stage", ["nurture", "recycled", "archived", "lost", "disqualified", "rejected"])
def test_a_lead_that_was_put_aside_gets_a_new_stay_and_a_new_clock(arrive: Arrive, queue, stage: str):
    back = QueueFactory(name="Back")
    from_nurture = [{"field": "from_nurture", "operator": "is_true"}]
    EntryRule.objects.create(name="Back", position=1, outcome="queue", queue=back, conditions=from_nurture)
    lead = known(stage, closed_reason="stale")
    arrive(phone=KNOWN["phone"])
    entry = Entry.objects.waiting().get()
    lead.refresh_from_db()
    assert (entry.lead, entry.since_at, lead.stage, lead.closed_reason) == (lead, MORNING, "waiting", "")
    assert entry.queue == (back if stage in ("nurture", "recycled") else queue)
    assert events(lead) == ["re_engaged", "queued"]


def test_a_lead_on_the_desk_stays_there_with_its_age(arrive: Arrive, queue):
    EntryRule.objects.create(name="All", position=1, outcome="review")
    lead = known()
    place_leads([lead], at=LONG_AGO)
    arrive(external_id=KNOWN["external_id"])
    item = ReviewItem.objects.get()
    assert (item.lead, item.opened_at, item.closed_at, item.reasons) == (lead, LONG_AGO, None, ["All"])
    assert events(lead) == ["re_engaged"]


@pytest.mark.parametrize("stage", ["converted", "won"])
def test_who_made_a_deal_of_it_hears(arrive: Arrive, queue, stage: str):
    lead = known()
    place_leads([lead], at=LONG_AGO)
    rep = make_rep()
    held = take_next(queue, by=rep, at=LONG_AGO)
    Assignment.objects.filter(pk=held.pk).update(ended_at=LONG_AGO, ended_how=stage)
    Lead.objects.filter(pk=lead.pk).update(stage=stage)
    arrive(email=KNOWN["email"])
    lead.refresh_from_db()
    assert (lead.stage, Entry.objects.waiting().count()) == (stage, 0)
    assert Notification.objects.filter(at=MORNING).values_list("user", "kind").get() == (rep.pk, "re_engaged")


def test_the_timeline_says_that_it_is_recycled(client: Client, queue):
    lead = known("recycled")
    by_program(client, email=KNOWN["email"])
    client.force_login(make_ops())
    page = client.get(reverse("leads:lead", args=[lead.pk])).content.decode()
    assert "Back from the recycling pool: recycled, with a new clock" in page


def test_two_identities_of_two_leads_are_for_a_human(client: Client, queue):
    first, second = known(), make_lead(phone="+62811222333", company_name="Bumi Hijau", source=SourceFactory())
    said = {"email": KNOWN["email"], "phone": "+62811222333"}
    secret = make_key("Site", per_minute=100, by=None, at=MORNING)[1]
    headers = {"X-API-Key": secret}
    answer = client.post("/api/leads", json.dumps(said), "application/json", headers=headers).json()
    assert (answer["state"], answer["where"]) == ("made", {"kind": "review", "reasons": ["several_leads"]})
    by_hand(client, **said)
    by_file(client, **said)
    assert (Lead.objects.count(), ReviewItem.objects.get().lead_id) == (3, answer["id"])
    page = client.get("/review/").content.decode()
    assert all(f"{lead.label} #{lead.pk}" in page for lead in (first, second))
    assert Activity.objects.filter(lead__in=[first, second]).count() == 0
