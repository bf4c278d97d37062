"""The fresh card is drawn once for each shape: for any lead it is what leads/_card.html would have drawn (C6)."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dashboards.templatetags.fresh_card import LEAD, TEXT
from leads.models import Account, LeadType
from queues.actions.claims.take import take_next
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep

AT = MORNING
TEXTS = st.sampled_from(["", "Dewi", "<b>&'\"", "{{ lead }} {% x %}", TEXT.format("email"), str(LEAD), "Ж 漢 🙂"])


def two_ways(taken: Assignment, *, at=AT, on_desk=True) -> tuple[str, str]:
    request = RequestFactory().get("/")
    request.user = taken.holder
    context = {"lead": taken.lead, "assignment": taken, "at": at, "is_fresh": True, "on_desk": on_desk}
    request.META["CSRF_COOKIE"] = "a" * 32
    drawn = render_to_string("leads/_card_fresh.html", {**context, "csrf_token": "word"}, request)
    plain = render_to_string("leads/_card.html", {**context, "csrf_token": "word"}, request)
    return drawn.strip(), plain.strip()


def claim(**fields) -> Assignment:
    team = TeamFactory()
    kept = {name: fields.pop(name) for name in ("contact_minutes", "order", "is_blind") if name in fields}
    queue = QueueFactory(team=team, **kept)
    make_entry(queue, since=AT - timedelta(hours=3), **fields)
    return take_next(queue, by=make_rep(team), at=AT)


class TestTwoWays(TestCase):
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
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_the_drawn_card_is_the_plain_card(self, tier, is_target, on_desk, **fields):
        if tier is not None:
            fields["account"] = Account.objects.create(name="Acme", tier=tier, is_target=is_target, created_at=AT)
        drawn, plain = two_ways(claim(**fields), on_desk=on_desk)
        self.assertEqual(drawn, plain)


@pytest.mark.django_db
def test_a_claim_of_before_is_drawn_with_the_clock_as_it_is_now():
    drawn, plain = two_ways(claim(), at=AT + timedelta(hours=5))
    assert drawn == plain
    assert "overdue" in drawn


@pytest.mark.django_db
def test_each_language_has_its_own_card():
    taken = claim()
    english, _plain = two_ways(taken)
    with translation.override("id"):
        drawn, plain = two_ways(taken)
    assert drawn == plain
    assert "Log contact" in english
