"""Captures become leads or join them (A3, A4, A8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.intake.capture import capture_lead, capture_leads, resolve_left_over
from leads.models import Activity, Capture, Identity, Lead, ScoreRule
from queues.actions.claims.take import take_next
from queues.actions.entries.placement import place_leads
from queues.models import Entry, EntryRule, ReviewItem
from routing.models import Notification
from tests.factories import MORNING, QueueFactory, make_rep

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(hours=1)


def arrive(at=MORNING, **raw) -> Capture:
    return capture_lead(raw, channel="api", at=at)


def queue_for_all():
    queue = QueueFactory()
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


def test_a_capture_is_recognised_by_each_of_its_identities():
    first = arrive(email="dewi@maju.co.id", phone="+62 812 3456 7890", external_id="A-1").lead
    for raw in ({"email": "DEWI@maju.co.id"}, {"phone": "0812 3456 7890"}, {"external_id": "A-1"}):
        again = arrive(at=LATER, **raw)
        assert (again.state, again.lead_id) == ("merged", first.pk)
    assert Lead.objects.count() == 1


def test_joining_fills_what_was_open_and_changes_nothing_that_was_known():
    arrive(email="dewi@maju.co.id", city="Bogor", score=40)
    arrive(at=LATER, email="dewi@maju.co.id", city="Depok", title="CTO", external_id="A-1", score=30)
    lead = Lead.objects.get()
    assert (lead.city, lead.title, lead.external_id, lead.score) == ("Bogor", "CTO", "A-1", 40)
    assert lead.reengaged_at == LATER
    assert sorted(Identity.objects.values_list("kind", "value")) == [
        ("email", "dewi@maju.co.id"),
        ("external_id", "A-1"),
    ]
    event = Activity.objects.get(kind="re_engaged")
    assert (event.details["score_from"], event.details["score_to"], event.details["stage"]) == (40, 40, "review")


@pytest.mark.parametrize(
    ("first", "then", "name"),
    [
        ({"name": "Sari"}, {"name": "Tom Becker"}, "Sari"),
        ({"last_name": "Ayu"}, {"name": "Tom Becker"}, "Ayu"),
        ({"name": "Sari"}, {"name": "Sari Ayu"}, "Sari Ayu"),
        ({"name": "Sari"}, {"name": "SARI DEWI AYU"}, "Sari AYU"),
        ({"name": "Sari"}, {"last_name": "Ayu"}, "Sari Ayu"),
        ({}, {"name": "Tom Becker"}, "Tom Becker"),
    ],
)
def test_no_name_is_put_together_from_two_people(first, then, name):
    arrive(email="sari@nila.co.id", **first)
    arrive(at=LATER, email="sari@nila.co.id", **then)
    assert Lead.objects.get().full_name == name


def test_a_keener_lead_scores_higher():
    ScoreRule.objects.create(
        name="Keen",
        part="engagement",
        points=9,
        conditions=[{"field": "engagement", "operator": "at_least", "value": 60}],
    )
    for number, engagement in enumerate(("45", "66", "20")):
        arrive(at=LATER + timedelta(minutes=number), email="dewi@maju.co.id", engagement=engagement)
    lead = Lead.objects.get()
    assert (lead.engagement, lead.score_parts["engagement"]) == (66, [9, 40, [["Keen", 9]]])


def test_a_higher_score_moves_the_lead_in_its_queue():
    queue = queue_for_all()
    arrive(email="a@maju.co.id", score=50)
    arrive(email="b@maju.co.id", score=50)
    before = Entry.objects.get(lead__email="b@maju.co.id")
    arrive(at=LATER, email="b@maju.co.id", score=95)
    after = Entry.objects.get(lead__email="b@maju.co.id")
    assert (before.queue, after.lead.score) == (queue, 95)
    assert (after.key1, after.key2, after.key3) < (before.key1, before.key2, before.key3)


def test_a_lead_that_is_held_goes_to_its_holder_and_into_no_queue():
    queue = queue_for_all()
    arrive(email="dewi@maju.co.id")
    rep = make_rep()
    take_next(queue, by=rep, at=MORNING)
    arrive(at=LATER, email="dewi@maju.co.id")
    assert Entry.objects.waiting().count() == 0
    assert list(Notification.objects.filter(user=rep, at=LATER).values_list("kind", flat=True)) == ["re_engaged"]


@pytest.mark.parametrize("stage", ["nurture", "recycled", "archived", "lost", "disqualified", "rejected"])
def test_a_lead_that_was_put_aside_gets_a_place_again(stage):
    queue = queue_for_all()
    lead = arrive(email="dewi@maju.co.id").lead
    Entry.objects.update(left_at=MORNING, left_how="closed")
    Lead.objects.update(stage=stage, closed_reason="no_budget")
    arrive(at=LATER, email="dewi@maju.co.id")
    lead.refresh_from_db()
    assert (lead.stage, lead.closed_reason) == ("waiting", "")
    assert Entry.objects.waiting().get().queue == queue


def test_several_of_one_message_are_one_lead():
    rows = capture_leads(
        [
            {"email": "dewi@maju.co.id"},
            {"email": "dewi@maju.co.id", "phone": "+62 812 3456 7890"},
            {"phone": "08123456 7890"},
        ],
        channel="form",
        at=MORNING,
    )
    assert [row.state for row in rows] == ["made", "merged", "merged"]
    lead = Lead.objects.get()
    assert (lead.phone, {row.lead_id for row in rows}) == ("+6281234567890", {lead.pk})
    assert list(lead.activities.order_by("pk").values_list("kind", flat=True)[:3]) == [
        "captured",
        "re_engaged",
        "re_engaged",
    ]
    assert Identity.objects.count() == 2


def test_the_same_company_and_a_similar_name_may_be_a_duplicate():
    known = arrive(first_name="Dewi", last_name="Lestari", company_name="PT Maju Jaya", email="dewi@maju.co.id").lead
    other = arrive(first_name="Dewy", last_name="Lestari", company_name="Maju Jaya", external_id="A-2").lead
    other.refresh_from_db()
    assert (other.resembles, other.resembles_percent > 80) == (known, True)


def test_two_of_one_message_may_resemble_each_other():
    person = {"first_name": "Dewi", "last_name": "Lestari", "company_name": "Maju Jaya"}
    first, second = capture_leads(
        [{**person, "external_id": "A-1"}, {**person, "external_id": "A-2"}], channel="form", at=MORNING
    )
    assert list(Lead.objects.order_by("pk").values_list("resembles", flat=True)) == [None, first.lead_id]
    assert second.state == "made"


NOBODY = {"field": "", "code": "no_identifier", "value": ""}


@pytest.mark.parametrize("channel", ["api", "form", "hand"])
def test_nobody_in_particular_waits_on_the_desk_with_the_reason_whatever_rules_say(channel):
    queue_for_all()
    row = capture_lead({"city": "Bogor"}, channel=channel, at=MORNING)
    row.refresh_from_db()
    item = ReviewItem.objects.get()
    assert (row.state, row.lead, row.problems) == ("made", item.lead, [NOBODY])
    assert (item.reasons, item.lead.problems, item.lead.city) == (["unidentified"], [NOBODY], "Bogor")


def test_nothing_at_all_is_refused_and_stored():
    row = arrive(city=" ", extra=None)
    row.refresh_from_db()
    assert (row.state, row.lead, row.problems) == ("refused", None, [NOBODY])


def test_a_row_of_a_file_without_anybody_is_named_in_its_report_instead():
    row = capture_lead({"city": "Bogor"}, channel="csv", at=MORNING)
    assert (row.state, row.lead, row.problems) == ("refused", None, [NOBODY])


def test_the_same_words_from_another_sender_are_another_lead():
    first, again = arrive(city="Bogor"), arrive(city="Bogor")
    other = capture_lead({"city": "Bogor"}, channel="form", at=LATER)
    assert (again.state, again.lead, other.state) == ("unchanged", first.lead, "made")
    assert other.lead != first.lead


def test_a_lead_that_was_completed_goes_where_rules_say():
    lead = arrive(city="Bogor").lead
    queue = queue_for_all()
    Lead.objects.update(email="dewi@maju.co.id", stage="captured")
    place_leads([Lead.objects.get()], at=LATER)
    assert Entry.objects.get(left_at=None).queue == queue and lead.problems == [NOBODY]


def test_the_sweep_resolves_stored_captures():
    row = Capture.objects.create(channel="api", received_at=MORNING, raw={"external_id": "A-1"}, fingerprint="x")
    assert (resolve_left_over(at=MORNING), resolve_left_over(at=LATER), resolve_left_over(at=LATER)) == (0, 1, 0)
    row.refresh_from_db()
    assert (row.state, ReviewItem.objects.get().lead_id) == ("made", row.lead_id)


def test_many_captures_cost_no_more_statements_than_some():
    """Also those that join: each third row is a lead that is here already. A few rows take another way into tables."""
    queue_for_all()
    capture_leads([{"external_id": f"K-{n}", "city": ""} for n in range(100)], channel="form", at=MORNING)

    def rows(count: int, mark: str) -> list[dict]:
        new = [{"external_id": f"{mark}-{n}", "company_name": f"Maju {mark}{n}"} for n in range(count)]
        return new + [
            {"external_id": f"K-{n}", "city": mark, "email": f"{mark}{n}@maju.co.id"} for n in range(count // 2)
        ]

    counts = []
    for size, mark in ((60, "a"), (150, "b")):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            capture_leads(rows(size, mark), channel="form", at=LATER)
        counts.append(len([query for query in asked if not query["sql"].startswith("INSERT")]))
    assert counts[1] <= counts[0] + 3
