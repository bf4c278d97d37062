"""Where arriving leads go (A5, A8)."""

import pytest

from leads.actions.intake.capture import capture_lead
from leads.models import Activity, Lead
from queues.models import Entry, EntryRule, PriorityTier, ReviewItem
from queues.queries.counts import queue_counts
from tests.factories import MORNING, QueueFactory, make_rep, make_rotation

pytestmark = pytest.mark.django_db


def at_least(score: int) -> list[dict]:
    return [{"field": "score", "operator": "at_least", "value": score}]


def arrive(**raw) -> Lead:
    return capture_lead({"email": "dewi@maju.example.com", **raw}, channel="api", at=MORNING).lead


def test_the_first_rule_that_matches_decides():
    high, low = QueueFactory(), QueueFactory()
    EntryRule.objects.create(name="high", position=1, conditions=at_least(80), outcome="queue", queue=high)
    EntryRule.objects.create(name="low", position=2, conditions=at_least(40), outcome="queue", queue=low)

    lead = arrive(score="60")

    entry = Entry.objects.get(lead=lead)
    assert (entry.queue, entry.rule.name, entry.since_at) == (low, "low", MORNING)
    assert [(line["rule_name"], line["matched"]) for line in entry.trail] == [("high", False), ("low", True)]
    lead.refresh_from_db()
    assert lead.stage == "waiting"
    assert queue_counts(low, at=MORNING).waiting == 1


def test_a_lead_without_a_rule_stands_on_the_review_desk_and_says_so():
    lead = arrive(score="10")
    item = ReviewItem.objects.get(lead=lead)
    assert item.reasons == ["no_rule"]
    lead.refresh_from_db()
    assert lead.stage == "review"


def test_a_rule_that_is_off_is_not_asked():
    EntryRule.objects.create(name="off", is_active=False, outcome="queue", queue=QueueFactory())
    assert ReviewItem.objects.filter(lead=arrive()).count() == 1


def test_a_queue_that_is_off_sends_its_leads_to_the_review_desk():
    EntryRule.objects.create(name="all", outcome="queue", queue=QueueFactory(is_active=False))
    assert ReviewItem.objects.get(lead=arrive()).reasons == ["queue_off"]


def test_a_broken_rule_loses_no_lead():
    EntryRule.objects.create(
        name="broken", conditions=[{"field": "no such", "operator": "is", "value": 1}], outcome="review"
    )
    assert ReviewItem.objects.get(lead=arrive()).reasons == ["step_failed"]


@pytest.mark.parametrize(("outcome", "stage"), [("nurture", "nurture"), ("reject", "rejected")])
def test_a_rule_can_put_leads_aside(outcome, stage):
    EntryRule.objects.create(name="aside", outcome=outcome)
    lead = arrive()
    lead.refresh_from_db()
    assert (lead.stage, Entry.objects.count(), ReviewItem.objects.count()) == (stage, 0, 0)


def test_a_push_queue_hands_its_lead_to_the_rotation_at_once():
    first, second = make_rep(), make_rep()
    queue = QueueFactory(dispatch="push", rotation=make_rotation(first, second))
    EntryRule.objects.create(name="all", outcome="queue", queue=queue)

    lead = arrive()

    entry = Entry.objects.get(lead=lead)
    assert (entry.left_how, entry.assignment.holder, entry.assignment.turn.number) == ("assigned", first, 1)
    assert queue_counts(queue, at=MORNING).waiting == 0


def test_a_priority_queue_orders_by_tier_then_score():
    queue = QueueFactory(order="priority")
    EntryRule.objects.create(name="all", outcome="queue", queue=queue)
    PriorityTier.objects.create(
        name="demo", position=1, conditions=[{"field": "source", "operator": "is", "value": "demo-request"}]
    )
    cold = arrive(score="95", source="Cold list")
    demo = arrive(email="b@maju.example.com", score="10", source="Demo request")
    assert list(Entry.objects.waiting().in_base_order().values_list("lead", flat=True)) == [demo.pk, cold.pk]


def test_every_step_is_on_the_timeline():
    EntryRule.objects.create(name="all", outcome="queue", queue=QueueFactory(name="MQL"))
    lead = arrive()
    assert list(Activity.objects.filter(lead=lead).order_by("pk").values_list("kind", flat=True)) == [
        "captured",
        "queued",
    ]
