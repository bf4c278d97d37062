"""Keep both, and many at once: two that look alike are two (A3, A6)."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.actions.corrections import correct_lead
from leads.models import Lead, NotDuplicate
from queues.models import Entry, ReviewItem
from tests.factories import MORNING, make_lead
from tests.factories.pairs import HTMX, says, twin

pytestmark = pytest.mark.django_db


def test_keeping_both_asks_the_rules_without_the_resemblance(client: Client, ops, known, queue):
    item = twin(known)
    answer = client.post("/review/decide/", {"items": [item.pk], "act": "keep"}, headers=HTMX)
    lead = Lead.objects.get(pk=item.lead_id)
    assert (lead.resembles, lead.resembles_percent, Entry.objects.waiting().get().lead) == (None, None, lead)
    assert NotDuplicate.objects.values_list("lead", "other", "by").get() == (lead.pk, known.pk, ops.pk)
    assert "Lintas Niaga now waits in SMB." in answer.headers["HX-Trigger"]
    item.refresh_from_db()
    assert item.closed_how == "kept"


def test_a_pair_that_is_no_duplicate_is_never_marked_again(client: Client, ops, known):
    item = twin(known, first_name="Bayu", last_name="Saputro")
    client.post("/review/decide/", {"items": [item.pk], "act": "keep"})
    lead = Lead.objects.get(pk=item.lead_id)
    correct_lead(lead, {"last_name": "A Saputra"}, by=None, at=MORNING)
    lead.refresh_from_db()
    assert lead.resembles is None
    other = make_lead(company_name="Lintas Niaga", first_name="Anton", last_name="Gunadi")
    correct_lead(other, {"first_name": "Bayu", "last_name": "A Saputra"}, by=None, at=MORNING)
    other.refresh_from_db()
    assert (other.resembles, other.resembles_percent) == (known, 100)


def test_keeping_both_can_be_taken_back_while_nobody_took_the_lead(client: Client, ops, known):
    item = twin(known)
    before = list(Lead.objects.exclude(pk=known.pk).values("resembles", "resembles_percent", "stage"))
    client.post("/review/decide/", {"items": [item.pk], "act": "keep"})
    client.post(reverse("queues:review_undo", args=[item.pk]))
    item.refresh_from_db()
    assert (item.closed_at, item.closed_how, NotDuplicate.objects.count(), Entry.objects.count()) == (None, "", 0, 0)
    assert list(Lead.objects.exclude(pk=known.pk).values("resembles", "resembles_percent", "stage")) == before


def test_many_are_kept_at_once_and_those_alone_stay(client: Client, ops, known):
    items = [twin(known, minutes) for minutes in (3, 2)]
    alone = make_lead(stage="review")
    single = ReviewItem.objects.create(lead=alone, opened_at=MORNING, reasons=["no_rule"])
    answer = client.post("/review/decide/", {"items": [*(item.pk for item in items), single.pk], "act": "keep"})
    assert says(answer) == "2 leads left the desk by the rules. 1 lead resembles no other lead and stays here."
    assert (Entry.objects.waiting().count(), ReviewItem.objects.get(closed_at=None)) == (2, single)


def test_many_ask_the_rules_again_and_keep_their_age(client: Client, ops, known, queue):
    items = [twin(known, minutes) for minutes in (90, 60, 30)]
    Lead.objects.filter(pk=items[2].lead_id).update(resembles=None, resembles_percent=None)
    answer = client.post("/review/decide/", {"items": [item.pk for item in items], "act": "ask"})
    assert says(answer) == "1 lead left the desk by the rules. 2 leads stay here."
    left = ReviewItem.objects.filter(closed_at=None).order_by("opened_at")
    assert list(left.values_list("lead", "opened_at")) == [(item.lead_id, item.opened_at) for item in items[:2]]


def test_approving_one_that_resembles_another_keeps_them_apart(client: Client, ops, known, queue):
    item = twin(known)
    client.post("/review/decide/", {"items": [item.pk], "act": "approve", "queue": queue.pk})
    assert (Lead.objects.get(pk=item.lead_id).resembles, NotDuplicate.objects.get().other) == (None, known)
