"""The defaults of an empty installation (A4, A5, B4)."""

from io import StringIO

import pytest
from django.core.management import call_command

from leads.actions.intake.capture import capture_lead
from leads.decisions.conditions.parsing import parse
from leads.models import Account, ScoreRule, Source
from queues.actions.set_up.run import set_up
from queues.models import Entry, EntryRule, PriorityTier, Queue, ReviewItem
from tests.factories import MORNING, QueueFactory

pytestmark = pytest.mark.django_db

GOOD = {
    "name": "Dewi Lestari",
    "email": "dewi@acmewidgets.example",
    "phone": "+62 812-5550-0142",
    "company_name": "Acme Widgets",
    "company_size": "180",
    "title": "Head of Operations",
    "source": "campaign",
    "engagement": "65",
}


def arrive(*, channel: str = "api", **changes: str):
    row = capture_lead({**GOOD, **changes}, channel=channel, at=MORNING)
    row.lead.refresh_from_db()
    return row.lead


def reasons() -> list[str]:
    return [reason for item in ReviewItem.objects.order_by("pk") for reason in item.reasons]


def test_set_up_makes_the_defaults_once():
    made = set_up()
    rows = [Source, ScoreRule, PriorityTier, Queue, EntryRule]
    assert list(made.values()) == [model.objects.count() for model in rows]
    assert min(made.values()) == 1

    assert set_up() == dict.fromkeys(made, 0)
    assert list(made.values()) == [model.objects.count() for model in rows]


def test_set_up_keeps_what_ops_made():
    own = QueueFactory(name="Ours", slug="ours")
    Source.objects.create(slug="campaign", name="Kampanye", points=1)
    set_up()
    assert list(Queue.objects.all()) == [own]
    assert set(EntryRule.objects.filter(outcome="queue").values_list("queue", flat=True)) == {own.pk}
    assert Source.objects.get(slug="campaign").points == 1


def test_all_default_conditions_can_be_read():
    set_up()
    rows = [*EntryRule.objects.all(), *PriorityTier.objects.all(), *ScoreRule.objects.all()]
    assert all(len(parse(row.conditions)) == len(row.conditions) for row in rows)


def test_a_good_lead_is_scored_and_waits():
    set_up()
    lead = arrive()
    parts = {part: pair for part, (*pair, _rules) in lead.score_parts.items()}
    assert (lead.score, parts) == (74, {"fit": [32, 40], "engagement": [30, 40], "source": [12, 20]})
    assert lead.score_parts["source"] == [12, 20, [["Campaign", 12]]]
    assert Entry.objects.get(lead=lead).queue.slug == "leads"


def test_what_needs_a_human_goes_to_the_review_desk_with_its_reason():
    set_up()
    Account.objects.create(name="Gudangku", domain="gudangku.example", is_competitor=True, created_at=MORNING)
    arrive()
    arrive(email="rudi@gudangku.example", phone="", company_name="Gudangku Software", name="Rudi Hermawan")
    arrive(email="nadia@cendana.example", phone="", company_name="Universitas Cendana", name="Nadia Kirana")
    arrive(email="dewi.l@acmewidgets.example", phone="", name="Dewi A. Lestari")
    arrive(email="", phone="", external_id="EXPO-7", company_name="Maju Bersama", name="")
    fitri = {"email": "fitri@gmail.com", "name": "Fitri", "engagement": "25", "source": "purchased-list"}
    arrive(channel="csv", phone="", company_name="", title="", company_size="", **fitri)
    assert reasons() == [
        "Competitor",
        "Student or university",
        "Possible duplicate",
        "Incomplete",
        "Score below 40",
    ]


def test_target_accounts_and_those_back_from_nurture_need_no_score():
    set_up()
    Account.objects.create(name="Target", domain="target.example", is_target=True, created_at=MORNING)
    low = {"phone": "", "title": "", "company_size": "", "engagement": ""}
    lead = arrive(email="ann@target.example", name="Ann", company_name="Target", source="inbound-form", **low)
    assert lead.score < 40
    assert (lead.stage, reasons()) == ("waiting", [])


def test_the_command_says_what_it_made():
    told = [StringIO(), StringIO()]
    for out in told:
        call_command("set_up", stdout=out)
    assert "queues 1, entry rules 11." in told[0].getvalue()
    assert "nothing was changed" in told[1].getvalue()
