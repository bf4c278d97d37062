"""One capture whose e-mail and phone belong to two leads: it stands for itself until a human decides (A3, A8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.intake.capture import capture_lead, capture_leads
from leads.models import Capture, Identity, Lead
from leads.queries.merging import possible_duplicates_of
from queues.actions.claims.take import take_next
from queues.actions.review.decisions import keep_both, reapply_rules
from queues.actions.review.merging import merge_on_desk
from queues.models import Entry, EntryRule, ReviewItem
from routing.models import Notification
from tests.factories import MORNING, QueueFactory, make_rep

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(hours=1)
MAIL, PHONE = "dewi@maju.example.com", "+628123456789"
BOTH = {"email": MAIL, "phone": PHONE, "title": "CTO", "external_id": "A-9"}


@pytest.fixture
def queue():
    made = QueueFactory()
    EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=made)
    return made


@pytest.fixture
def two(queue) -> tuple[Lead, Lead]:
    return tuple(arrive(at=MORNING, **raw).lead for raw in ({"email": MAIL}, {"phone": PHONE}))


def arrive(at=LATER, **raw) -> Capture:
    return capture_lead(raw, channel="api", at=at)


def test_it_is_on_the_desk_with_both_although_rules_match(two):
    found = arrive(**BOTH)
    lead, item = found.lead, ReviewItem.objects.get()
    lead.refresh_from_db()
    assert (found.state, item.lead, item.reasons, lead.stage) == ("made", lead, ["several_leads"], "review")
    assert (lead.resembles, lead.resembles_percent, possible_duplicates_of(lead)) == (two[0], 100, list(two))
    assert [problem["code"] for problem in lead.problems] == ["of_another", "of_another"]
    assert (lead.email, lead.phone, lead.title) == (MAIL, PHONE, "CTO")


def test_nothing_moves_at_the_two_leads(two):
    before = (
        list(Entry.objects.values()),
        list(Lead.objects.values()),
        set(Identity.objects.values_list("value", "lead")),
    )
    lead = arrive(**BOTH).lead
    assert (list(Entry.objects.values()), list(Lead.objects.exclude(pk=lead.pk).values())) == before[:2]
    added = set(Identity.objects.values_list("value", "lead")) - before[2]
    assert {pk for _value, pk in added} == {lead.pk}
    assert "A-9" in {value for value, _pk in added}


def test_the_same_again_joins_it_and_makes_no_third_lead(two):
    lead = arrive(**{**BOTH, "external_id": ""}).lead
    again = arrive(**{**BOTH, "external_id": "", "city": "Bogor"})
    assert (again.lead, again.state, Lead.objects.count(), ReviewItem.objects.count()) == (lead, "merged", 3, 1)


@pytest.mark.parametrize("which", [0, 1])
def test_what_a_human_decided_holds_for_the_next_one(two, queue, which):
    rep = make_rep()
    held = [take_next(queue, by=rep, at=MORNING).lead for _lead in two][which]
    lead = arrive(**BOTH).lead
    merge_on_desk(ReviewItem.objects.get(), other=held, keeps_other=True, picks={}, by=None, at=LATER)
    Notification.objects.all().delete()
    again = arrive(at=LATER + timedelta(hours=1), **BOTH)
    assert (again.lead_id, Lead.objects.get(pk=lead.pk).merged_into_id) == (held.pk, held.pk)
    assert Notification.objects.values_list("user", "kind", "lead").get() == (rep.pk, "re_engaged", held.pk)
    assert ReviewItem.objects.filter(closed_at=None).count() == 0


def test_kept_as_somebody_else_it_goes_its_own_way(two, queue):
    lead = arrive(**BOTH).lead
    keep_both(ReviewItem.objects.get(), by=None, at=LATER)
    assert Entry.objects.waiting().filter(lead=lead).count() == 1
    assert (arrive(**BOTH).lead, Lead.objects.count()) == (lead, 3)
    assert list(lead.not_duplicates.order_by("pk").values_list("other", flat=True)) == [two[0].pk, two[1].pk]


def test_asking_the_rules_again_does_not_decide_it(two):
    arrive(**BOTH)
    reapply_rules(ReviewItem.objects.get(), by=None, at=LATER)
    assert ReviewItem.objects.get(closed_at=None).reasons == ["several_leads"]


def test_in_one_message_as_well(queue):
    other = {"email": "ayu@maju.example.com", "phone": PHONE}
    rows = capture_leads([{"email": MAIL}, other, BOTH, BOTH], channel="form", at=MORNING)
    assert [row.state for row in rows] == ["made", "made", "made", "merged"]
    assert rows[2].lead.resembles == rows[0].lead
    assert ReviewItem.objects.get().lead == rows[2].lead


def test_two_identities_of_one_lead_are_no_doubt(queue):
    lead = arrive(email=MAIL, phone=PHONE).lead
    assert (arrive(**BOTH).lead, ReviewItem.objects.count()) == (lead, 0)


def test_many_doubtful_ones_cost_no_more_statements_than_few(queue):
    people = [{"email": f"d{n}@maju.example.com", "phone": f"+62812345678{n:02d}"} for n in range(60)]
    for key in ("email", "phone"):
        capture_leads([{key: each[key]} for each in people], channel="form", at=MORNING)
    counts = []
    for part in (people[:20], people[20:]):
        with CaptureQueriesContext(connection) as asked:
            rows = capture_leads(part, channel="form", at=LATER)
        assert {row.state for row in rows} == {"made"}
        counts.append(len([query for query in asked if not query["sql"].startswith("INSERT")]))
    assert counts[1] <= counts[0] + 1
