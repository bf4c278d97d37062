"""Correcting a lead: what follows from the fields, and what is refused."""

import pytest

from leads.actions.accounts import apply_account_change
from leads.actions.corrections import IdentityTaken, NotCorrectable, NothingCorrected, correct_lead
from leads.actions.scoring import rescore
from leads.models import Account, Activity, Lead, ScoreRule
from queues.models import Entry, PriorityTier, Queue
from tests.factories import MORNING, AccountFactory, QueueFactory, SourceFactory, make_entry, make_lead, make_ops

pytestmark = pytest.mark.django_db

COMPUTED = {"fit": [0, 40], "engagement": [0, 40], "source": [10, 20]}


def test_a_correction_recomputes_a_computed_score():
    ScoreRule.objects.create(
        name="Big", part="fit", points=30, conditions=[{"field": "company_size", "operator": "more_than", "value": 500}]
    )
    lead = make_lead(score=10, score_parts=COMPUTED)
    corrected = correct_lead(lead, {"company_size": 900}, by=make_ops(), at=MORNING).lead
    assert (corrected.score, corrected.score_parts["fit"]) == (40, [30, 40, [["Big", 30]]])


def test_correcting_leaves_a_given_score_alone():
    lead = make_lead(score=10, score_parts={"given": [10, 100]})
    assert correct_lead(lead, {"company_size": 900}, by=make_ops(), at=MORNING).lead.score == 10


def test_correcting_the_domain_finds_the_account():
    account = AccountFactory(domain="hotel-nila.example")
    corrected = correct_lead(make_lead(), {"company_domain": "hotel-nila.example"}, by=make_ops(), at=MORNING).lead
    assert corrected.account == account


def test_correcting_settles_the_problem_of_the_field():
    lead = make_lead(email="", problems=[{"field": "email", "code": "invalid"}, {"field": "phone", "code": "invalid"}])
    corrected = correct_lead(lead, {"email": "a@b.example.com"}, by=make_ops(), at=MORNING).lead
    assert corrected.problems == [{"field": "phone", "code": "invalid"}]


def test_correcting_the_company_follows_in_its_key():
    corrected = correct_lead(make_lead(), {"company_name": "PT Hotel Nila Tbk"}, by=make_ops(), at=MORNING).lead
    assert corrected.company_key == "hotel nila"


def test_correcting_the_type_follows_in_the_longest_wait():
    entry = make_entry(QueueFactory(), lead_type="cold")
    correct_lead(entry.lead, {"lead_type": "hot_inbound"}, by=make_ops(), at=MORNING)
    entry.refresh_from_db()
    assert (entry.wait_due_at - entry.since_at).total_seconds() == 3600


def test_correcting_refuses_an_identity_of_another_lead_and_changes_nothing():
    other, lead = make_lead(), make_lead()
    with pytest.raises(IdentityTaken) as refused:
        correct_lead(lead, {"first_name": "Sari", "email": other.email}, by=make_ops(), at=MORNING)
    assert (refused.value.lead, Lead.objects.get(pk=lead.pk).first_name) == (other, lead.first_name)


@pytest.mark.parametrize("name", ["stage", "captured_at", "company_key", "pk"])
def test_correcting_refuses_what_follows_from_elsewhere(name):
    with pytest.raises(NotCorrectable):
        correct_lead(make_lead(), {name: "x"}, by=make_ops(), at=MORNING)


def test_correcting_nothing_says_so():
    lead = make_lead(title="Head")
    with pytest.raises(NothingCorrected):
        correct_lead(lead, {"title": "Head"}, by=make_ops(), at=MORNING)


def test_rescoring_moves_leads_that_wait_and_tells_why():
    queue = QueueFactory(hot_score=30)
    given = make_entry(queue, score=20, score_parts={"given": [20, 100]})
    computed = make_entry(queue, score=10, score_parts=COMPUTED)
    ScoreRule.objects.create(name="All", part="fit", points=35, conditions=[])
    ops = make_ops()
    assert rescore(Lead.objects.all(), by=ops, at=MORNING) == 1
    assert list(Entry.objects.waiting().filter(queue=queue).in_base_order()) == [computed, given]
    activity = Activity.objects.get(kind=Activity.Kind.SCORED)
    assert (activity.lead, activity.by, activity.details) == (computed.lead, ops, {"from": 10, "to": 45})


def test_rescoring_follows_the_points_of_a_source():
    source = SourceFactory(slug="fair", points=20)
    lead = make_entry(QueueFactory(), source=source, score=10, score_parts=COMPUTED).lead
    rescore(Lead.objects.filter(source=source), by=None, at=MORNING)
    lead.refresh_from_db()
    assert lead.score == 20


def test_a_new_account_claims_its_leads_and_their_tier(django_capture_on_commit_callbacks):
    conditions = [{"field": "account_tier", "operator": "is", "value": "enterprise"}]
    PriorityTier.objects.create(name="Enterprise", position=1, conditions=conditions)
    queue = QueueFactory(order=Queue.Order.PRIORITY)
    plain, large = make_entry(queue), make_entry(queue, company_domain="hotel-nila.example")
    account = Account.objects.create(
        name="Hotel Nila", domain="hotel-nila.example", tier="enterprise", created_at=MORNING
    )
    with django_capture_on_commit_callbacks(execute=True):
        apply_account_change(account, by=make_ops(), at=MORNING)
    large.lead.refresh_from_db()
    assert large.lead.account == account
    assert list(Entry.objects.waiting().filter(queue=queue).in_base_order()) == [large, plain]
