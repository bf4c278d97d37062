"""The review desk's decisions (A6), stale leads (D6) and re-ordering (B7)."""

from datetime import timedelta

import pytest

from config.jobs.run import run_job
from leads.actions.intake.capture import capture_lead, resolve_left_over
from leads.models import Capture, Lead
from queues.actions.claims.take import take_next
from queues.actions.clocks import cleanup
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.entries.counts import recount
from queues.actions.entries.placement import send_to_review
from queues.actions.entries.reordering import reorder_leads, reorder_queue
from queues.actions.review.decisions import AlreadyDecided, QueueIsOff, approve, decide_many, nurture, reject
from queues.models import Entry, EntryRule, ReviewItem, StaleStep, Tally
from queues.queries.counts import queue_counts
from queues.queries.stale import stale_entries
from queues.queries.waiting import first_positions
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def to_review() -> ReviewItem:
    lead = make_lead()
    send_to_review([(lead, ["no_rule"], None)], at=MORNING)
    return ReviewItem.objects.get(lead=lead)


@pytest.fixture
def item() -> ReviewItem:
    return to_review()


def line(queue) -> list[int]:
    return [position.entry.id for position in first_positions(queue, at=MORNING + timedelta(hours=1), limit=10)]


def test_approving_puts_the_lead_into_the_queue(item):
    ops, queue = make_ops(), QueueFactory()
    approve(item, queue=queue, by=ops, at=MORNING)
    item.refresh_from_db()
    assert (item.closed_how, item.closed_by) == ("approved", ops)
    assert Entry.objects.waiting().get().lead == item.lead
    assert Lead.objects.get().stage == "waiting"


def test_approving_into_a_push_queue_is_served_at_once(item):
    rep = make_rep()
    approve(item, queue=QueueFactory(dispatch="push", rotation=make_rotation(rep)), by=make_ops(), at=MORNING)
    assert Entry.objects.get().assignment.holder == rep


def test_a_queue_that_is_off_takes_nothing_and_the_item_stays(item):
    with pytest.raises(QueueIsOff):
        approve(item, queue=QueueFactory(is_active=False), by=make_ops(), at=MORNING)
    item.refresh_from_db()
    assert item.closed_at is None


@pytest.mark.parametrize(("act", "stage"), [(nurture, "nurture"), (reject, "rejected")])
def test_a_lead_can_be_put_aside(item, act, stage):
    act(item, by=make_ops(), at=MORNING)
    assert Lead.objects.get().stage == stage


def test_many_at_once_reports_what_somebody_else_decided(item):
    other = to_review()
    ops = make_ops()
    nurture(item, by=ops, at=MORNING)
    decided = decide_many([item, other], act=nurture, by=ops, at=MORNING)
    assert (decided.done, [each.pk for each in decided.already_decided]) == ([other], [item.pk])
    with pytest.raises(AlreadyDecided):
        reject(other, by=ops, at=MORNING)


def test_stale_leads_go_to_nurture_then_to_the_pool_then_to_the_archive():
    entry = make_entry(QueueFactory(), lead_type="cold")
    steps = []
    for days in (6, 7, 13, 14, 29, 30, 31):
        clear_stale(at=MORNING + days * DAY)
        steps.append((days, Lead.objects.get(pk=entry.lead_id).stage))
    assert steps == [
        (6, "waiting"),
        (7, "nurture"),
        (13, "nurture"),
        (14, "recycled"),
        (29, "recycled"),
        (30, "archived"),
        (31, "archived"),
    ]


def test_a_lead_that_shows_up_again_from_nurture_goes_before_the_rules():
    queue = QueueFactory()
    EntryRule.objects.create(
        name="back", conditions=[{"field": "from_nurture", "operator": "is_true"}], outcome="queue", queue=queue
    )
    lead = make_lead(email="dewi@maju.example.com", stage="nurture")
    again = capture_lead({"email": "DEWI@maju.example.com"}, channel="form", at=MORNING + DAY)
    assert (again.lead, again.state) == (lead, "merged")
    assert Entry.objects.waiting().get().since_at == MORNING + DAY


def test_a_score_that_rises_moves_the_lead_at_once():
    queue = QueueFactory(hot_score=80)
    first, second = fill(queue, 2, score=50)
    assert line(queue) == [first.pk, second.pk]
    Lead.objects.filter(pk=second.lead_id).update(score=81)
    reorder_leads([Lead.objects.get(pk=second.lead_id)], at=MORNING)
    assert line(queue) == [second.pk, first.pk]


def test_re_engagement_with_a_higher_score_moves_the_waiting_lead():
    queue = QueueFactory(hot_score=80)
    first = make_entry(queue, score=50)
    second = make_entry(queue, score=50, email="dewi@maju.example.com")
    capture_lead({"email": "dewi@maju.example.com", "score": "95"}, channel="form", at=MORNING)
    assert line(queue) == [second.pk, first.pk]


def test_a_queue_whose_order_changes_is_rewritten():
    queue = QueueFactory(order="fifo")
    low, high = make_entry(queue, score=10), make_entry(queue, score=90)
    assert line(queue) == [low.pk, high.pk]
    queue.order = "priority"
    queue.save()
    assert run_job(reorder_queue(queue, at=MORNING).pk, clock=lambda: MORNING).done == 2
    assert line(queue) == [high.pk, low.pk]


def test_a_recount_makes_the_tally_exact():
    queue = QueueFactory()
    fill(queue, 3)
    Tally.objects.filter(queue=queue).update(waiting=70, aged_first=9)
    recount(queue)
    assert (queue_counts(queue, at=MORNING).waiting, queue_counts(queue, at=MORNING).aged_first) == (3, 0)


def test_a_lead_that_was_taken_meanwhile_is_not_stale_any_more():
    queue = QueueFactory()
    entry = make_entry(queue, lead_type="cold")
    at = MORNING + 8 * DAY
    stale = list(Lead.objects.filter(pk__in=stale_entries(at=at).values("lead")))
    held = take_next(queue, by=make_rep(), at=at)
    assert cleanup.move(stale, StaleStep.Step.NURTURE, at=at) == 0
    held.refresh_from_db()
    assert (held.is_open, Lead.objects.get(pk=entry.lead_id).stage) == (True, "held")


def test_what_was_never_settled_is_settled_once_later():
    EntryRule.objects.create(name="all", outcome="queue", queue=QueueFactory())
    Capture.objects.create(channel="api", received_at=MORNING, raw={"email": "late@maju.example.com"}, fingerprint="x")
    assert resolve_left_over(at=MORNING + timedelta(minutes=1)) == 0
    assert resolve_left_over(at=MORNING + timedelta(minutes=5)) == 1
    assert resolve_left_over(at=MORNING + timedelta(minutes=9)) == 0
    assert Entry.objects.waiting().get().lead.email == "late@maju.example.com"
