"""The card right after a claim: what the rep acts on at once; the rest of it follows with the next request (C4)."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leads.models import Account, LeadType
from queues.actions.claims.take import take_next
from routing.models import Assignment
from tests.effort import examples
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep

AT = MORNING
TEXTS = st.sampled_from(["", "Dewi", "<b>&'\"", "{{ lead }} {% x %}", "Ж 漢 🙂"])
LATER = ("convert", "disqualify", "return", "note", "follow_up", "snooze")


def fresh_card(taken: Assignment, *, at=AT, on_desk=True) -> str:
    request = RequestFactory().get("/")
    request.user = taken.holder
    context = {"lead": taken.lead, "assignment": taken, "at": at, "is_fresh": True, "on_desk": on_desk}
    return render_to_string("leads/_card.html", context, request)


def claim(**fields) -> Assignment:
    team = TeamFactory()
    kept = {name: fields.pop(name) for name in ("contact_minutes", "order", "is_blind") if name in fields}
    queue = QueueFactory(team=team, **kept)
    make_entry(queue, since=AT - timedelta(hours=3), **fields)
    return take_next(queue, by=make_rep(team), at=AT)


class TestAnyLead(TestCase):
    @given(
        first_name=TEXTS,
        title=TEXTS,
        email=TEXTS,
        phone=TEXTS,
        company_name=TEXTS,
        lead_type=st.sampled_from(LeadType.values),
        tier=st.sampled_from([None, "", *Account.Tier.values]),
        is_target=st.booleans(),
        contact_minutes=st.sampled_from([1, 45, 120, 2000]),
        order=st.sampled_from(["fifo", "hybrid", "priority"]),
        on_desk=st.booleans(),
        is_blind=st.booleans(),
    )
    @settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_every_lead_has_a_card_that_escapes_what_people_typed(self, tier, is_target, on_desk, **fields):
        if tier is not None:
            fields["account"] = Account.objects.create(name="Acme", tier=tier, is_target=is_target, created_at=AT)
        taken = claim(**fields)
        card = fresh_card(taken, on_desk=on_desk)
        self.assertNotIn("<b>&", card)
        self.assertEqual(("Target account" in card), bool(tier is not None and is_target))
        self.assertEqual(f"/assignments/{taken.pk}/undo/" in card, not taken.is_skippable)
        self.assertIn('data-key-says="Skip"' if taken.is_skippable else 'data-key-says="Return to queue"', card)


@pytest.mark.django_db
def test_a_claim_of_before_is_drawn_with_the_clock_as_it_is_now():
    taken = claim()
    assert "overdue" not in fresh_card(taken)
    assert "overdue" in fresh_card(taken, at=AT + timedelta(hours=5))


@pytest.mark.django_db
def test_each_language_has_its_own_card():
    taken = claim()
    english = fresh_card(taken)
    with translation.override("id"):
        indonesian = fresh_card(taken)
    assert ("Log contact" in english, indonesian == english) == (True, False)


@pytest.mark.django_db
def test_the_receipt_and_the_facts_follow_the_fresh_card(client: Client):
    taken = claim()
    asked = re.search(r'hx-select-oob="([^"]+)"', fresh_card(taken)).group(1).split(",")
    assert "#lead-facts" in asked
    client.force_login(taken.holder)
    rest = client.get(f"/leads/{taken.lead_id}/?on_desk=1", headers={"HX-Request": "true"}).content.decode()
    facts = rest[rest.index('id="lead-facts"') :]
    assert ("Why is it mine?" in facts, "Score" in facts) == (True, True)


@pytest.mark.django_db
def test_the_fresh_card_logs_a_contact_at_once_and_the_other_forms_follow(client: Client):
    """The claim's answer stays small; the part that loads after it brings each form into its open menu."""
    taken = claim()
    card = fresh_card(taken)
    assert 'id="form-log_contact"' in card
    assert [act for act in LATER if f'id="form-{act}"' in card] == []
    # until the forms are there, and if they never come: the address of the desk names the lead by then
    assert [act for act in LATER if not re.search(rf'id="pop-{act}">\s*<a [^>]*href=""', card)] == []
    asked = {each.strip() for each in re.search(r'hx-select-oob="([^"]+)"', card).group(1).split(",")}
    assert asked >= {f"#pop-{act}" for act in LATER} | {"#log-follow-up"}
    assert 'name="step"' not in card
    client.force_login(taken.holder)
    rest = client.get(f"/leads/{taken.lead_id}/?on_desk=1", headers={"HX-Request": "true"}).content.decode()
    assert [act for act in LATER if not re.search(rf'id="pop-{act}">\s*<form[^>]* id="form-{act}"', rest)] == []
