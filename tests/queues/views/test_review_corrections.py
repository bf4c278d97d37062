"""Corrections at the review desk, asking the rules again, taking a decision back (A6)."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from leads.actions.stages import close_lead
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import (
    AlreadyDecided,
    DecisionCannotBeUndone,
    approve,
    nurture,
    reapply_rules,
    undo_decision,
)
from queues.models import Entry, EntryRule, ReviewItem
from queues.queries.counts import queue_counts
from routing.models import Assignment
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, QueueFactory, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def queue():
    return QueueFactory(name="SMB")


@pytest.fixture
def low_score(queue):
    conditions = [{"field": "score", "operator": "less_than", "value": 40}]
    EntryRule.objects.create(name="All the others", position=2, outcome="queue", queue=queue)
    return EntryRule.objects.create(name="Score below 40", position=1, outcome="review", conditions=conditions)


def on_the_desk(minutes: int = 10, **fields) -> ReviewItem:
    lead = make_lead(at=MORNING - minutes * MINUTE, **{"score": 10, **fields})
    place_leads([lead], at=MORNING - minutes * MINUTE)
    return ReviewItem.objects.get(lead=lead)


def says(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def fresh(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.select_related("lead").get(pk=item.pk)


def corrected(client: Client, item: ReviewItem, htmx: bool = True, **changes):
    lead = item.lead
    sent = {
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "email": lead.email,
        "phone": lead.phone,
        "company_name": lead.company_name,
        "title": lead.title,
        "country": lead.country,
        "source": lead.source_id,
        "lead_type": lead.lead_type,
        "score": lead.score,
        "then": "stay",
    }
    path = f"{reverse('queues:review_correct', args=[item.pk])}?item={item.pk}"
    return client.post(path, {**sent, **changes}, headers=HTMX if htmx else {})


def test_corrected_fields_are_kept_in_one_spelling(client: Client, as_ops, low_score):
    item = on_the_desk()
    part = corrected(client, item, phone="0811 5550 118", country="Indonesia", company_name="Kopi  Senja")
    lead = Lead.objects.get(pk=item.lead_id)
    assert (part.status_code, lead.phone, lead.country, lead.company_name) == (200, "+628115550118", "ID", "Kopi Senja")
    assert (fresh(item).closed_at, part.context["panel"].item) == (None, item)
    assert lead.activities.latest("pk").kind == "corrected"


def test_corrected_and_asked_again_the_lead_goes_where_the_rules_say(client: Client, as_ops, low_score, queue):
    item = on_the_desk(company_name="Kopi Senja")
    part = corrected(client, item, score=77, then="ask")
    assert "Kopi Senja now waits in SMB." in part.headers["HX-Trigger"]
    entry = Entry.objects.waiting().get(lead=item.lead)
    assert (entry.queue, entry.rule.name, fresh(item).closed_how) == (queue, "All the others", "asked")


def test_a_correction_that_cannot_be_read_keeps_what_was_typed(client: Client, as_ops, low_score):
    item = on_the_desk()
    for htmx in (True, False):
        answer = corrected(client, item, htmx, email="no address", phone="12")
        form = answer.context["form"]
        assert (answer.status_code, sorted(form.errors), form["email"].value()) == (
            422,
            ["email", "phone"],
            "no address",
        )
    assert Lead.objects.get(pk=item.lead_id).email == item.lead.email


def test_a_correction_to_the_address_of_another_lead_names_it(client: Client, as_ops, low_score):
    other = make_lead(email="taken@company.example", company_name="Bumi Hijau")
    answer = corrected(client, on_the_desk(), email="taken@company.example")
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"] == [
        f"Bumi Hijau (#{other.pk}) has this already. It may be the same person."
    ]


def test_correcting_nothing_says_so(client: Client, as_ops, low_score):
    item = on_the_desk()
    assert "Nothing was changed." in corrected(client, item).headers["HX-Trigger"]
    corrected(client, item, then="ask")
    assert fresh(item).closed_how == "asked"


def test_correcting_a_decided_lead_is_too_late(client: Client, as_ops, low_score):
    item = on_the_desk(company_name="Old name")
    nurture(item, by=make_ops(first_name="Ayu", last_name="W"), at=MORNING)
    answer = corrected(client, item, company_name="New name")
    assert (answer.status_code, Lead.objects.get(pk=item.lead_id).company_name) == (409, "Old name")


def test_asking_again_may_bring_the_lead_back_with_new_reasons(client: Client, as_ops, low_score):
    item = on_the_desk(company_name="Kopi Senja")
    low_score.is_active = False
    low_score.save()
    EntryRule.objects.create(name="Everybody", position=0, outcome="review")
    answer = client.post(reverse("queues:review_ask", args=[item.pk]))
    assert says(answer) == ["The rules still send Kopi Senja to the review desk."]
    again = ReviewItem.objects.get(lead=item.lead, closed_at=None)
    assert (again.reasons, again.opened_at, fresh(item).closed_how) == (["Everybody"], item.opened_at, "asked")


def test_asking_again_serves_a_push_queue_at_once(client: Client, as_ops, low_score):
    rep = make_rep(first_name="Rina", last_name="Hartono")
    push = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    item = on_the_desk(company_name="Kopi Senja")
    EntryRule.objects.create(name="First", position=0, outcome="queue", queue=push)
    answer = client.post(reverse("queues:review_ask", args=[item.pk]))
    assert says(answer) == ["Kopi Senja went to Rina Hartono."]
    assert Assignment.objects.open().get(lead=item.lead).holder == rep


@pytest.mark.parametrize("outcome", ["nurture", "reject"])
def test_asking_again_follows_rules_that_put_leads_aside(client: Client, as_ops, low_score, outcome: str):
    item = on_the_desk()
    EntryRule.objects.create(name="Aside", position=0, outcome=outcome)
    client.post(reverse("queues:review_ask", args=[item.pk]))
    stage = {"nurture": "nurture", "reject": "rejected"}[outcome]
    assert (Lead.objects.get(pk=item.lead_id).stage, ReviewItem.objects.filter(closed_at=None).count()) == (stage, 0)


def test_asking_again_refuses_a_decided_lead(as_ops, low_score):
    item = on_the_desk()
    nurture(item, by=as_ops, at=MORNING)
    with pytest.raises(AlreadyDecided):
        reapply_rules(item, by=as_ops, at=MORNING)


def test_a_lead_that_is_not_on_the_desk_does_not_exist(client: Client, as_ops):
    paths = [reverse("queues:review_ask", args=[7]), reverse("queues:review_correct", args=[7])]
    with nothing_changes():
        assert [refusal(client.post(path)) for path in paths] == [NOT_FOUND] * 2


@pytest.mark.parametrize(("act", "htmx"), [("nurture", True), ("nurture", False), ("reject", True), ("reject", False)])
def test_a_lead_that_was_put_aside_can_be_taken_back(client: Client, as_ops, low_score, act: str, htmx: bool):
    item = on_the_desk(company_name="Kopi Senja")
    sent = {"items": [item.pk], "act": act, "why": "invalid"}
    answer = client.post("/review/decide/", sent, headers=HTMX if htmx else {})
    undo = reverse("queues:review_undo", args=[item.pk])
    told = (
        answer.headers["HX-Trigger"] if htmx else [message.extra_tags for message in get_messages(answer.wsgi_request)]
    )
    assert undo in told
    with time_machine.travel(MORNING + 5 * MINUTE, tick=False):
        back = client.post(undo)
    again = fresh(item)
    assert (back.url, again.closed_at, again.closed_how, again.opened_at) == (
        f"/review/?item={item.pk}",
        None,
        "",
        item.opened_at,
    )
    assert (again.lead.stage, again.lead.closed_reason, again.lead.activities.latest("pk").kind) == (
        "review",
        "",
        "undone",
    )


def test_taking_back_has_five_minutes(client: Client, as_ops, low_score):
    item = on_the_desk(company_name="Kopi Senja")
    nurture(item, by=as_ops, at=MORNING - 5 * MINUTE - timedelta(seconds=1))
    answer = client.post(reverse("queues:review_undo", args=[item.pk]))
    assert says(answer) == ["Too late to undo: five minutes are over, or Kopi Senja has moved on since."]
    assert fresh(item).closed_how == "nurtured"


def test_taking_back_is_refused_when_the_lead_went_on(as_ops, low_score):
    item = on_the_desk()
    nurture(item, by=as_ops, at=MORNING)
    close_lead(Lead.objects.get(pk=item.lead_id), stage="archived", by=as_ops, at=MORNING)
    with pytest.raises(DecisionCannotBeUndone):
        undo_decision(item, by=as_ops, at=MORNING)


@pytest.mark.parametrize("htmx", [True, False])
def test_an_approval_can_be_taken_back_while_the_lead_waits(client: Client, as_ops, low_score, queue, htmx: bool):
    item = on_the_desk(company_name="Kopi Senja")
    before = list(ReviewItem.objects.values()), queue_counts(queue, at=MORNING)
    sent = {"items": [item.pk], "act": "approve", "queue": queue.pk}
    answer = client.post("/review/decide/", sent, headers=HTMX if htmx else {})
    undo = reverse("queues:review_undo", args=[item.pk])
    told = (
        answer.headers["HX-Trigger"] if htmx else str([each.extra_tags for each in get_messages(answer.wsgi_request)])
    )
    assert undo in told
    with time_machine.travel(MORNING + timedelta(minutes=50), tick=False):
        assert says(client.post(undo))[-1] == "Kopi Senja is back on the desk."
        again = client.post(undo)
    assert (list(ReviewItem.objects.values()), queue_counts(queue, at=MORNING)) == before
    assert (Entry.objects.count(), Lead.objects.get().stage) == (0, "review")
    assert (again.url, says(again)[-1]) == (f"/review/?item={item.pk}", "Kopi Senja is back on the desk.")


def test_an_approval_stands_once_somebody_took_the_lead(client: Client, as_ops, low_score, queue):
    item = on_the_desk()
    approve(item, queue=queue, by=as_ops, at=MORNING)
    held = take_next(queue, by=make_rep(), at=MORNING)
    client.post(reverse("queues:review_undo", args=[item.pk]))
    assert (fresh(item).closed_how, Assignment.objects.open().get()) == ("approved", held)


def test_an_approval_stands_once_a_clock_ran_out(as_ops, low_score, queue):
    item = on_the_desk()
    approve(item, queue=queue, by=as_ops, at=MORNING)
    Entry.objects.update(wait_breached_at=MORNING)
    with pytest.raises(DecisionCannotBeUndone):
        undo_decision(item, by=as_ops, at=MORNING)


def test_what_a_rotation_gave_away_at_once_is_not_offered_back(htmx, as_ops, low_score):
    push = QueueFactory(dispatch="push", rotation=make_rotation(make_rep()))
    sent = {"items": [on_the_desk().pk], "act": "approve", "queue": push.pk}
    assert "undo" not in htmx.post("/review/decide/", sent).headers["HX-Trigger"]
